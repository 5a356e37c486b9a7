/**
 * How fast pages answer, over HTTP, in a store that has been in use for a while: each page again and again, a task's own
 * pages each time of another task, and one of 10,000 steps by a process that has never seen it.
 */
import { performance } from 'node:perf_hooks'
import { defineHandler } from '../../catalog/define-handler.js'
import { PROJECTIONS } from '../../projections/projections.js'
import type { HttpServer } from '../../src/http/server.js'
import { createTasker, type Tasker } from '../../src/main.js'
import { StepFailure } from '../../src/ports/handler.js'
import { openWeb } from '../../src/web.js'
import { benchPlanner, fillStore, runSamples } from './believable-store.js'
import { withClient } from './server.js'
import { NAMESPACE, nothingHandler, templateFor } from './workloads.js'

export interface PageMeasurement {
  readonly page: string
  readonly p50Ms: number
  readonly p95Ms: number
}

export interface PagesMeasured {
  readonly tasks: number
  readonly events: number
  readonly pages: ReadonlyArray<PageMeasurement>
  /** From the first request to the last byte of its page. */
  readonly largeTaskMs: number
  /** Of that task, again and again. */
  readonly largePages: ReadonlyArray<PageMeasurement>
}

const ROUNDS = 60
const WARM_UP = 6
const LARGE = { kind: 'fan', width: 9_998 } as const

const LISTS: ReadonlyArray<string> = [
  '/ui/tasks',
  '/ui/tasks?status=complete',
  '/ui/tasks?status=blocked_by_failures&template=invoice_3',
  '/ui/tasks?q=order&within=7d',
  '/ui/tasks?q=nobody-has-this',
  '/ui/tasks?status=error',
  '/ui/gates',
  '/ui/gates?closed',
  '/ui/dead-letters',
  '/ui/dead-letters?dealt',
  '/ui/planner',
  '/ui/planner?status=rejected',
  '/ui/catalog',
  '/ui/catalog/catalog:transform',
  '/ui/templates',
  '/ui/workers',
  '/ui/schedules',
  '/ui/subscriptions',
  '/ui/projections',
  '/api/v1/tasks?limit=100',
  '/api/v1/tasks?status=cancelled&order=oldest',
  '/api/v1/planning-decisions',
  '/api/v1/gates',
  '/api/v1/dead-letters',
]

/** Pages of one task, each time of another one, and what has to have become of those. */
interface OfATask {
  readonly page: string
  readonly status: 'complete' | 'waiting_for_approval' | 'blocked_by_failures'
  readonly isPlanned?: boolean
  readonly path: (task: string) => string
}

const OF_A_TASK: ReadonlyArray<OfATask> = [
  ...['', '?at=40', '?step=step_7', '/timeline', '/steps', '/events', '/events?after=60'].map((tab) => ({
    page: `/ui/tasks/…${tab}`,
    status: 'complete' as const,
    isPlanned: false,
    path: (task: string) => `/ui/tasks/${task}${tab}`,
  })),
  ...['', '/planning', '?step=plan'].map((tab) => ({
    page: `/ui/tasks/…${tab} (planned)`,
    status: 'complete' as const,
    isPlanned: true,
    path: (task: string) => `/ui/tasks/${task}${tab}`,
  })),
  { page: '/ui/gates/…', status: 'waiting_for_approval', path: (task) => `/ui/gates/${task}?step=last` },
  { page: '/ui/dead-letters/…', status: 'blocked_by_failures', path: (task) => `/ui/dead-letters/${task}` },
  { page: '/api/v1/tasks/…', status: 'complete', path: (task) => `/api/v1/tasks/${task}` },
]

/** Of the one of 10,000 steps, once it has been opened; the slider goes to its middle. */
const OF_THE_LARGE: ReadonlyArray<string> = ['', '?at=15000', '/timeline', '/steps', '/events', '/planning']

