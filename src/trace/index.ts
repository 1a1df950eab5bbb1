export { Events } from './emitter.js'
export {
  type AnyEvent,
  type EventName,
  type Incarnated,
  isMessageEvent,
  type Located,
  type MessageEventName,
  type SystemEvents,
} from './events.js'
export { type RecordedEvent, Recorder, type RecorderOptions } from './recorder.js'
