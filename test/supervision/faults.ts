import { actor, SpecError, type SpecErrorCode } from 'holdfast'
import { expect } from 'vitest'

/** Any faulty declaration; the compiler would refuse most of these. */
export type Faulty = Readonly<Record<string, unknown>> | string | number | null | undefined | readonly unknown[]

export interface Fault {
  readonly code: SpecErrorCode
  readonly key: string
  readonly value: unknown
  /** What the text says after the path. */
  readonly text: string
}

const worker = actor({ init: () => 0, receive: () => undefined })

/** Faults of a supervisor's own flags. */
export const flagFaults: readonly (readonly [Faulty, Fault])[] = [
  [
    7,
    {
      code: 'invalid_type',
      key: 'spec',
      value: 7,
      text: 'spec is 7 (invalid_type); give an object with children',
    },
  ],
  [
    {},
    {
      code: 'invalid_type',
      key: 'children',
      value: undefined,
      text: 'children is missing (invalid_type); give a list of child specs',
    },
  ],
  [
    { children: { a: 1 } },
    {
      code: 'invalid_type',
      key: 'children',
      value: { a: 1 },
      text: 'children is { a: 1 } (invalid_type); give a list of child specs',
    },
  ],
  [
    { children: [], strategy: 'one_for_one' },
    {
      code: 'invalid_strategy',
      key: 'strategy',
      value: 'one_for_one',
      text: 'strategy is "one_for_one" (invalid_strategy); give one-for-one, one-for-all, rest-for-one, simple-one-for-one',
    },
  ],
  [
    { children: [], intensity: 3 },
    {
      code: 'invalid_intensity',
      key: 'intensity',
      value: 3,
      text: 'intensity is 3 (invalid_intensity); give an object such as { restarts: 3, within: "5s" }',
    },
  ],
  [
    { children: [], intensity: { restarts: -1, within: '5s' } },
    {
      code: 'invalid_intensity',
      key: 'intensity.restarts',
      value: -1,
      text: 'intensity.restarts is -1 (invalid_intensity); give a whole number from 0',
    },
  ],
  [
    { children: [], intensity: { restarts: 1.5, within: '5s' } },
    {
      code: 'invalid_intensity',
      key: 'intensity.restarts',
      value: 1.5,
      text: 'intensity.restarts is 1.5 (invalid_intensity); give a whole number from 0',
    },
  ],
  [
    { children: [], intensity: { restarts: Number.POSITIVE_INFINITY, within: '5s' } },
    {
      code: 'invalid_intensity',
      key: 'intensity.restarts',
      value: Number.POSITIVE_INFINITY,
      text: 'intensity.restarts is Infinity (invalid_intensity); give a whole number from 0',
    },
  ],
  [
    { children: [], intensity: { within: '5s' } },
    {
      code: 'invalid_intensity',
      key: 'intensity.restarts',
      value: undefined,
      text: 'intensity.restarts is missing (invalid_intensity); give a whole number from 0',
    },
  ],
  [
    { children: [], intensity: { restarts: 1 } },
    {
      code: 'invalid_period',
      key: 'intensity.within',
      value: undefined,
      text: "intensity.within is missing (invalid_period); give a duration above 0, such as '5s'",
    },
  ],
  [
    { children: [], intensity: { restarts: 1, within: 0 } },
    {
      code: 'invalid_period',
      key: 'intensity.within',
      value: 0,
      text: "intensity.within is 0 (invalid_period); give a duration above 0, such as '5s'",
    },
  ],
  [
    { children: [], intensity: { restarts: 1, within: '5 s' } },
    {
      code: 'invalid_period',
      key: 'intensity.within',
      value: '5 s',
      text: 'intensity.within is "5 s" (invalid_period); give a duration above 0, such as \'5s\'',
    },
  ],
  [
    { children: [], autoShutdown: 'any' },
    {
      code: 'invalid_auto_shutdown',
      key: 'autoShutdown',
      value: 'any',
      text: 'autoShutdown is "any" (invalid_auto_shutdown); give never, any-significant, all-significant',
    },
  ],
  [
    { children: [], strategy: 'simple-one-for-one' },
    {
      code: 'bad_start_spec',
      key: 'children',
      value: [],
      text: 'children is [] (bad_start_spec); give exactly one child spec, the template of all instances',
    },
  ],
  [
    { children: [], backoff: { initial: 0 } },
    {
      code: 'invalid_backoff',
      key: 'backoff.initial',
      value: 0,
      text: "backoff.initial is 0 (invalid_backoff); give a duration above 0, such as 50 or '50ms'",
    },
  ],
  [
    { children: [], backoff: { initial: 5, maximum: 7 } },
    {
      code: 'unknown_key',
      key: 'backoff.maximum',
      value: 7,
      text: 'backoff.maximum is no known key (unknown_key); give one of initial, max, factor, jitter, reset',
    },
  ],
  [
    { children: [], intensity: { restarts: 1, within: 5, period: 5 } },
    {
      code: 'unknown_key',
      key: 'intensity.period',
      value: 5,
      text: 'intensity.period is no known key (unknown_key); give one of restarts, within',
    },
  ],
  [
    { children: [], auto_shutdown: 'never' },
    {
      code: 'unknown_key',
      key: 'auto_shutdown',
      value: 'never',
      text: 'auto_shutdown is no known key (unknown_key); give one of strategy, intensity, autoShutdown, backoff, children',
    },
  ],
]

