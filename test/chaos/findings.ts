/** What must hold when everything is over: read from the log and the tables alone, whoever died meanwhile. */
import { verifyAll } from '../../src/audit/verify-task.js'
import { isCreated } from '../../src/core/graph/node.js'
import { findNode, type TaskState } from '../../src/core/state.js'
import { statusOf } from '../../src/core/status.js'
import { streamOf } from '../../src/engine/ids.js'
import type { Tasker } from '../../src/main.js'
import type { StoredEvent } from '../../src/ports/log.js'
import { faultIn, foldStored } from '../simulation/invariants.js'
import { mostAtATime } from '../support/overlaps.js'
import { LIMITS } from './chaos-process.js'
import { NAMESPACE, SCARCE, type Story } from './story.js'

const PROJECTED_MS = 60_000
const KINDS_OF_WORK = ['queue', 'retry', 'timer', 'command'] as const

/** Everything that is wrong; empty when all is well. */
export const findingsIn = async (
  tasker: Tasker,
  stories: ReadonlyMap<string, Story>,
): Promise<ReadonlyArray<string>> => [
  ...(await brokenRecords(tasker)),
  ...(await wrongEnds(tasker, stories)),
  ...(await wrongStreams(tasker)),
  ...(await passedLimits(tasker)),
  ...(await leftOver(tasker)),
  ...(await wrongProjections(tasker)),
]

const brokenRecords = async ({ log }: Tasker): Promise<ReadonlyArray<string>> => {
  const broken: string[] = []
  await verifyAll(log, new Map(), (verdict) => {
    if (verdict.kind === 'broken')
      broken.push(`${verdict.stream}: the record is broken: ${JSON.stringify(verdict.fault)}`)
  })
  return broken
}

/** Each task and each of its steps against the model's prediction. */
const wrongEnds = async ({ log }: Tasker, stories: ReadonlyMap<string, Story>): Promise<ReadonlyArray<string>> => {
  const wrong: string[] = []
  for (const [id, { end, maxSteps }] of stories) {
    const state = foldStored(await log.readStream(streamOf(id), 0))
    const status = statusOf(state)
    const expected = end.status === 'complete' ? 'complete' : 'blocked_by_failures'
    if (status !== expected) wrong.push(`${id} is ${status}, and was to be ${expected}`)
    if (state.used.steps > maxSteps) wrong.push(`${id} has ${state.used.steps} steps, and ${maxSteps} were allowed`)
    for (const [step, settlement] of end.settlements) {
      const found = settlementOf(state, step)
      // An instance of what never came to be is no step.
      if (found === undefined && settlement !== 'satisfied') continue
      if (found !== settlement) wrong.push(`${id}: ${step} is ${found}, and was to be ${settlement}`)
    }
  }
  return wrong
}

/** How the step itself settled; a fan-out or a batch beside its instances, which are asked for by their own names. */
const settlementOf = (state: TaskState, name: string): string | undefined => {
  const node = findNode(state, name)
  if (node === undefined) return undefined
  return node.group === undefined || !isCreated(node) ? node.settlement : node.own
}

/** Nothing completed twice, no convergence ran twice, nothing ran before what it waits for: children too. */
const wrongStreams = async ({ log }: Tasker): Promise<ReadonlyArray<string>> => {
  const wrong: string[] = []
  for (const [stream, events] of await eventsByStream(log)) {
    const fault = faultIn(events)
    if (fault !== undefined) wrong.push(`${stream}: ${fault}`)
  }
  return wrong
}

const eventsByStream = async (log: Tasker['log']): Promise<ReadonlyMap<string, ReadonlyArray<StoredEvent>>> => {
  const streams = new Map<string, StoredEvent[]>()
  for (let after = 0; ; ) {
    const page = await log.readAll(after, 5_000)
    for (const event of page) {
      const known = streams.get(event.stream)
      if (known === undefined) streams.set(event.stream, [event])
      else known.push(event)
    }
    const last = page.at(-1)
    if (last === undefined) return streams
    after = last.position
  }
}

const passedLimits = async ({ log }: Tasker): Promise<ReadonlyArray<string>> => {
  const wrong: string[] = []
  const limits = [
    [`queue/${NAMESPACE}`, LIMITS.queues[NAMESPACE]?.concurrency ?? 0],
    [`key/${SCARCE}`, LIMITS.keys[SCARCE]?.concurrency ?? 0],
  ] as const
  for (const [limit, allowed] of limits) {
    const most = await mostAtATime(log, (ran) => ran.limits.includes(limit))
    if (most > allowed) wrong.push(`${most} attempts ran at a time under ${limit}, and ${allowed} were allowed`)
    if (most === 0) wrong.push(`nothing ran under ${limit}`)
  }
  return wrong
}

/** Nothing is due any more, for everything is over or needs a person. */
const leftOver = async ({ log }: Tasker): Promise<ReadonlyArray<string>> => {
  const rows = await log.dueBefore(Number.MAX_SAFE_INTEGER, [...KINDS_OF_WORK], 100)
  return rows.map(({ stream, key }) => `${stream}: ${key} is still due`)
}

const wrongProjections = async ({ log, projections }: Tasker): Promise<ReadonlyArray<string>> => {
  const position = await log.position()
  const wrong: string[] = []
  for (const { name } of await projections.list()) {
    if (!(await projections.waitFor(name, position, PROJECTED_MS))) wrong.push(`${name} is behind the log`)
    const { difference } = await projections.verify(name)
    if (difference !== null) wrong.push(`${name} is not the fold of the log: ${JSON.stringify(difference)}`)
  }
  return wrong
}

export const countOf = async ({ log }: Tasker, type: string): Promise<number> => {
  let count = 0
  for (const events of (await eventsByStream(log)).values())
    count += events.filter((event) => event.type === type).length
  return count
}
