/**
 * Which tasks are meant, in a line: terms that must all hold, `status=error,blocked_by_failures template=order_* age>1h`.
 * Closed: a key, a status or a unit that nobody knows is a fault that says what is known. Pure.
 */
import * as E from 'fp-ts/lib/Either.js'
import { MAX_FILTER_CHARS } from './limits.js'
import { didYouMean } from './near-names.js'
import { TASK_STATUSES } from './status.js'

/** What can be known of a task without reading its log. */
export interface HeadFacts {
  readonly id: string
  readonly status: string
  readonly namespace: string
  readonly template: string
  readonly open: boolean
  /** Milliseconds since it was created. */
  readonly ageMs: number
}

export interface TaskFacts extends HeadFacts {
  readonly version: string
  readonly priority: number
  /** The code of what went wrong; empty where nothing did. */
  readonly error: string
}

export interface TaskFilter {
  readonly text: string
  readonly terms: ReadonlyArray<Term>
}

export type Term =
  | { readonly kind: 'text'; readonly key: TextKey; readonly negated: boolean; readonly values: ReadonlyArray<string> }
  | { readonly kind: 'number'; readonly key: NumberKey; readonly operator: Operator; readonly value: number }
  | { readonly kind: 'flag'; readonly key: 'open'; readonly value: boolean }

const TEXT_KEYS = ['id', 'status', 'namespace', 'template', 'version', 'error'] as const
const NUMBER_KEYS = ['priority', 'age'] as const
const OPERATORS = ['!=', '>=', '<=', '=', '>', '<'] as const
type TextKey = (typeof TEXT_KEYS)[number]
type NumberKey = (typeof NUMBER_KEYS)[number]
type Operator = (typeof OPERATORS)[number]

const KEYS: ReadonlyArray<string> = [...TEXT_KEYS, ...NUMBER_KEYS, 'open']

/** Keys that only a task's own log can answer. */
const IN_THE_LOG: ReadonlyArray<string> = ['version', 'priority', 'error']

export interface FilterFault {
  readonly code: 'filter_invalid'
  readonly message: string
}

export const parseTaskFilter = (text: string): E.Either<FilterFault, TaskFilter> => {
  if (text.length > MAX_FILTER_CHARS) return fault(`a filter has at most ${MAX_FILTER_CHARS} characters`)
  const terms: Term[] = []
  for (const written of text.split(/\s+/).filter((word) => word !== '')) {
    const term = parseTerm(written)
    if (E.isLeft(term)) return term
    terms.push(term.right)
  }
  return E.right({ text: text.trim(), terms })
}

const parseTerm = (written: string): E.Either<FilterFault, Term> => {
  const match = /^([a-z_]+)(!=|>=|<=|=|>|<)(.+)$/.exec(written)
  if (match === null) {
    return fault(`"${written}" is no term; one is a key, ${OPERATORS.join(' ')}, and a value: status=error`)
  }
  const [, key = '', sign = '', value = ''] = match
  const operator = OPERATORS.find((known) => known === sign) ?? '='
  const textKey = TEXT_KEYS.find((known) => known === key)
  if (textKey !== undefined) return textTerm(textKey, operator, value)
  const numberKey = NUMBER_KEYS.find((known) => known === key)
  if (numberKey !== undefined) return numberTerm(numberKey, operator, value)
  if (key === 'open') return flagTerm(operator, value)
  return fault(`there is no key "${key}"${didYouMean(key, KEYS)}; known are ${KEYS.join(', ')}`)
}

const textTerm = (key: TextKey, operator: Operator, value: string): E.Either<FilterFault, Term> => {
  if (operator !== '=' && operator !== '!=') return fault(`${key} takes = or !=, not ${operator}`)
  const values = value.split(',')
  if (values.includes('')) return fault(`${key} holds an empty value; values are separated by one comma`)
  const statuses: ReadonlyArray<string> = TASK_STATUSES
  const unknown = key === 'status' ? values.find((one) => !one.includes('*') && !statuses.includes(one)) : undefined
  if (unknown !== undefined) {
    return fault(`there is no status "${unknown}"${didYouMean(unknown, statuses)}; known are ${statuses.join(', ')}`)
  }
  return E.right({ kind: 'text', key, negated: operator === '!=', values })
}

