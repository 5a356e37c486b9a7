/**
 * The demonstration over a database that is at hand: it serves the data, starts an engine with a catalog worker, creates
 * the task, approves its gates as the reviewer would, and gives an account of what the log says. It leaves nothing
 * running, however it ends.
 */
import * as E from 'fp-ts/lib/Either.js'
import { dataLines } from '../../src/audit/data-lines.js'
import { paragraph } from '../../src/audit/paragraphs.js'
import { contentsOf } from '../../src/audit/told-task.js'
import type { TaskEvent } from '../../src/core/event.js'
import type { Json } from '../../src/core/json.js'
import { streamOf } from '../../src/engine/ids.js'
import type { TaskHandle, TaskResult } from '../../src/engine/tasks.js'
import { createTasker, type Tasker } from '../../src/main.js'
import { parseRecorded, recordedPlanner } from '../../src/planner/recorded.js'
import type { Planner } from '../../src/ports/planner.js'
import { parseYaml } from '../../src/templates/yaml-source.js'
import { type Account, accountOf } from './account.js'
import { startCountryService } from './country-service.js'
import { openDashboard } from './dashboard.js'
import { type DemoFiles, demoFiles } from './demo-files.js'
import { progressDisplay, type Screen } from './progress-display.js'
import { followTask } from './task-events.js'

export interface Setting {
  readonly databaseUrl: string
  /** Absent, the recorded answers are played. */
  readonly planner?: Planner
  readonly plannerModel?: string
  readonly screen: Screen
  /** Aborted when the person wants to stop: the task is cancelled. */
  readonly signal: AbortSignal
  say(lines: ReadonlyArray<string>): void
  /** Leaves the dashboard up on the task, from its creation until this has ended. */
  readonly serve?: (demonstrated: Demonstrated, page: string) => Promise<void>
}

export interface Demonstrated {
  readonly taskId: string
  readonly result: TaskResult
  readonly events: ReadonlyArray<TaskEvent>
  readonly account: Account
  /** From the creation of the task to its end, in milliseconds. */
  readonly took: number
}

const NAMESPACE = 'demo'
const REVIEWER = 'reviewer (the demonstration)'

/** Runs the whole of it. Throws where something is broken; a task that failed is a result. */
export const demonstrate = async (setting: Setting): Promise<Demonstrated> => {
  const service = await startCountryService()
  try {
    const files = demoFiles(service.host)
    const tasker = await createTasker({
      databaseUrl: setting.databaseUrl,
      namespace: NAMESPACE,
      planner: setting.planner ?? recorded(files),
      ...(setting.plannerModel === undefined ? {} : { plannerModel: setting.plannerModel }),
      privateHosts: [service.host],
      projections: setting.serve !== undefined,
    })
    try {
      return setting.serve === undefined
        ? await runTask(tasker, files, setting)
        : await served(tasker, files, setting, setting.serve)
    } finally {
      await tasker.close(setting.signal.aborted ? { graceMs: 0 } : {})
    }
  } finally {
    await service.close()
  }
}

/** It may be watched from its creation on. */
const served = async (
  tasker: Tasker,
  files: DemoFiles,
  setting: Setting,
  serve: NonNullable<Setting['serve']>,
): Promise<Demonstrated> => {
  const web = await openDashboard(tasker)
  try {
    const demonstrated = await runTask(tasker, files, setting)
    if (!setting.signal.aborted) await serve(demonstrated, `${web.url}/ui/tasks/${demonstrated.taskId}`)
    return demonstrated
  } finally {
    await web.close()
  }
}

const recorded = (files: DemoFiles): Planner => {
  const parsed = parseRecorded(files.answers)
  if (E.isLeft(parsed)) throw new Error(`the recorded answers, at "${parsed.left.path}": ${parsed.left.message}`)
  return recordedPlanner(parsed.right)
}

const runTask = async (tasker: Tasker, files: DemoFiles, setting: Setting): Promise<Demonstrated> => {
  const source = parseYaml(files.template, 'life-expectancy.yaml')
  if (E.isLeft(source)) throw new Error(source.left.map(({ message }) => message).join('\n'))
  const template = await tasker.template(source.right.value)
  const begun = performance.now()
  const task = await tasker.tasks.create(template, files.input)
  const display = progressDisplay(setting.screen)
  const belowProgress = (lines: ReadonlyArray<string>): void => {
    display.settle()
    setting.say(lines)
  }
  const ended = new AbortController()
  const following = followTask(tasker.log, streamOf(task.id), ended.signal, display.show)
  // Its failure is told where it is awaited, and must not end the process before that.
  following.catch(() => undefined)
  try {
    const result = await untilEnded(tasker, task, { ...setting, say: belowProgress })
    const took = performance.now() - begun
    ended.abort()
    const events = await following
    display.settle()
    const read = await contentsOf(tasker.log, streamOf(task.id), events)
    return { taskId: task.id, result, events, account: accountOf(events, read, reportIn(result)), took }
  } finally {
    ended.abort()
    display.settle()
    await following.catch(() => undefined)
  }
}

const reportIn = (result: TaskResult): Json => result.steps.report_by_region?.result ?? null

/** Waits until the task has ended; whenever only a person can move it, the demonstration is that person. */
const untilEnded = async (tasker: Tasker, task: TaskHandle, setting: Setting): Promise<TaskResult> => {
  const waits = (view: { readonly status: string }): boolean => view.status === 'waiting_for_approval'
  for (;;) {
    try {
      const result = await task.result({ signal: setting.signal, until: waits })
      if (!waits(result)) return result
    } catch (error) {
      if (!setting.signal.aborted) throw error
      return cancelled(tasker, task)
    }
    await approve(tasker, task, setting)
  }
}

const approve = async (tasker: Tasker, task: TaskHandle, setting: Setting): Promise<void> => {
  for (const gate of await tasker.gates.list(task.id)) {
    setting.say([
      ...paragraph(`  Gate ${gate.step}: `, gate.question),
      ...dataLines(gate.context, '    '),
      ...paragraph(
        '    ',
        'Now a person would decide. Nobody is asked here: the demonstration approves, as the reviewer would.',
      ),
    ])
    await tasker.gates.approve(task.id, gate.step, {
      actor: REVIEWER,
      comment: 'Approved by the demonstration in place of a person.',
      digest: gate.digest,
    })
  }
}

const cancelled = async (tasker: Tasker, task: TaskHandle): Promise<TaskResult> => {
  const actor = { kind: 'person', id: 'demonstration', authenticated: false } as const
  await tasker.tasks.ask(task.id, { type: 'cancel-task', reason: 'the demonstration was stopped' }, actor)
  return task.view()
}