/** Faults of one child spec, and the path they are reported at. */
export const childFaults: readonly (readonly [string, Faulty, Fault])[] = [
  [
    '/',
    'a',
    {
      code: 'invalid_child_spec',
      key: 'child spec',
      value: 'a',
      text: 'child spec is "a" (invalid_child_spec); give an object with id and start',
    },
  ],
  [
    '/',
    null,
    {
      code: 'invalid_child_spec',
      key: 'child spec',
      value: null,
      text: 'child spec is null (invalid_child_spec); give an object with id and start',
    },
  ],
  [
    '/(undefined)',
    { start: worker },
    {
      code: 'missing_id',
      key: 'id',
      value: undefined,
      text: 'id is missing (missing_id); give a name that is unique among its siblings',
    },
  ],
  [
    '/',
    { id: '', start: worker },
    {
      code: 'invalid_id',
      key: 'id',
      value: '',
      text: 'id is "" (invalid_id); give a string of one or more characters without /',
    },
  ],
  [
    '/a/b',
    { id: 'a/b', start: worker },
    {
      code: 'invalid_id',
      key: 'id',
      value: 'a/b',
      text: 'id is "a/b" (invalid_id); give a string of one or more characters without /',
    },
  ],
  [
    '/(7)',
    { id: 7, start: worker },
    {
      code: 'invalid_id',
      key: 'id',
      value: 7,
      text: 'id is 7 (invalid_id); give a string of one or more characters without /',
    },
  ],
  [
    '/a',
    { id: 'a' },
    {
      code: 'missing_start',
      key: 'start',
      value: undefined,
      text: 'start is missing (missing_start); give actor(...) or supervisor(...)',
    },
  ],
  [
    '/a',
    { id: 'a', start: 'worker' },
    {
      code: 'invalid_start',
      key: 'start',
      value: 'worker',
      text: 'start is "worker" (invalid_start); give actor(...) or supervisor(...)',
    },
  ],
  [
    '/a',
    { id: 'a', start: worker, restart: 'forever' },
    {
      code: 'invalid_restart_type',
      key: 'restart',
      value: 'forever',
      text: 'restart is "forever" (invalid_restart_type); give permanent, transient, temporary',
    },
  ],
  [
    '/a',
    { id: 'a', start: worker, restart: 'transient', significant: true },
    {
      code: 'bad_combination',
      key: 'significant',
      value: { autoShutdown: 'never', significant: true },
      text: 'significant is { autoShutdown: "never", significant: true } (bad_combination); give significant only with autoShutdown',
    },
  ],
  [
    '/a',
    { id: 'a', start: worker, restart: 'transient', significant: 1 },
    {
      code: 'invalid_significant',
      key: 'significant',
      value: 1,
      text: 'significant is 1 (invalid_significant); give true, false',
    },
  ],
  [
    '/a',
    { id: 'a', start: worker, type: 'operator' },
    {
      code: 'invalid_child_type',
      key: 'type',
      value: 'operator',
      text: 'type is "operator" (invalid_child_type); give worker, supervisor',
    },
  ],
  [
    '/a',
    { id: 'a', start: worker, shutdown: 'brutal_kill' },
    {
      code: 'invalid_shutdown',
      key: 'shutdown',
      value: 'brutal_kill',
      text: "shutdown is \"brutal_kill\" (invalid_shutdown); give a duration such as '5s', 'infinity', 'brutal-kill'",
    },
  ],
  [
    '/a',
    { id: 'a', start: worker, shutdown: Number.POSITIVE_INFINITY },
    {
      code: 'invalid_shutdown',
      key: 'shutdown',
      value: Number.POSITIVE_INFINITY,
      text: "shutdown is Infinity (invalid_shutdown); give a duration such as '5s', 'infinity', 'brutal-kill'",
    },
  ],
  [
    '/a',
    { id: 'a', start: worker, mailbox: 100 },
    {
      code: 'invalid_mailbox',
      key: 'mailbox',
      value: 100,
      text: 'mailbox is 100 (invalid_mailbox); give an object such as { capacity: 1_000 }',
    },
  ],
  [
    '/a',
    { id: 'a', start: worker, mailbox: { capcity: 7 } },
    {
      code: 'unknown_key',
      key: 'mailbox.capcity',
      value: 7,
      text: 'mailbox.capcity is no known key (unknown_key); give one of capacity, overflow, onCrash, onGroupRestart, redeliver',
    },
  ],
  [
    '/a',
    { id: 'a', start: worker, backoff: { initial: '1s', jitter: 'half' } },
    {
      code: 'invalid_backoff',
      key: 'backoff.jitter',
      value: 'half',
      text: 'backoff.jitter is "half" (invalid_backoff); give none, full, decorrelated',
    },
  ],
  [
    '/a',
    { id: 'a', start: worker, restarts: 3 },
    {
      code: 'unknown_key',
      key: 'restarts',
      value: 3,
      text: 'restarts is no known key (unknown_key); give one of id, start, args, restart, shutdown, significant, type, mailbox, backoff',
    },
  ],
]

export function expectFault(error: unknown, path: string, { code, key, value, text }: Fault): void {
  expect(error).toBeInstanceOf(SpecError)
  const { name, code: found, data, message } = error as SpecError
  expect({ name, code: found, data, message }).toEqual({
    name: 'SpecError',
    code,
    data: { path, key, value },
    message: `${path}: ${text}`,
  })
}