const numberTerm = (key: NumberKey, operator: Operator, value: string): E.Either<FilterFault, Term> => {
  if (key === 'priority') {
    return /^-?\d+$/.test(value)
      ? E.right({ kind: 'number', key, operator, value: Number(value) })
      : fault(`priority is a whole number, and "${value}" is none`)
  }
  if (operator === '=' || operator === '!=') return fault(`age takes > >= < <=, not ${operator}`)
  const ms = durationMs(value)
  return ms === undefined
    ? fault(`age is a number with one of ${Object.keys(UNIT_MS).join(', ')}, as 90m, and "${value}" is none`)
    : E.right({ kind: 'number', key, operator, value: ms })
}

const flagTerm = (operator: Operator, value: string): E.Either<FilterFault, Term> =>
  operator === '=' && (value === 'true' || value === 'false')
    ? E.right({ kind: 'flag', key: 'open', value: value === 'true' })
    : fault('open is open=true or open=false')

const UNIT_MS: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }

const durationMs = (text: string): number | undefined => {
  const [, amount, unit = ''] = /^(\d+(?:\.\d+)?)([smhd])$/.exec(text) ?? []
  const ms = UNIT_MS[unit]
  return amount === undefined || ms === undefined ? undefined : Number(amount) * ms
}

const fault = (message: string): E.Either<FilterFault, never> => E.left({ code: 'filter_invalid', message })

/** False where the head alone says that the task is not meant. */
export const mayMatch = ({ terms }: TaskFilter, facts: HeadFacts): boolean =>
  terms.every((term) => {
    if (term.kind === 'flag') return facts.open === term.value
    if (term.kind === 'number') return term.key === 'priority' || compare(facts.ageMs, term.operator, term.value)
    const { key } = term
    if (key === 'version' || key === 'error') return true
    return holds(term, facts[key])
  })

/** Whether the filter asks for something that stands in the task's log only. */
export const needsLog = ({ terms }: TaskFilter): boolean => terms.some(({ key }) => IN_THE_LOG.includes(key))

export const matches = (filter: TaskFilter, facts: TaskFacts): boolean =>
  mayMatch(filter, facts) &&
  filter.terms.every((term) => {
    if (term.kind === 'text') return holds(term, facts[term.key])
    return term.kind !== 'number' || term.key !== 'priority' || compare(facts.priority, term.operator, term.value)
  })

/** The one status that is asked for, where it is one: it may be asked of the log itself. */
export const onlyStatus = ({ terms }: TaskFilter): string | undefined => {
  for (const term of terms) {
    const [value, ...others] = term.kind === 'text' && term.key === 'status' && !term.negated ? term.values : []
    if (value !== undefined && others.length === 0 && !value.includes('*')) return value
  }
  return undefined
}

/** The ids that are asked for, where they are written out: their tasks need not be looked for. */
export const onlyIds = ({ terms }: TaskFilter): ReadonlyArray<string> | undefined => {
  for (const term of terms) {
    if (term.kind !== 'text' || term.key !== 'id' || term.negated) continue
    if (term.values.every((value) => !value.includes('*'))) return term.values
  }
  return undefined
}

const holds = ({ values, negated }: Extract<Term, { kind: 'text' }>, fact: string): boolean =>
  values.some((value) => fits(value, fact)) !== negated

/** `*` stands for anything. */
const fits = (pattern: string, text: string): boolean => {
  const [first = '', ...rest] = pattern.split('*')
  const last = rest.pop()
  if (last === undefined) return text === first
  if (!text.startsWith(first)) return false
  let at = first.length
  for (const part of rest) {
    const found = text.indexOf(part, at)
    if (found === -1) return false
    at = found + part.length
  }
  return text.length - last.length >= at && text.endsWith(last)
}

const compare = (left: number, operator: Operator, right: number): boolean => {
  switch (operator) {
    case '=':
      return left === right
    case '!=':
      return left !== right
    case '>':
      return left > right
    case '>=':
      return left >= right
    case '<':
      return left < right
    case '<=':
      return left <= right
  }
}
