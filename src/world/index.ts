export type { Clock } from './clock.js'
export { type Disk, type DiskAccess, DiskError, type DiskErrorCode, type DiskFile, type DiskStat } from './disk.js'
export {
  type Connection,
  type ListenAddress,
  type Net,
  type NetAddress,
  NetError,
  type NetErrorCode,
  type Server,
} from './net.js'
export { nodeWorld } from './node.js'
export type { Ids, Random, RandomStream } from './random.js'
export {
  type Spawn,
  SpawnError,
  type SpawnErrorCode,
  type Unit,
  type UnitExit,
  type UnitMain,
  type UnitPort,
  type UnitSpec,
} from './spawn.js'
export type { Timer, Timers } from './timers.js'
export type { Channel, Turn } from './turn.js'
export { type VirtualWorld, VirtualWorldError, type VirtualWorldOptions, virtualWorld } from './virtual.js'
export type { World } from './world.js'
