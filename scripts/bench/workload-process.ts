/**
 * One measurement of one workload, in a process of its own, so that neither memory nor warmed-up code of another one
 * counts. It makes the load, and does the work as well unless there are workers; it answers its parent once.
 */
import type pg from 'pg'
import type { Template } from '../../src/core/template.js'
import { createTasker, type Tasker } from '../../src/main.js'
import { startWorkers, type Workers } from './carriers.js'
import { StepLatencies, spreadOf } from './measure.js'
import type { Assignment, Measurement } from './measurement.js'
import { cpuSecondsOf, watchMemory } from './processes.js'
import { redisCpuSeconds } from './redis-usage.js'
import { readServer, type ServerState, withClient } from './server.js'
import { isWide, NAMESPACE, nothingHandler, smallOf, stepsOf, templateFor } from './workloads.js'

const WARM_UP_MS = 1_500

interface Load {
  readonly latencies: StepLatencies
  /** Milliseconds that each finished task took. */
  taskMs: number[]
  stopped: boolean
}

const main = async (assignment: Assignment): Promise<Measurement> => {
  const { workload, databaseUrl, redisUrl, queuePrefix, workers: count } = assignment
  const load: Load = { latencies: new StepLatencies(), taskMs: [], stopped: false }
  const workers = await startWorkers(assignment, count)
  const tasker = await createTasker({
    databaseUrl,
    redisUrl,
    queuePrefix,
    namespace: NAMESPACE,
    handlers: [nothingHandler(({ task, step }) => load.latencies.called(task.id, isWide(step.name)))],
    serves: count === 0 ? 'all' : 'none',
  })
  const template = await tasker.template(templateFor(workload.shape))
  const measurement = await withClient(databaseUrl, (client) =>
    workload.timing === 'loop'
      ? measureLoop(assignment, load, workers, client, tasker, template)
      : measureWhole(assignment, load, workers, client, tasker, template),
  )
  await tasker.close()
  await workers.stop()
  return measurement
}

const measureLoop = async (
  assignment: Assignment,
  load: Load,
  workers: Workers,
  client: pg.Client,
  tasker: Tasker,
  template: Template,
): Promise<Measurement> => {
  const { workload, seconds } = assignment
  const loops = Array.from({ length: workload.inFlight }, () => runTasks(tasker, template, load))
  await Promise.race([...loops, passed(WARM_UP_MS)])
  const end = await startMeasuring(assignment, load, workers, client)
  await Promise.race([...loops, passed(seconds * 1_000)])
  const measurement = await end()
  load.stopped = true
  await Promise.all(loops)
  return measurement
}

/** Warmed up by small tasks of the same shape: what is compared is the size of a task, not how warm the code is. */
const measureWhole = async (
  assignment: Assignment,
  load: Load,
  workers: Workers,
  client: pg.Client,
  tasker: Tasker,
  template: Template,
): Promise<Measurement> => {
  const small = await tasker.template(templateFor(smallOf(assignment.workload.shape)))
  const warming = runTasks(tasker, small, load)
  await Promise.race([warming, passed(WARM_UP_MS)])
  load.stopped = true
  await warming
  const end = await startMeasuring(assignment, load, workers, client)
  for (const started = performance.now(); ; ) {
    await Promise.all(Array.from({ length: assignment.workload.inFlight }, () => runTask(tasker, template, load)))
    if (performance.now() - started > assignment.seconds * 1_000) return end()
  }
}

const runTasks = async (tasker: Tasker, template: Template, load: Load): Promise<void> => {
  while (!load.stopped) await runTask(tasker, template, load)
}

const runTask = async (tasker: Tasker, template: Template, load: Load): Promise<void> => {
  const created = performance.now()
  const task = await tasker.tasks.create(template, {})
  load.latencies.created(task.id, created)
  const result = await task.result()
  if (result.status !== 'complete') throw new Error(`a task of the load ended as ${result.status}`)
  load.latencies.ended(task.id)
  load.taskMs.push(performance.now() - created)
}

const passed = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

interface Reading {
  readonly at: number
  readonly client: number
  readonly redis: number | undefined
  readonly server: ServerState
}

const startMeasuring = async (
  assignment: Assignment,
  load: Load,
  workers: Workers,
  client: pg.Client,
): Promise<() => Promise<Measurement>> => {
  const read = async (): Promise<Reading> => ({
    redis: await redisCpuSeconds(assignment.redisUrl),
    server: await readServer(client),
    client: workers.pids.reduce((sum, pid) => sum + (cpuSecondsOf(pid) ?? 0), ownCpuSeconds()),
    at: performance.now(),
  })
  const memory = watchMemory([process.pid, ...workers.pids])
  const before = await read()
  const callsBefore = load.latencies.calls
  load.latencies.take()
  load.taskMs = []
  return async () => {
    const perTask = stepsOf(assignment.workload.shape)
    const steps = assignment.workers > 0 ? load.taskMs.length * perTask : load.latencies.calls - callsBefore
    const after = await read()
    const seconds = (after.at - before.at) / 1_000
    const per1000 = (left: number | undefined, right: number | undefined): number | undefined =>
      left === undefined || right === undefined ? undefined : (right - left) / (steps / 1_000)
    return {
      id: assignment.workload.id,
      workers: assignment.workers,
      steps,
      seconds,
      stepsPerSecond: steps / seconds,
      taskMsPerStep: spreadOf(load.taskMs.map((ms) => ms / perTask)),
      stepMs: spreadOf(load.latencies.take()),
      cpuSecondsPer1000: {
        client: per1000(before.client, after.client) ?? 0,
        server: per1000(before.server.cpuSeconds, after.server.cpuSeconds),
        redis: per1000(before.redis, after.redis),
      },
      peakMemoryBytes: memory.stop(),
      bytesPerStep: {
        database: (after.server.databaseBytes - before.server.databaseBytes) / steps,
        wal: (after.server.walBytes - before.server.walBytes) / steps,
      },
    }
  }
}

const ownCpuSeconds = (): number => {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1e6
}

const measurement = await main(JSON.parse(process.argv[2] ?? ''))
process.send?.(measurement)
process.disconnect?.()
