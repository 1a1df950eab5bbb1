import { BRUTAL, type Shutdown, shutdownMs } from '../actor/children.js'
import { isName } from '../actor/name.js'
import { defaultMailbox, type MailboxOptions, type MailboxSettings, mailboxSettings } from '../actor/overflow.js'
import type { Startable } from '../actor/startable.js'
import { type Duration, toMs } from '../base/duration.js'
import { describe } from '../base/errors.js'
import { type Backoff, type BackoffPolicy, backoffPolicy } from './backoff.js'
import { SpecError, type SpecErrorCode } from './errors.js'
import { type Strategy, strategies } from './strategy.js'

/** When a child is started again: always, only after a crash, never. */
export type Restart = 'permanent' | 'transient' | 'temporary'

/** Whether the end of significant children ends their supervisor (OTP 24). */
export type AutoShutdown = 'never' | 'any-significant' | 'all-significant'

/** One child of a supervisor. Defaults are OTP's. */
export interface ChildSpec {
  /** Unique among siblings; the last part of its path. */
  readonly id: string
  /** What runs: `actor(...)`, `supervisor(...)`, or anything else that can be started. */
  readonly start: Startable
  /** Handed to `init`. */
  readonly args?: unknown
  /** Default `permanent`. */
  readonly restart?: Restart
  /** How long it may take to stop before it is killed. Default 5 s, for a supervisor `infinity`. */
  readonly shutdown?: Shutdown
  /** True: its own end counts for the supervisor's `autoShutdown`. Default false. */
  readonly significant?: boolean
  /** What it is. Default: what `start` is. */
  readonly type?: 'worker' | 'supervisor'
  readonly mailbox?: MailboxOptions
  /** Waiting between its restarts; false for none. Default: the supervisor's. */
  readonly backoff?: Backoff | false
}

/** A supervisor and its children. Defaults are OTP's. */
export interface SupervisorSpec {
  /** Default `one-for-one`. */
  readonly strategy?: Strategy
  /** At most this many restarts within this time; one more and the supervisor gives up. Default 1 within 5 s. */
  readonly intensity?: { readonly restarts: number; readonly within: Duration }
  /** Default `never`. */
  readonly autoShutdown?: AutoShutdown
  /** Waiting between restarts, for all children without their own. Default: none, as OTP. */
  readonly backoff?: Backoff
  /** In start order. Exactly one, the template, for `simple-one-for-one`. */
  readonly children: readonly ChildSpec[]
}

/** @internal A child spec with every default filled in. */
export interface CheckedChild {
  readonly id: string
  readonly start: Startable
  readonly args: unknown
  readonly restart: Restart
  readonly shutdown: Shutdown
  readonly shutdownMs: number
  readonly significant: boolean
  readonly type: 'worker' | 'supervisor'
  readonly mailbox: MailboxSettings
  readonly backoff: BackoffPolicy | undefined
}

/** @internal A supervisor's spec with every default filled in. */
export interface CheckedSupervisor {
  readonly strategy: Strategy
  readonly restartsMax: number
  readonly periodMs: number
  readonly autoShutdown: AutoShutdown
  readonly backoff: BackoffPolicy | undefined
  readonly children: readonly CheckedChild[]
}

const restarts: readonly Restart[] = ['permanent', 'transient', 'temporary']
const autoShutdowns: readonly AutoShutdown[] = ['never', 'any-significant', 'all-significant']
const supervisorKeys = ['strategy', 'intensity', 'autoShutdown', 'backoff', 'children']
const intensityKeys = ['restarts', 'within']
const backoffKeys = ['initial', 'max', 'factor', 'jitter', 'reset']
const mailboxKeys = ['capacity', 'overflow', 'onCrash', 'onGroupRestart', 'redeliver']
const childKeys = ['id', 'start', 'args', 'restart', 'shutdown', 'significant', 'type', 'mailbox', 'backoff']

/**
 * @internal Checks a supervisor's spec, flags first and then child by child, in OTP's order: the first error wins. What
 * the children declare below them is left to {@link checkBelow}.
 * @throws SpecError
 */
