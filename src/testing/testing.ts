/**
 * Tasker for tests of a user's own handlers and templates: the same engine, worker, catalog and validation over a log and
 * a queue in memory, in the test's own process, without Postgres or Redis. Nobody waits: a step that is to be tried again
 * in an hour is tried again at once.
 */
import type { Json } from '../core/json.js'
import type { Template } from '../core/template.js'
import { streamOf } from '../engine/ids.js'
import { createMemoryLog } from '../log/memory-log.js'
import { startTasker, type Tasker } from '../main.js'
import type { DueKind, Log } from '../ports/log.js'
import { createMemoryQueue } from '../queue/memory-queue.js'
import type { TaskerOptions } from '../tasker-options.js'
import { createSkippingClock, type SkippingClock } from './skipping-clock.js'

export { type HandlerCallOptions, runHandler } from './run-handler.js'

export interface TestTaskerOptions
  extends Omit<
    TaskerOptions,
    'databaseUrl' | 'redisUrl' | 'queuePrefix' | 'clock' | 'sweeps' | 'projections' | 'serves'
  > {
  /** How long `run` and `rest` wait in real time before they give up (10 seconds). */
  readonly patienceMs?: number
}

export type TestResult = Awaited<ReturnType<Awaited<ReturnType<Tasker['tasks']['get']>>['view']>>

export interface TestTasker extends Tasker {
  /**
   * Creates a task and lets it run until nothing more happens by itself: it is over, it is blocked, or it waits for
   * people, for a signal or for a time that only `passTime` brings. A template is a file, an object, or one that
   * `template` has made. Throws `TestStuck` where it neither ends nor rests.
   */
  run(template: string | Json | Template, input?: Json): Promise<TestResult>
  /** Lets a task that somebody has moved on (a vote, a signal) run until it rests again. */
  rest(taskId: string): Promise<TestResult>
  /** Time goes by: what was due until then happens (a gate's time-out, a deadline). */
  passTime(ms: number): Promise<void>
}

/** A task was still under way when the test's patience was over; the message says what keeps it. */
export class TestStuck extends Error {
  readonly code = 'test_stuck'
  constructor(message: string) {
    super(message)
    this.name = 'TestStuck'
  }
}

const DEFAULT_PATIENCE_MS = 10_000

export const testTasker = async (options: TestTaskerOptions = {}): Promise<TestTasker> => {
  const { patienceMs = DEFAULT_PATIENCE_MS, ...others } = options
  const clock = createSkippingClock()
  const log = createMemoryLog(clock)
  const tasker = await startTasker({ ...others, databaseUrl: '', clock }, log, createMemoryQueue())

  const rest = async (taskId: string): Promise<TestResult> => {
    const handle = await tasker.tasks.get(taskId)
    if (!(await cameToRest(log, clock, streamOf(taskId), patienceMs))) throw await stuck(tasker, taskId, patienceMs)
    return handle.view()
  }
  return {
    ...tasker,
    rest,
    run: async (given, input = {}) => {
      const template = isTemplate(given) ? given : await tasker.template(given)
      return rest((await tasker.tasks.create(template, input)).id)
    },
    passTime: async (ms) => {
      clock.skipTo(clock.now() + ms)
      await turns()
      if (!(await cameToRest(log, clock, undefined, patienceMs))) throw new TestStuck('steps were still under way')
    },
    close: async (how) => {
      await tasker.close(how)
      clock.stop()
    },
  }
}

/** A file's name, or what stands in one, is no template yet. */
const isTemplate = (given: string | Json | Template): given is Template =>
  typeof given === 'object' && given !== null && 'digest' in given && 'lifecycle' in given

/** What nobody has to decide: it happens when its time has come. */
const BY_ITSELF: ReadonlyArray<DueKind> = ['retry', 'timer', 'command']

/** Skips what only waits for its time, until nothing does any more; false when patience is over. */
const cameToRest = async (
  log: Log,
  clock: SkippingClock,
  stream: string | undefined,
  patienceMs: number,
): Promise<boolean> => {
  const until = performance.now() + patienceMs
  for (let quiet = 0; performance.now() < until; ) {
    await turns()
    if (stream !== undefined && (await log.head(stream))?.open === false) return true
    quiet = (await isBusy(log, clock)) ? 0 : quiet + 1
    // Twice in a row: what was decided just now may have been on its way.
    if (quiet < 2) continue
    const next = await log.nextDue(BY_ITSELF)
    if (next === undefined) return true
    clock.skipTo(next + AFTER_GRACE_MS)
    quiet = 0
  }
  return false
}

/** An attempt runs, or a step stands in its queue. */
const isBusy = async (log: Log, clock: SkippingClock): Promise<boolean> => {
  const [open, queued] = await Promise.all([
    log.heads({ open: true, limit: MOST_TASKS }),
    log.dueBefore(clock.now(), ['queue'], 1),
  ])
  return queued.length > 0 || open.some(({ holders }) => holders.length > 0)
}

const MOST_TASKS = 1_000

/** The leader fires what its process has missed a moment later; a timer further off is the leader's alone. */
const AFTER_GRACE_MS = 1_000

/** Lets what is under way in memory go on. */
const turns = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 2))

const stuck = async (tasker: Tasker, taskId: string, patienceMs: number): Promise<TestStuck> => {
  const { sentences, steps } = await tasker.why.task(taskId)
  const said = [...sentences, ...steps.flatMap((step) => step.sentences)].join('; ')
  const why = said === '' ? 'a step is still running' : said
  return new TestStuck(`the task did not come to rest within ${patienceMs} ms: ${why}`)
}
