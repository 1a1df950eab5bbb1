import { ChildStartError, type ExitReason, SpecError } from 'holdfast'
import type { Term } from './scenario.js'

/** An exit reason that only Erlang has: any term at all. */
export class TermError extends Error {
  constructor(readonly term: Term) {
    super(JSON.stringify(term))
  }
}

export function toReason(term: Term): ExitReason {
  switch (term) {
    case 'normal':
    case 'shutdown':
    case 'kill':
    case 'killed':
    case 'noproc':
      return term
  }
  if (Array.isArray(term) && term.length === 2 && term[0] === 'shutdown') return { shutdown: term[1] }
  return new TermError(term)
}

export function toTerm(reason: unknown): Term {
  if (typeof reason === 'string') return reason
  if (reason instanceof TermError) return reason.term
  if (reason instanceof ChildStartError) return ['failed_to_start_child', reason.data.id, toTerm(reason.data.reason)]
  if (reason instanceof SpecError) return bootError(reason)
  if (reason instanceof Error) throw reason
  const { shutdown } = reason as { readonly shutdown: unknown }
  return ['shutdown', shutdown instanceof Error ? toTerm(shutdown) : (shutdown as Term)]
}

/** The error of one child spec, as `start_child` and `check_childspecs` give it. */
export function specTerm({ code, data }: SpecError): Term {
  switch (code) {
    case 'missing_id':
    case 'missing_start':
    case 'bad_start_spec':
      return code
    case 'bad_combination':
      return [code, Object.entries(data.value as object).map(([key, value]) => [snake(key), value as Term])]
    default:
      return [code, (data.value ?? null) as Term]
  }
}

/** The error of `check_childspecs` for arguments that are no specs at all. */
export function checkTerm(error: SpecError): Term {
  const badArgument = error.code === 'invalid_auto_shutdown' || error.code === 'invalid_type'
  return badArgument ? ['badarg', error.data.value as Term] : specTerm(error)
}

const flags = ['invalid_type', 'invalid_strategy', 'invalid_intensity', 'invalid_period', 'invalid_auto_shutdown']

function bootError(error: SpecError): Term {
  if (error.code === 'bad_start_spec') return 'bad_start_spec'
  if (!flags.includes(error.code)) return ['start_spec', specTerm(error)]
  const { value } = error.data
  const seconds = error.code === 'invalid_period' && typeof value === 'number' ? value / 1_000 : value
  return ['supervisor_data', [error.code, seconds as Term]]
}

/** `one_for_all` to `one-for-all`, for the names that both sides know; faulty values stay as they are. */
export function kebab<Value>(value: Value): Value {
  return (typeof value === 'string' && known.has(value) ? value.replaceAll('_', '-') : value) as Value
}

const known = new Set([
  ...['one_for_one', 'one_for_all', 'rest_for_one', 'simple_one_for_one'],
  ...['any_significant', 'all_significant', 'brutal_kill'],
])

function snake(key: string): string {
  return key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
}
