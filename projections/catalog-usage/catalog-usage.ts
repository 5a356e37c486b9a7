/** How often each handler was called, how long it took, and how it ended, by its version. Copies in forks do not count. */
import type { TaskEvent } from '../../src/core/event.js'
import { findNode } from '../../src/core/state.js'
import { bucketOf, type DurationCounts, elapsedMs } from '../duration-buckets.js'
import { type At, add, type Change, NO_CHANGE, type Projection } from '../projection.js'

export interface CatalogUsageRow extends DurationCounts {
  readonly handler: string
  readonly handler_version: string
  readonly attempts: number
  readonly completed: number
  readonly handed_back: number
  readonly retried: number
  readonly failed: number
  readonly lost: number
  readonly cancelled: number
  readonly latency_ms: number
  readonly queued_ms: number
}

/** By step: since when it is queued, or which call of which handler is under way. */
interface Calls {
  readonly queuedAt: Map<string, number>
  readonly running: Map<string, { readonly handler: string; readonly version: string; readonly startedMs: number }>
}

type Ending = 'completed' | 'handed_back' | 'retried' | 'failed' | 'lost' | 'cancelled'

export const catalogUsage: Projection<CatalogUsageRow, Calls> = {
  name: 'catalog_usage',
  version: 1,
  sql: 'projections/catalog-usage/catalog-usage.sql',
  key: ['handler', 'handler_version'],
  memory: () => ({ queuedAt: new Map(), running: new Map() }),
  changes: (event, at, calls) => {
    if (!('step' in event.data) || event.data.step === null || event.metadata.copyOf !== undefined) return NO_CHANGE
    const { step } = event.data
    if (event.type === 'step-started') return began(step, event.data.handlerVersion ?? '', at, calls)
    const ending = endingOf(event)
    const ended = ending === undefined ? NO_CHANGE : end(step, ending, at, calls)
    if (event.type === 'step-enqueued') calls.queuedAt.set(step, at.timeMs)
    return ended
  },
}

const endingOf = (event: TaskEvent): Ending | undefined => {
  switch (event.type) {
    case 'step-completed':
      return 'completed'
    case 'step-attempt-failed':
      return event.data.dueAtMs === null ? 'failed' : 'retried'
    case 'step-failed':
      return 'failed'
    case 'step-lost':
      return 'lost'
    case 'step-cancelled':
      return 'cancelled'
    case 'step-waiting':
    case 'gate-opened':
    case 'step-enqueued':
      return 'handed_back'
    default:
      return undefined
  }
}

const began = (step: string, version: string, at: At, calls: Calls): ReadonlyArray<Change<CatalogUsageRow>> => {
  const handler = findNode(at.state, step)?.definition.handler ?? ''
  const queuedAt = calls.queuedAt.get(step)
  calls.queuedAt.delete(step)
  calls.running.set(step, { handler, version, startedMs: at.timeMs })
  const queuedMs = queuedAt === undefined ? 0 : elapsedMs(queuedAt, at.timeMs)
  return [add<CatalogUsageRow>([handler, version], { attempts: 1, queued_ms: queuedMs })]
}

/** Nothing, where no call is under way: a gate that is approved was left by its handler long ago. */
const end = (step: string, ending: Ending, at: At, { running }: Calls): ReadonlyArray<Change<CatalogUsageRow>> => {
  const call = running.get(step)
  if (call === undefined) return NO_CHANGE
  running.delete(step)
  const key = [call.handler, call.version]
  if (ending === 'lost' || ending === 'cancelled') return [add<CatalogUsageRow>(key, { [ending]: 1 })]
  const tookMs = elapsedMs(call.startedMs, at.timeMs)
  return [add<CatalogUsageRow>(key, { [ending]: 1, latency_ms: tookMs, [bucketOf(tookMs)]: 1 })]
}
