/** What may be asked about named subscriptions, and done to what they have parked, from any process. */
import { MAX_PARKED_PER_PAGE } from '../core/limits.js'
import type { Reader } from '../log/reader.js'
import type {
  ParkedEvent,
  ParkedSelection,
  SubscriptionAdministration,
  SubscriptionStatus,
} from '../ports/subscription.js'
import { loadStatements } from '../sql.js'
import { streamOf, taskOf } from './delivery.js'
import { SubscriptionRefused } from './subscription-refused.js'

const SQL = loadStatements('src/subscriptions/administration.sql', [
  'listSubscriptions',
  'subscriptionExists',
  'parkedEvents',
  'settleParked',
  'removeSubscription',
])

/** Each refuses a name that is not there (`subscription_unknown`), but for `remove`, which says so. */
export const createAdministration = (reader: Pick<Reader, 'query'>): SubscriptionAdministration => {
  const mustExist = async (name: string): Promise<void> => {
    const [row] = await reader.query<{ exist: boolean }>(SQL.subscriptionExists, [name])
    if (row?.exist === true) return
    throw new SubscriptionRefused('subscription_unknown', `there is no subscription ${name}`)
  }
  const settle = async (name: string, state: string, { task, position }: ParkedSelection): Promise<number> => {
    await mustExist(name)
    const stream = task === undefined ? null : streamOf(task)
    const [row] = await reader.query<{ settled: number }>(SQL.settleParked, [name, state, stream, position ?? null])
    return row?.settled ?? 0
  }
  return {
    list: async () => (await reader.query<StatusRow>(SQL.listSubscriptions, [])).map(statusOf),
    parked: async (name, { after = 0, limit = MAX_PARKED_PER_PAGE } = {}) => {
      await mustExist(name)
      const most = Math.min(limit, MAX_PARKED_PER_PAGE)
      return (await reader.query<ParkedRow>(SQL.parkedEvents, [name, after, most])).map(parkedEvent)
    },
    replay: (name, chosen = {}) => settle(name, 'retrying', chosen),
    skip: (name, chosen) => settle(name, 'skipped', chosen),
    remove: async (name) => (await reader.query(SQL.removeSubscription, [name])).length > 0,
  }
}

interface StatusRow {
  readonly name: string
  readonly ordered_by: SubscriptionStatus['order']
  readonly filter: string
  readonly members: number
  readonly reached: number
  readonly checkpoint: number
  readonly lag: number
  readonly age_ms: number
  readonly retrying: number
  readonly parked: number
}

const statusOf = ({ ordered_by, reached, filter, age_ms, ...row }: StatusRow): SubscriptionStatus => ({
  ...row,
  order: ordered_by,
  filter: JSON.parse(filter),
  position: reached,
  ageMs: Math.round(age_ms),
})

interface ParkedRow {
  readonly position: number
  readonly stream: string
  readonly version: number | null
  readonly type: string | null
  readonly attempts: number
  readonly code: string
  readonly message: string
  readonly holds: boolean
  readonly time: string | null
  readonly parked_at: string
}

/** An event that was archived since has left its position and its task. */
const parkedEvent = (row: ParkedRow): ParkedEvent => ({
  position: row.position,
  task: taskOf(row.stream),
  version: row.version ?? 0,
  type: row.type ?? '',
  time: row.time ?? '',
  attempts: row.attempts,
  code: row.code,
  message: row.message,
  parkedAt: row.parked_at,
  holdsTask: row.holds,
})
