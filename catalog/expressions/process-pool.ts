/**
 * Evaluators: processes that each work on one job at a time.
 *
 * One is starting, idle or busy. It starts when a job waits and none is idle, up to the number allowed; it says that it
 * is ready; then the oldest job is sent to it. An answer makes it idle again. One that is out of time or of memory has
 * ended (itself, or by force a little later): its job is answered by a fault, and the next job starts another. An idle one
 * keeps nobody alive, and ends when the process that started it does.
 */
import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import * as E from 'fp-ts/lib/Either.js'
import type { ExpressionFault } from '../../src/ports/expressions.js'
import { type Answer, type Job, OUT_OF_TIME } from './evaluation-job.js'

export interface PoolLimits {
  readonly processes: number
  readonly timeoutMs: number
  readonly memoryMb: number
}

interface Waiting {
  readonly job: Job
  readonly answer: (answer: E.Either<ExpressionFault, string>) => void
  readonly fail: (error: Error) => void
}

interface Evaluator {
  readonly child: ChildProcess
  state: 'starting' | 'idle' | 'busy' | 'ended'
  current: Waiting | undefined
  timer: NodeJS.Timeout | undefined
}

/** How long after its time an evaluator that did not end itself is ended by force. */
const GRACE_MS = 2_000

export class ProcessPool {
  private readonly evaluators = new Set<Evaluator>()
  private readonly waiting: Waiting[] = []
  private closed = false

  constructor(private readonly limits: PoolLimits) {}

  /** The text of the job's result, or the fault of what was evaluated. Rejects only where no evaluator can be started. */
  run(job: Job): Promise<E.Either<ExpressionFault, string>> {
    return new Promise((answer, fail) => {
      if (this.closed) return fail(closedError())
      this.waiting.push({ job, answer, fail })
      this.dispatch()
    })
  }

  async close(): Promise<void> {
    this.closed = true
    for (const each of this.waiting.splice(0)) each.fail(closedError())
    await Promise.all(
      [...this.evaluators].map((evaluator) => {
        this.forget(evaluator)
        evaluator.current?.fail(closedError())
        return new Promise<void>((resolve) => {
          if (evaluator.child.exitCode !== null || !evaluator.child.kill('SIGKILL')) return resolve()
          evaluator.child.ref()
          evaluator.child.once('exit', () => resolve())
        })
      }),
    )
  }

  private dispatch(): void {
    for (const evaluator of this.evaluators) {
      if (evaluator.state === 'idle') this.give(evaluator)
    }
    const starting = [...this.evaluators].filter(({ state }) => state === 'starting').length
    if (this.waiting.length > starting && this.evaluators.size < this.limits.processes) this.start()
  }

  private start(): void {
    const child = fork(fileURLToPath(new URL('./evaluation-process.js', import.meta.url)), {
      env: process.env.LD_LIBRARY_PATH === undefined ? {} : { LD_LIBRARY_PATH: process.env.LD_LIBRARY_PATH },
      execArgv: [`--max-old-space-size=${this.limits.memoryMb}`],
      serialization: 'advanced',
      // V8 writes pages of traces when it runs out of memory.
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    })
    const evaluator: Evaluator = { child, state: 'starting', current: undefined, timer: undefined }
    this.evaluators.add(evaluator)
    child.on('message', (answer: Answer) => this.receive(evaluator, answer))
    child.on('error', (error) => this.lose(evaluator, error))
    child.on('exit', (code, signal) => this.ended(evaluator, code, signal))
  }

  private give(evaluator: Evaluator): void {
    const next = this.waiting.shift()
    if (next === undefined) return
    evaluator.state = 'busy'
    evaluator.current = next
    evaluator.child.ref()
    evaluator.child.channel?.ref()
    evaluator.timer = setTimeout(() => {
      this.end(evaluator, outOfTime(this.limits.timeoutMs))
      evaluator.child.kill('SIGKILL')
    }, this.limits.timeoutMs + GRACE_MS)
    evaluator.child.send(next.job, (error) => {
      if (error !== null) this.lose(evaluator, error)
    })
  }

  private receive(evaluator: Evaluator, answer: Answer): void {
    if (evaluator.state === 'ended') return
    clearTimeout(evaluator.timer)
    if (answer.kind === 'result') evaluator.current?.answer(E.right(answer.result))
    else if (answer.kind === 'fault') {
      evaluator.current?.answer(E.left({ code: answer.code, message: answer.message }))
    }
    evaluator.current = undefined
    evaluator.state = 'idle'
    evaluator.child.unref()
    evaluator.child.channel?.unref()
    this.dispatch()
  }

  /** An evaluator at work that ends by anything but its clock has met the limit of its memory. */
  private ended(evaluator: Evaluator, code: number | null, signal: NodeJS.Signals | null): void {
    if (evaluator.state === 'busy') {
      this.end(evaluator, code === OUT_OF_TIME ? outOfTime(this.limits.timeoutMs) : outOfMemory(this.limits.memoryMb))
    } else this.lose(evaluator, new Error(`the evaluator ended (${signal ?? code})`))
  }

  private end(evaluator: Evaluator, fault: ExpressionFault): void {
    this.forget(evaluator)
    evaluator.current?.answer(E.left(fault))
    this.dispatch()
  }

  private lose(evaluator: Evaluator, error: Error): void {
    if (evaluator.state === 'ended') return
    const neverStarted = evaluator.state === 'starting'
    this.forget(evaluator)
    const broken = new Error('an evaluator broke', { cause: error })
    evaluator.current?.fail(broken)
    // One that cannot even start would be started again without end.
    if (neverStarted) for (const each of this.waiting.splice(0)) each.fail(broken)
    this.dispatch()
  }

  private forget(evaluator: Evaluator): void {
    clearTimeout(evaluator.timer)
    evaluator.state = 'ended'
    this.evaluators.delete(evaluator)
  }
}

const closedError = (): Error => new Error('the evaluator is closed')

const outOfTime = (timeoutMs: number): ExpressionFault => ({
  code: 'expression_timeout',
  message: `the evaluation took longer than ${timeoutMs} ms`,
})

const outOfMemory = (memoryMb: number): ExpressionFault => ({
  code: 'expression_out_of_memory',
  message: `the evaluation needed more than ${memoryMb} MB of memory`,
})
