/** How a history comes about: a task is really run, by a tasker over a log in memory, to where its history ends. */
import type { Command } from '../../src/core/decide/command.js'
import type { Actor } from '../../src/core/event.js'
import type { JsonObject } from '../../src/core/json.js'
import { streamOf } from '../../src/engine/ids.js'
import type { TaskHandle } from '../../src/engine/tasks.js'
import type { Log } from '../../src/ports/log.js'
import { type Planned, plannedTasker } from '../support/planned-tasker.js'

export interface History {
  readonly log: Log
  readonly stream: string
  close(): Promise<void>
}

const ADA: Actor = { kind: 'person', id: 'ada', authenticated: true }

export interface Told {
  readonly planned: Planned
  start(steps: ReadonlyArray<JsonObject>, more?: JsonObject): Promise<TaskHandle>
  ask(task: TaskHandle, command: Command): Promise<void>
  /** Waits for a status or for the end. */
  until(task: TaskHandle, ...statuses: ReadonlyArray<string>): Promise<void>
}

export const step = (name: string, more: JsonObject = {}): JsonObject => ({
  name,
  handler: { callable: 'ok' },
  ...more,
})
export const by = (callable: string, initialization: JsonObject = {}): JsonObject => ({
  handler: { callable, initialization },
})

export const told = async (use: (told: Told) => Promise<TaskHandle>, ...setup: Parameters<typeof plannedTasker>) => {
  const planned = await plannedTasker(...setup)
  const { tasker, log } = planned
  const task = await use({
    planned,
    start: async (steps, more = {}) => {
      const template = { name: 'history', namespace_name: 'default', version: '1.0.0', steps, ...more }
      return tasker.tasks.create(await tasker.template(template), { order: 7, note: 'Ünïcödé' })
    },
    ask: (of, command) => tasker.tasks.ask(of.id, command, ADA),
    until: async (of, ...statuses) => {
      await of.result({ until: ({ status }) => statuses.includes(status) })
    },
  })
  return { log, stream: streamOf(task.id), close: () => tasker.close({ graceMs: 0 }) }
}

export const nothingPlanned = (): never => {
  throw new Error('nobody plans here')
}
