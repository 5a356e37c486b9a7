/** Following one task until it is over or blocked, or until only a person can move it; then what came of it is told. */
import type { JsonObject } from '../core/json.js'
import type { TaskHandle, TaskResult } from '../engine/tasks.js'
import type { Invocation } from './command.js'
import { reportLines, reportOf } from './error-report.js'
import { runProgress } from './run-progress.js'
import { exitCodeOf, printResult, refusalAsJson, resultAsJson, waitsForPeople } from './run-result.js'
import { asUserError } from './user-error.js'

/** As a shell reports a program that SIGINT ended. */
const INTERRUPTED = 130

/** Resolves with the exit code. What the task came to is printed, `more` beside it in the document for programs. */
export const followTask = async (invocation: Invocation, task: TaskHandle, more: JsonObject = {}): Promise<number> => {
  const { output, json } = invocation
  const result = await standstillOf(invocation, task)
  if (typeof result === 'number') return result
  if (json) output.printJson({ ...resultAsJson(result), ...more })
  else printResult(result, output)
  return exitCodeOf(result)
}

/** The task as it stands when nothing goes on by itself; the exit code where that cannot be waited for, and is told. */
export const standstillOf = async (invocation: Invocation, task: TaskHandle): Promise<TaskResult | number> => {
  const { output, json, system, signal } = invocation
  const progress = runProgress(system.stderr, json ? () => undefined : output.note)
  try {
    const result = await task.result({
      signal,
      until: (glance) => {
        if (!json) progress.show(glance)
        return waitsForPeople(glance.status)
      },
    })
    progress.end()
    return result
  } catch (error) {
    progress.end()
    if (!signal.aborted) return lostSight(invocation, task.id, error)
    const interrupted = await task.view()
    if (json) output.printJson(resultAsJson(interrupted))
    else output.note(`interrupted; task ${task.id} is kept and goes on with the next worker: tasker worker`)
    return INTERRUPTED
  }
}

/** The task is there, and its name with it, although what became of it cannot be told: the database has gone, say. */
const lostSight = ({ json, output }: Invocation, taskId: string, error: unknown): number => {
  output.note(`task ${taskId} is kept, and goes on with the next worker`)
  const known = asUserError(error)
  if (!json || known === undefined) throw error
  const report = reportOf(known)
  output.printJson({ ...refusalAsJson(report), taskId })
  for (const line of reportLines(report, output.paintNote)) output.note(line)
  return known.exitCode
}