export const measurePages = async (
  databaseUrl: string,
  wanted: number,
  onProgress: (what: string) => void,
): Promise<PagesMeasured> => {
  const state = { isFailing: false }
  const maker = await open(databaseUrl, state, true)
  const large = await madeBy(maker, async () => {
    const task = await maker.tasks.create(await maker.template(templateFor(LARGE)), {})
    await task.result()
    return task.id
  })
  const samples = await runSamples(maker, (isFailing) => {
    state.isFailing = isFailing
  })
  await projected(maker)
  await maker.close()
  onProgress('tasks that really ran')
  const store = await withClient(databaseUrl, (client) => fillStore(client, samples, wanted, onProgress))

  const reader = await open(databaseUrl, state, false)
  const web = await openWeb(reader, { host: '127.0.0.1', port: 0 })
  try {
    const largeTaskMs = await timed(web, `/ui/tasks/${large}`)
    const pages: PageMeasurement[] = []
    for (const path of LISTS) pages.push(await measurePage(web, path, () => path))
    for (const { page, path, ...which } of OF_A_TASK) {
      const tasks = await someTasks(reader, which)
      pages.push(await measurePage(web, page, (round) => path(tasks[round % tasks.length] ?? large)))
    }
    const largePages: PageMeasurement[] = []
    for (const tab of OF_THE_LARGE) {
      largePages.push(await measurePage(web, `/ui/tasks/…${tab}`, () => `/ui/tasks/${large}${tab}`))
    }
    return { ...store, pages, largeTaskMs, largePages }
  } finally {
    await web.close()
    await reader.close()
  }
}

const open = (databaseUrl: string, state: { readonly isFailing: boolean }, works: boolean): Promise<Tasker> =>
  createTasker({
    databaseUrl,
    namespace: NAMESPACE,
    serves: works ? 'all' : 'none',
    sweeps: works,
    projections: works,
    planner: benchPlanner,
    handlers: [
      nothingHandler(() => undefined),
      defineHandler({
        name: 'bench_failing',
        run: () => {
          if (state.isFailing) throw new StepFailure('paper_jam', 'the printer has no paper', { retryable: false })
          return null
        },
      }),
    ],
  })

const madeBy = async <A>(tasker: Tasker, make: () => Promise<A>): Promise<A> => {
  try {
    return await make()
  } catch (error) {
    await tasker.close()
    throw error
  }
}

const PROJECTED_MS = 300_000

const projected = async ({ log, projections }: Tasker): Promise<void> => {
  const position = await log.position()
  for (const { name } of PROJECTIONS) {
    if (!(await projections.waitFor(name, position, PROJECTED_MS))) throw new Error(`${name} does not follow`)
  }
}

/** From all over the store: some of every page of the list. */
const someTasks = async (
  { projections }: Tasker,
  { status, isPlanned }: Pick<OfATask, 'status' | 'isPlanned'>,
): Promise<ReadonlyArray<string>> => {
  const ids: string[] = []
  const wanted = { statuses: [status], limit: 500, ...(isPlanned === undefined ? {} : { isPlanned }) }
  for (let after: string | undefined; ids.length < 10 * ROUNDS; ) {
    const { items, next } = await projections.read.tasks({ ...wanted, ...(after === undefined ? {} : { after }) })
    ids.push(...items.filter((_, at) => at % 7 === 0).map(({ task }) => task))
    if (next === null) break
    after = next
  }
  if (ids.length === 0) throw new Error(`the store has no task that is ${status}`)
  return ids
}

const measurePage = async (
  web: HttpServer,
  page: string,
  pathOf: (round: number) => string,
): Promise<PageMeasurement> => {
  const samples: number[] = []
  for (let round = 0; round < ROUNDS + WARM_UP; round += 1) {
    const ms = await timed(web, pathOf(round))
    if (round >= WARM_UP) samples.push(ms)
  }
  const sorted = samples.sort((left, right) => left - right)
  const at = (share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0
  return { page, p50Ms: at(0.5), p95Ms: at(0.95) }
}

let asked = 0

/** Each by another person, so that nobody asks too often. */
const timed = async ({ url }: HttpServer, path: string): Promise<number> => {
  asked += 1
  const started = performance.now()
  const answer = await fetch(`${url}${path}`, { headers: { 'tasker-actor': `reader-${asked}` } })
  await answer.text()
  const ms = performance.now() - started
  if (answer.status !== 200) throw new Error(`${path} answers with ${answer.status}`)
  return ms
}
