/**
 * Tasks of all shapes on one database and one Redis, two engines and three workers that do the work, and a hand that
 * kills one of the five every second. A seed decides the stories and the kills; what is slow and what is fast decides
 * the machine, so that a seed is repeated in its tasks and kills, not in every turn.
 */
import { setMaxListeners } from 'node:events'
import type { Tasker } from '../../src/main.js'
import { createTasker } from '../../src/main.js'
import { type Dice, diceOf } from '../support/dice.js'
import { LIMITS } from './chaos-process.js'
import { countOf, findingsIn } from './findings.js'
import { type Fleet, type Killed, startFleet } from './fleet.js'
import { CHILD, chaosHandlers } from './handlers.js'
import { passing } from './passing-time.js'
import { type People, startPeople } from './people.js'
import { NAMESPACE, randomStory, type Story } from './story.js'

export interface ChaosOptions {
  readonly seed: number
  /** For how long somebody is killed each second. */
  readonly seconds: number
  readonly tasks: number
  readonly databaseUrl: string
  readonly redisUrl: string
  readonly queuePrefix: string
  say?(line: string): void
}

export interface ChaosReport {
  readonly ends: Readonly<Record<string, number>>
  readonly killed: Killed
  /** Attempts whose worker was killed while they ran. */
  readonly lost: number
  readonly votes: number
  readonly paused: number
  readonly events: number
  readonly seconds: number
  readonly findings: ReadonlyArray<string>
}

const KILL_EVERY_MS = 1_000
/** Tasks are created over this part of the time, so that there is work until the end. */
const CREATING = 0.7
/** How long everything may take once nobody is killed any more: leases run out, attempts are taken back. */
const PATIENCE_MS = 180_000

export const runChaos = async (options: ChaosOptions): Promise<ChaosReport> => {
  const { seed, tasks, say = () => undefined, databaseUrl, redisUrl, queuePrefix } = options
  const dice = diceOf(seed)
  const stories = Array.from({ length: tasks }, (_, number) => randomStory(dice, number))
  say(`seed ${seed}: ${tasks} stories were drawn, and the model has said how each will end`)
  const started = Date.now()
  const order = { databaseUrl, redisUrl, queuePrefix }
  const handlers = chaosHandlers(() => Promise.reject(new Error('no step runs here')))
  const at = { ...order, namespace: NAMESPACE, limits: LIMITS, handlers, serves: 'none', sweeps: false } as const
  const tasker = await createTasker({ ...at, projections: false })
  const fleet = await startFleet(order)
  try {
    await tasker.template(CHILD)
    const people = startPeople(tasker, dice)
    const created = await underFire(options, tasker, fleet, people, stories, dice)
    say(`${fleet.killed.engine} engines and ${fleet.killed.worker} workers were killed; now everything may end`)
    await fleet.atWork()
    await allEnded(tasker, created)
    await people.leave()
    const findings = await findingsIn(tasker, created)
    return {
      ends: countBy([...created.values()], ({ end }) => end.status),
      killed: fleet.killed,
      lost: await countOf(tasker, 'step-lost'),
      votes: people.votes,
      paused: people.paused,
      events: await tasker.log.position(),
      seconds: Math.round((Date.now() - started) / 1_000),
      findings,
    }
  } finally {
    await fleet.end()
    await tasker.close()
  }
}

/** Creates the tasks, and kills meanwhile. */
const underFire = async (
  { seconds }: ChaosOptions,
  tasker: Tasker,
  fleet: Fleet,
  people: People,
  stories: ReadonlyArray<Story>,
  dice: Dice,
): Promise<ReadonlyMap<string, Story>> => {
  const created = new Map<string, Story>()
  const end = Date.now() + seconds * 1_000
  const apartMs = (seconds * 1_000 * CREATING) / stories.length
  const creating = (async () => {
    for (const story of stories) {
      const priority = dice.upTo(5)
      const task = await tasker.tasks.create(await tasker.template(story.template), story.input, { priority })
      created.set(task.id, story)
      people.meet(task.id, story)
      await passing(apartMs)
    }
  })()
  creating.catch(() => undefined)
  while (Date.now() < end) {
    await passing(KILL_EVERY_MS)
    await fleet.killOne(dice)
  }
  await creating
  return created
}

const allEnded = async (tasker: Tasker, created: ReadonlyMap<string, Story>): Promise<void> => {
  const open = new Set(created.keys())
  const late = AbortSignal.timeout(PATIENCE_MS)
  setMaxListeners(open.size + 1, late)
  const waiting = [...created.keys()].map(async (id) => {
    await (await tasker.tasks.get(id)).result({ signal: late })
    open.delete(id)
  })
  const [failed] = (await Promise.allSettled(waiting)).flatMap((one) => (one.status === 'rejected' ? [one.reason] : []))
  if (failed === undefined) return
  const [first = ''] = open
  const why = await tasker.why.task(first).catch((error: unknown) => String(error))
  throw new Error(`${open.size} tasks have not ended, ${first} among them: ${JSON.stringify(why)}`, { cause: failed })
}

const countBy = <A>(all: ReadonlyArray<A>, key: (one: A) => string): Readonly<Record<string, number>> => {
  const counts: Record<string, number> = {}
  for (const one of all) counts[key(one)] = (counts[key(one)] ?? 0) + 1
  return counts
}

/** What happened, in a few lines. */
export const reportLines = ({ seed }: ChaosOptions, report: ChaosReport): ReadonlyArray<string> => {
  const { ends, killed, lost, votes, paused, events, seconds, findings } = report
  const ended = Object.entries(ends).map(([end, count]) => `${count} ${end}`)
  return [
    `seed ${seed}: ${ended.join(', ')}; ${events} events in ${seconds} s`,
    `killed: ${killed.engine} engines, ${killed.worker} workers; ${lost} running attempts were lost with them`,
    `people: ${votes} votes at gates, ${paused} tasks paused and let go on`,
    ...(findings.length === 0
      ? ['every task and step ended as the model said; chains, limits, bounds and projections hold']
      : findings.map((finding) => `WRONG: ${finding}`)),
  ]
}
