/** Named subscriptions kept in Postgres, beside the log. What is asked here may be asked twice, but for transactions. */
import { SUBSCRIPTION_COMMIT_MS, SUBSCRIPTION_FORGET_MS } from '../core/limits.js'
import type { Reader } from '../log/reader.js'
import type { Transactions } from '../log/transactions.js'
import { loadStatements } from '../sql.js'
import {
  type Definition,
  type Fault,
  type Hold,
  type OwnedPartition,
  partitionsIn,
  type Settlement,
  type Standing,
  type SubscriptionStore,
} from './store.js'

const MEMBERS = loadStatements('src/subscriptions/members.sql', [
  'defineSubscription',
  'subscription',
  'joinSubscription',
  'renewMember',
  'claimPartitions',
  'advancePartitions',
  'releasePartitions',
  'leaveSubscription',
  'lowestReached',
])
const FAULTS = loadStatements('src/subscriptions/faults.sql', ['partitionFaults', 'settlePartition'])

export const createPostgresStore = (reader: Reader, transactions: Transactions | undefined): SubscriptionStore => ({
  define: async ({ name, order, filter }, from) => {
    await reader.query(MEMBERS.defineSubscription, [name, order, filter, partitionsIn(order), from])
    const [row] = await reader.query<DefinitionRow>(MEMBERS.subscription, [name])
    if (row === undefined) throw new Error(`the subscription ${name} was removed while it was made`)
    return { name: row.name, order: row.ordered_by, filter: row.filter }
  },
  ...memberships(reader),
  reached: async (name) =>
    (await reader.query<{ reached: number | null }>(MEMBERS.lowestReached, [name]))[0]?.reached ?? 0,
  faults: async (name, partitions) =>
    (await reader.query<FaultRow>(FAULTS.partitionFaults, [name, [...partitions]])).map(faultOf),
  settle: async (member, hold, settlement) =>
    (await reader.query(FAULTS.settlePartition, settleParameters(member, hold, settlement))).length > 0,
  transact: (body) =>
    must(transactions).run((transaction) =>
      body({
        client: transaction.client,
        state: transaction.state,
        settle: async (member, hold, settlement) =>
          (await transaction.query(FAULTS.settlePartition, settleParameters(member, hold, settlement))).length > 0,
      }),
    ),
})

const must = (transactions: Transactions | undefined): Transactions => {
  if (transactions === undefined) throw new Error('a subscription without transactions began one')
  return transactions
}

const memberships = (
  reader: Reader,
): Pick<SubscriptionStore, 'join' | 'renew' | 'claim' | 'release' | 'leave' | 'advance'> => ({
  join: async (name, member, leaseMs) =>
    (await reader.query<{ id: number }>(MEMBERS.joinSubscription, [name, member, leaseMs, SUBSCRIPTION_FORGET_MS]))[0]
      ?.id,
  renew: async (member, leaseMs) => standingOf(await reader.query<StandingRow>(MEMBERS.renewMember, [member, leaseMs])),
  claim: async (member, limit) => (await reader.query(MEMBERS.claimPartitions, [member, limit])).length,
  release: async (member, owned) => {
    await reader.query(MEMBERS.releasePartitions, [member, ...movedColumns(owned)])
  },
  leave: async (member) => {
    await reader.query(MEMBERS.leaveSubscription, [member])
  },
  advance: async (member, owned) => {
    const rows = await reader.query<{ partition: number }>(MEMBERS.advancePartitions, [member, ...movedColumns(owned)])
    return new Set(rows.map((row) => row.partition))
  },
})

interface DefinitionRow {
  readonly name: string
  readonly ordered_by: Definition['order']
  readonly filter: string
}

interface StandingRow {
  readonly revision: number
  readonly members: number
  readonly older: number
  readonly partition: number | null
  readonly epoch: number | null
  readonly reached: number | null
}

const standingOf = (rows: ReadonlyArray<StandingRow>): Standing | undefined => {
  const [first] = rows
  if (first === undefined) return undefined
  const owned = rows.flatMap(
    ({ partition, epoch, reached }): ReadonlyArray<OwnedPartition> =>
      partition === null || epoch === null || reached === null ? [] : [{ partition, epoch, reached }],
  )
  return { live: first.members, older: first.older, revision: first.revision, owned }
}

interface FaultRow {
  readonly partition: number
  readonly position: number
  readonly stream: string
  readonly state: Fault['state']
  readonly holds: boolean
  readonly attempts: number
  readonly code: string
  readonly message: string
  readonly due_in_ms: number
}

const faultOf = ({ due_in_ms, ...row }: FaultRow): Fault => ({ ...row, dueInMs: due_in_ms })

const movedColumns = (owned: ReadonlyArray<OwnedPartition>): ReadonlyArray<ReadonlyArray<number>> => [
  owned.map(({ partition }) => partition),
  owned.map(({ epoch }) => epoch),
  owned.map(({ reached }) => reached),
]

const settleParameters = (
  member: number,
  { partition, epoch }: Hold,
  { reached, remove, put }: Settlement,
): ReadonlyArray<unknown> => [
  member,
  partition,
  epoch,
  reached,
  remove ?? null,
  put.map((fault) => fault.position),
  put.map((fault) => fault.stream),
  put.map((fault) => fault.state),
  put.map((fault) => fault.holds),
  put.map((fault) => fault.attempts),
  put.map((fault) => fault.dueInMs),
  put.map((fault) => fault.code),
  put.map((fault) => fault.message),
  `${SUBSCRIPTION_COMMIT_MS}`,
]
