export type { AskOptions } from './actor/ask.js'
export type { ActorDefinition, Behavior } from './actor/behavior.js'
export { actor } from './actor/behavior.js'
export type { Shutdown } from './actor/children.js'
export type { Context, SpawnOptions } from './actor/context.js'
export type { DeadLetter, DeadLetterReason, DeadLetters } from './actor/deadletters.js'
export { ActorError, type ActorErrorCode, AskError, type AskErrorCode } from './actor/errors.js'
export { describeExit, type ExitReason, type Ignore, ignore, isCleanExit } from './actor/exit.js'
export type { MailboxOptions, Overflow } from './actor/overflow.js'
export type { ActorRef, Address, Question, Recipient } from './actor/ref.js'
export type { Registry } from './actor/registry.js'
export type { DownSignal, ExitSignal, Monitor, Signal } from './actor/signals.js'
export type { Startable } from './actor/startable.js'
export { StartError, type System, type SystemOptions, start } from './actor/system.js'
export { type Duration, DurationError } from './base/duration.js'
export { HoldfastError } from './base/errors.js'
export type { Backoff } from './supervision/backoff.js'
export {
  type ChildCounts,
  type ChildEntry,
  type ChildSpecView,
  type SupervisorRef,
  supervisorOf,
} from './supervision/dynamic.js'
export {
  ChildStartError,
  type Done,
  type Refused,
  SpecError,
  type SpecErrorCode,
  type StartedChild,
  type SupervisorError,
} from './supervision/errors.js'
export {
  type AutoShutdown,
  type ChildSpec,
  checkChildSpecs,
  type Restart,
  type SupervisorSpec,
} from './supervision/spec.js'
export type { Strategy } from './supervision/strategy.js'
export { type Supervisor, type SupervisorContext, type SupervisorInit, supervisor } from './supervision/supervisor.js'
