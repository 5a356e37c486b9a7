/** What came of a task that was run: its exit code, its document for programs, its lines for people. */
import type { JsonObject } from '../core/json.js'
import type { TaskStatus } from '../core/status.js'
import type { StepResult, TaskResult } from '../engine/tasks.js'
import type { ErrorReport } from './error-report.js'
import { EXIT, type ExitCode } from './exit-code.js'
import type { Output } from './output.js'

/** A gate is open and nothing else can go on, or somebody has paused the task; what still runs ends by itself. */
export const waitsForPeople = (status: TaskStatus): boolean => status === 'waiting_for_approval' || status === 'paused'

export const exitCodeOf = ({ status }: Pick<TaskResult, 'status'>): ExitCode => {
  if (status === 'complete' || status === 'resolved_manually') return EXIT.complete
  return waitsForPeople(status) ? EXIT.waiting : EXIT.failed
}

/** The document of `tasker run --json`; its keys are a public contract. */
export const resultAsJson = ({ taskId, status, steps, error }: TaskResult): JsonObject => ({
  taskId,
  status,
  steps: Object.fromEntries(Object.entries(steps).map(([name, step]) => [name, stepAsJson(step)])),
  error: error === null ? null : errorOf(error.code, error.message, undefined, error.step ?? undefined),
})

/** The same document where no task came into being. */
export const refusalAsJson = ({ code, message, path, step }: ErrorReport): JsonObject => ({
  taskId: null,
  status: null,
  steps: {},
  error: errorOf(code, message, path, step),
})

const errorOf = (code: string, message: string, path: string | undefined, step: string | undefined): JsonObject => ({
  code,
  message,
  ...(path === undefined || path === '' ? {} : { path }),
  ...(step === undefined ? {} : { step }),
})

const stepAsJson = ({ state, settlement, attempts, result, createdBy }: StepResult): JsonObject => ({
  state,
  settlement,
  attempts,
  result,
  createdBy: { ...createdBy },
})

export const printResult = (result: TaskResult, { print, table, paint }: Output): void => {
  print(`${paint.bold(result.status)} ${result.taskId}`)
  table(Object.entries(result.steps).map(rowOf))
  if (result.error !== null) {
    const { code, message, step } = result.error
    print(`${paint.red(code)}${step === null ? '' : ` in ${step}`}: ${message}`)
    if (result.status === 'blocked_by_failures') print(`  → tasker why ${result.taskId}`)
  }
  if (result.status === 'paused') {
    print(paint.yellow('waits for a person: it is paused'))
    print(`  → tasker task resume ${result.taskId}`)
  }
  for (const [name, { state }] of Object.entries(result.steps)) {
    if (state !== 'waiting_for_approval') continue
    print(`${paint.yellow('waits for a person')}: ${name}`)
    print(`  → tasker gate approve ${result.taskId} ${name}`)
  }
}

const RESULT_CHARS = 80

const rowOf = ([name, { state, settlement, attempts, result, error }]: readonly [string, StepResult]) => {
  const said = error === null ? (result === null ? '' : JSON.stringify(result)) : `${error.code}: ${error.message}`
  const shown = said.length > RESULT_CHARS ? `${said.slice(0, RESULT_CHARS)}…` : said
  const told = state === 'pending' && settlement !== null ? `never runs (${settlement})` : state
  return [name, told, attempts > 1 ? `${attempts} attempts` : '', shown]
}