export function checkSupervisor(spec: SupervisorSpec, path: string): CheckedSupervisor {
  const fail = failAt(path)
  if (!isRecord(spec)) fail('invalid_type', 'spec', spec, 'an object with children')
  if (spec instanceof Promise) {
    spec.catch(() => undefined)
    fail('invalid_type', 'spec', spec, 'the spec itself: the init function of a supervisor is synchronous')
  }
  const { strategy = 'one-for-one', autoShutdown = 'never', intensity = defaultIntensity } = spec
  if (!strategies.includes(strategy)) fail('invalid_strategy', 'strategy', strategy, strategies.join(', '))
  const { restarts: restartsMax, within } = isRecord(intensity) ? intensity : defaultIntensity
  if (!isRecord(intensity))
    fail('invalid_intensity', 'intensity', intensity, 'an object such as { restarts: 3, within: "5s" }')
  if (!(Number.isInteger(restartsMax) && restartsMax >= 0)) {
    fail('invalid_intensity', 'intensity.restarts', restartsMax, 'a whole number from 0')
  }
  const periodMs = positiveMs(within)
  if (periodMs === undefined) fail('invalid_period', 'intensity.within', within, "a duration above 0, such as '5s'")
  if (!autoShutdowns.includes(autoShutdown)) {
    fail('invalid_auto_shutdown', 'autoShutdown', autoShutdown, autoShutdowns.join(', '))
  }
  const backoff = spec.backoff === undefined ? undefined : checkBackoff(spec.backoff, path)
  checkKeys(intensity, intensityKeys, path, 'intensity.')
  checkKeys(spec, supervisorKeys, path)
  if (!Array.isArray(spec.children)) fail('invalid_type', 'children', spec.children, 'a list of child specs')
  if (strategy === 'simple-one-for-one' && spec.children.length !== 1) {
    fail('bad_start_spec', 'children', spec.children, 'exactly one child spec, the template of all instances')
  }
  const children = checkChildren(spec.children, path, autoShutdown, backoff)
  return { strategy, restartsMax, periodMs: periodMs ?? 0, autoShutdown, backoff, children }
}

/**
 * Checks child specs without starting anything, as OTP's `check_childspecs/1,2`. With `autoShutdown`, significant
 * children are checked against it.
 *
 * @example
 * checkChildSpecs([{ id: 'a', start: tally, restart: 'forever' }]) // SpecError invalid_restart_type
 */
export function checkChildSpecs(
  specs: readonly ChildSpec[],
  options: { readonly autoShutdown?: AutoShutdown } = {},
): SpecError | undefined {
  const { autoShutdown } = options
  try {
    if (autoShutdown !== undefined && !autoShutdowns.includes(autoShutdown)) {
      failAt('/')('invalid_auto_shutdown', 'autoShutdown', autoShutdown, autoShutdowns.join(', '))
    }
    if (!Array.isArray(specs)) failAt('/')('invalid_type', 'specs', specs, 'a list of child specs')
    checkBelow(checkChildren(specs, '/', autoShutdown, undefined), '/')
    return undefined
  } catch (error) {
    if (error instanceof SpecError) return error
    throw error
  }
}

/** @internal One child spec; `autoShutdown` of its supervisor, if known. @throws SpecError */
export function checkChild(
  spec: ChildSpec,
  parent: string,
  autoShutdown: AutoShutdown | undefined,
  backoff: BackoffPolicy | undefined,
): CheckedChild {
  if (!isRecord(spec)) failAt(parent)('invalid_child_spec', 'child spec', spec, 'an object with id and start')
  const path = below(parent, spec.id)
  const fail = failAt(path)
  if (spec.id === undefined) fail('missing_id', 'id', undefined, 'a name that is unique among its siblings')
  if (spec.start === undefined) fail('missing_start', 'start', undefined, 'actor(...) or supervisor(...)')
  if (!isStartable(spec.start)) fail('invalid_start', 'start', spec.start, 'actor(...) or supervisor(...)')
  const { restart = 'permanent', significant = false, type = spec.start.kind } = spec
  if (!restarts.includes(restart)) fail('invalid_restart_type', 'restart', restart, restarts.join(', '))
  if (significant === true && autoShutdown === 'never') {
    fail('bad_combination', 'significant', { autoShutdown, significant }, 'significant only with autoShutdown')
  }
  if (significant === true && restart === 'permanent') {
    fail('bad_combination', 'significant', { restart, significant }, 'significant only for transient and temporary')
  }
  if (typeof significant !== 'boolean') fail('invalid_significant', 'significant', significant, 'true, false')
  if (type !== 'worker' && type !== 'supervisor') fail('invalid_child_type', 'type', type, 'worker, supervisor')
  const { shutdown = type === 'supervisor' ? 'infinity' : 5_000 } = spec
  const limitMs = shutdownLimit(shutdown)
  if (limitMs === undefined) {
    fail('invalid_shutdown', 'shutdown', shutdown, "a duration such as '5s', 'infinity', 'brutal-kill'")
  }
  if (!isName(spec.id)) fail('invalid_id', 'id', spec.id, 'a string of one or more characters without /')
  checkKeys(spec, childKeys, path)
  return {
    id: spec.id,
    start: spec.start,
    args: spec.args,
    restart,
    shutdown,
    shutdownMs: limitMs ?? BRUTAL,
    significant,
    type,
    mailbox: checkMailbox(spec.mailbox, path),
    backoff:
      spec.backoff === undefined ? backoff : spec.backoff === false ? undefined : checkBackoff(spec.backoff, path),
  }
}

