export { Events } from './emitter.js'
export {
  type EventName,
  type Incarnated,
  isMessageEvent,
  type Located,
  type MessageEventName,
  type SystemEvent,
  type SystemEvents,
} from './events.js'
export { Recorder, type RecorderOptions } from './recorder.js'
