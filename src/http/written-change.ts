/** One change to a task as data, as a request writes it. */
import type * as t from 'io-ts'
import { closed } from '../core/closed.js'
import { integer, oneOf, ruled, text } from '../core/described.js'
import { json } from '../core/events/codecs.js'
import { MAX_PRIORITY } from '../core/limits.js'
import type { Change } from '../engine/change.js'
import { MAX_NAME_CHARS } from './limits.js'

const KINDS = [
  'cancel',
  'pause',
  'resume',
  'priority',
  'signal',
  'retry',
  'reset',
  'resolve',
  'skip',
  'complete',
  'resolve-dead-letter',
] as const

type Kind = (typeof KINDS)[number]

const name = text({ maxChars: MAX_NAME_CHARS })

export const resolution = oneOf(['manually_resolved', 'permanently_failed', 'cancelled'])

const plain = closed(
  { kind: oneOf(KINDS) },
  {
    priority: integer({ min: -MAX_PRIORITY, max: MAX_PRIORITY }),
    name,
    payload: json,
    id: name,
    step: name,
    result: json,
    resolution,
  },
)

export type WrittenChange = t.TypeOf<typeof plain>

const neededBy = (kind: Kind): ReadonlyArray<'priority' | 'name' | 'step' | 'result' | 'resolution'> => {
  switch (kind) {
    case 'cancel':
    case 'pause':
    case 'resume':
      return []
    case 'priority':
      return ['priority']
    case 'signal':
      return ['name']
    case 'complete':
      return ['step', 'result']
    case 'resolve-dead-letter':
      return ['resolution']
    case 'retry':
    case 'reset':
    case 'resolve':
    case 'skip':
      return ['step']
    default:
      return unknownKind(kind)
  }
}

/** What goes with which kind is a rule. */
export const writtenChange = ruled(
  plain,
  'priority needs priority, signal needs name, hands on a step need step, complete needs result',
  (written) => {
    const missing = neededBy(written.kind).find((key) => written[key] === undefined)
    return missing === undefined ? undefined : { at: missing, message: `is missing for ${written.kind}` }
  },
)

export const asChange = (written: WrittenChange): Change => {
  const { kind, priority = 0, name = '', payload = null, id, step = '', result = null } = written
  switch (kind) {
    case 'priority':
      return { kind, priority }
    case 'signal':
      return { kind, name, payload, ...(id === undefined ? {} : { id }) }
    case 'complete':
      return { kind, step, result }
    case 'resolve-dead-letter':
      return { kind, resolution: written.resolution ?? 'manually_resolved' }
    case 'cancel':
    case 'pause':
    case 'resume':
      return { kind }
    case 'retry':
    case 'reset':
    case 'resolve':
    case 'skip':
      return { kind, step }
    default:
      return unknownKind(kind)
  }
}

const unknownKind = (kind: never): never => {
  throw new Error(`there is no change ${String(kind)}`)
}