const defaultIntensity = { restarts: 1, within: 5_000 }

/** @internal Checks what children declare below them. @throws SpecError */
export function checkBelow(children: readonly CheckedChild[], path: string): void {
  for (const { id, start } of children) start.check?.(below(path, id))
}

/** @internal The faults of a spec as they are answered; parts of it that throw when they are read are among them. */
export function toSpecError(error: unknown, spec: unknown, path: string): SpecError {
  if (error instanceof SpecError) return error
  const text = `${path}: the child spec cannot be read (invalid_child_spec): ${describe(error)}; give plain data`
  return new SpecError('invalid_child_spec', text, { path, key: 'child spec', value: spec }, { cause: error })
}

function checkChildren(
  specs: readonly ChildSpec[],
  path: string,
  autoShutdown: AutoShutdown | undefined,
  backoff: BackoffPolicy | undefined,
): CheckedChild[] {
  const seen = new Set<string>()
  return specs.map((spec) => {
    const child = checkChild(spec, path, autoShutdown, backoff)
    if (seen.has(child.id)) {
      failAt(below(path, child.id))('duplicate_child_name', 'id', child.id, 'a name that no sibling has')
    }
    seen.add(child.id)
    return child
  })
}

function checkMailbox(options: MailboxOptions | undefined, path: string): MailboxSettings {
  if (options === undefined) return defaultMailbox
  if (!isRecord(options)) failAt(path)('invalid_mailbox', 'mailbox', options, 'an object such as { capacity: 1_000 }')
  checkKeys(options, mailboxKeys, path, 'mailbox.')
  try {
    return mailboxSettings(options, path)
  } catch (error) {
    const text = error instanceof Error ? error.message : describe(error)
    throw new SpecError('invalid_mailbox', text, { path, key: 'mailbox', value: options }, { cause: error })
  }
}

function checkBackoff(backoff: Backoff, path: string): BackoffPolicy {
  const policy = backoffPolicy(backoff, (key, value, allowed) => failAt(path)('invalid_backoff', key, value, allowed))
  checkKeys(backoff, backoffKeys, path, 'backoff.')
  return policy
}

function checkKeys(spec: object, known: readonly string[], path: string, within = ''): void {
  for (const key of Object.keys(spec)) {
    if (known.includes(key)) continue
    failAt(path)('unknown_key', `${within}${key}`, Reflect.get(spec, key), `one of ${known.join(', ')}`)
  }
}

type Fail = (code: SpecErrorCode, key: string, value: unknown, allowed: string) => never

function failAt(path: string): Fail {
  return (code, key, value, allowed) => {
    const found = value === undefined ? 'is missing' : `is ${describe(value)}`
    const text = code === 'unknown_key' ? `${path}: ${key} is no known key` : `${path}: ${key} ${found}`
    throw new SpecError(code, `${text} (${code}); give ${allowed}`, { path, key, value })
  }
}

/** @internal The path of a child. */
export function below(parent: string, id: unknown): string {
  const name = typeof id === 'string' ? id : `(${describe(id)})`
  return parent === '/' ? `/${name}` : `${parent}/${name}`
}

function positiveMs(within: Duration): number | undefined {
  try {
    const ms = toMs(within, 'within')
    return ms > 0 ? ms : undefined
  } catch {
    return undefined
  }
}

function shutdownLimit(shutdown: Shutdown): number | undefined {
  try {
    return shutdownMs(shutdown, 'shutdown')
  } catch {
    return undefined
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isStartable(value: unknown): value is Startable {
  return typeof value === 'object' && value !== null && typeof Reflect.get(value, 'createCell') === 'function'
}
