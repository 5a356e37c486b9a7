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
}

const ROUNDS = 60
const WARM_UP = 6
const LARGE = { kind: 'fan', width: 9_998 } as const

const LISTS: ReadonlyArray<string> = [
  '/ui/tasks',
  '/ui/tasks?status=complete',
  '/ui/tasks?status=blocked_by_failures&template=invoice_3',
  '/ui/tasks?q=order&within=7d',
  '/ui/gates',
  '/ui/dead-letters',
  '/ui/planner',
  '/ui/catalog',
  '/ui/templates',
  '/ui/workers',
  '/ui/schedules',
  '/ui/subscriptions',
  '/ui/projections',
]

const OF_A_TASK: ReadonlyArray<string> = ['', '/timeline', '/steps', '/events']

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
    const tasks = await someTasks(reader)
    const pages: PageMeasurement[] = []
    for (const path of LISTS) pages.push(await measurePage(web, path, () => path))
    for (const tab of OF_A_TASK) {
      pages.push(
        await measurePage(web, `/ui/tasks/…${tab}`, (round) => `/ui/tasks/${tasks[round % tasks.length]}${tab}`),
      )
    }
    return { ...store, pages, largeTaskMs }
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
const someTasks = async ({ projections }: Tasker): Promise<ReadonlyArray<string>> => {
  const ids: string[] = []
  for (let after: string | undefined; ids.length < 10 * ROUNDS; ) {
    const { items, next } = await projections.read.tasks({ limit: 500, ...(after === undefined ? {} : { after }) })
    ids.push(...items.filter((_, at) => at % 7 === 0).map(({ task }) => task))
    if (next === null) break
    after = next
  }
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
