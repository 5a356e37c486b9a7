/** Tasks and gates on a server, as commands handle those of a database. */

import { notOverHttp } from '../cli/on-database.js'
import type { CommandTasks, OpenTasker } from '../cli/system.js'
import type { BulkReport, FoundTasks, NewTask, Change as SentChange } from '../client/client.js'
import type { Actor } from '../core/event.js'
import type { Json } from '../core/json.js'
import type { By, Change } from '../engine/change.js'
import type { CreateOptions } from '../engine/creation.js'
import type { OpenGate, Vote } from '../engine/gates.js'
import type { ChangeReport, TaskSummary } from '../engine/selection.js'
import type { TaskHandle } from '../engine/tasks.js'
import type { Connection } from './connection.js'
import { reasonOf } from './connection.js'
import { told } from './refusal.js'
import { handleOn } from './task-handle.js'

/** Tasks that a filter finds in one request. */
const FOUND_AT_ONCE = 500

export const remoteTasks = (connection: Connection): CommandTasks => {
  const { client, as } = connection
  return {
    create: async (template, input, options = {}) => {
      if ('steps' in template) throw notOverHttp('a template that was read here')
      return createOn(connection, { template: { ...template } }, input, options)
    },
    get: async (id) => {
      await told(client.tasks.get(id))
      return handleOn(connection, id, false)
    },
    find: async function* (filter) {
      for (let cursor: string | null | undefined; cursor !== null; ) {
        const query = { filter, limit: FOUND_AT_ONCE, ...(cursor === undefined ? {} : { cursor }) }
        const page: FoundTasks = await told(client.tasks.find(query))
        yield* page.items.map(summaryOf)
        cursor = page.next_cursor
      }
    },
    change: async (id, change, by) => {
      await told(changeOn(connection, id, change, by))
    },
    cancel: async (id, by) => {
      await told(changeOn(connection, id, { kind: 'cancel' }, by))
    },
    changeAll: async function* (filter, change, by, { dryRun = false } = {}) {
      for (let cursor: string | null | undefined; cursor !== null; ) {
        const bulk = { filter, change: sent(change), dry_run: dryRun, ...reasonOf(by) }
        const report: BulkReport = await told(
          as(by.actor).tasks.changeAll({ ...bulk, ...(cursor === undefined ? {} : { cursor }) }),
        )
        yield* report.tasks.map(reportOf)
        cursor = report.next_cursor
      }
    },
    fork: async (id, { at, replan = false, actor }) => {
      const fork = await told(clientOf(connection, actor).tasks.fork(id, { at, replan }))
      return handleOn(connection, fork.task, false)
    },
    usage: async (id) => {
      const { bounds, used, reserved } = await told(client.tasks.get(id))
      return { bounds: JSON.parse(JSON.stringify(bounds)), used: usageOf(used), reserved: usageOf(reserved) }
    },
  }
}

const clientOf = ({ as, client }: Connection, actor: Actor | undefined): Connection['client'] =>
  actor?.kind === 'person' ? as(actor.id) : client

export const createOn = async (
  connection: Connection,
  source: Pick<NewTask, 'template' | 'definition'>,
  input: Json,
  { idempotencyKey, identity, priority, runAt, correlation, actor }: CreateOptions,
): Promise<TaskHandle> => {
  const created = await told(
    clientOf(connection, actor).tasks.create(
      {
        ...source,
        input,
        ...(identity === undefined || identity === 'caller_provided' ? {} : { identity }),
        ...(priority === undefined ? {} : { priority }),
        ...(runAt === undefined ? {} : { run_at: runAt.toISOString() }),
        ...(correlation === undefined ? {} : { correlation }),
      },
      idempotencyKey === undefined ? {} : { idempotencyKey },
    ),
  )
  return handleOn(connection, created.task, created.duplicate)
}

const changeOn = ({ as }: Connection, id: string, change: Change, by: By): Promise<unknown> => {
  const { tasks, deadLetters } = as(by.actor)
  const why = reasonOf(by)
  switch (change.kind) {
    case 'cancel':
      return tasks.cancel(id, why)
    case 'pause':
      return tasks.pause(id, why)
    case 'resume':
      return tasks.resume(id, why)
    case 'priority':
      return tasks.setPriority(id, change.priority, why)
    case 'signal': {
      const { name, payload } = change
      return tasks.signal(id, { name, payload, ...(change.id === undefined ? {} : { id: change.id }), ...why })
    }
    case 'retry':
      return tasks.retryStep(id, change.step, why)
    case 'reset':
      return tasks.resetStep(id, change.step, why)
    case 'resolve':
      return tasks.resolveStep(id, change.step, why)
    case 'skip':
      return tasks.skipStep(id, change.step, why)
    case 'complete':
      return tasks.completeStep(id, change.step, change.result, why)
    case 'resolve-dead-letter':
      return deadLetters.resolve(id, { resolution: change.resolution, ...why })
    default:
      return unknownChange(change)
  }
}

const unknownChange = (change: never): never => {
  throw new Error(`there is no change ${JSON.stringify(change)}`)
}

/** The same names, in the same words. */
const sent = (change: Change): SentChange => ({ ...change })

const summaryOf = ({ task, created_at, ...found }: FoundTasks['items'][number]): TaskSummary => {
  const createdAt = new Date(created_at)
  return { ...found, id: task, createdAt, ageMs: Date.now() - createdAt.getTime() }
}

const reportOf = ({ task, outcome, code, message, ...found }: BulkReport['tasks'][number]): ChangeReport => ({
  task: { ...found, id: task, open: true, ageMs: 0, createdAt: new Date(0) },
  outcome,
  ...(code === undefined ? {} : { refusal: { code, message: message ?? code } }),
})

interface Used {
  readonly steps: number
  readonly phases: number
  readonly planner_calls: number
  readonly tokens: number
  readonly cost_usd: number
}

const usageOf = ({ steps, phases, planner_calls, tokens, cost_usd }: Used) => ({
  steps,
  phases,
  plannerCalls: planner_calls,
  tokens,
  costUsd: cost_usd,
})

export const remoteGates = (connection: Connection): OpenTasker['gates'] => {
  const { client } = connection
  const ofTask = async (task: string): Promise<ReadonlyArray<OpenGate>> =>
    (await told(client.gates.ofTask(task))).items.map(gateOf)
  const vote = (choice: 'approve' | 'reject') => async (task: string, step: string, by: Vote) => {
    // A vote without a digest is one on what the gate shows now.
    const digest = by.digest ?? (await told(client.gates.get(task, step))).digest
    const { comment, bounds } = by
    await told(
      connection.as(by.actor).gates[choice](task, step, {
        digest,
        ...(comment === undefined ? {} : { comment }),
        ...(bounds === undefined ? {} : { bounds: JSON.parse(JSON.stringify(bounds)) }),
      }),
    )
  }
  return {
    list: async (task) => {
      if (task !== undefined) return ofTask(task)
      const tasks = new Set<string>()
      for (let cursor: string | null | undefined; cursor !== null; ) {
        const query = { fresh: true, ...(cursor === undefined ? {} : { cursor }) }
        const page: Awaited<ReturnType<typeof client.gates.list>> = await told(client.gates.list(query))
        for (const gate of page.items) tasks.add(gate.task)
        cursor = page.next_cursor
      }
      const gates: OpenGate[] = []
      for (const one of [...tasks].sort()) gates.push(...(await ofTask(one)))
      return gates
    },
    approve: vote('approve'),
    reject: vote('reject'),
    editPlan: async (task, step, fragment, { actor, reasoning }) => {
      const { digest } = await told(client.gates.get(task, step))
      const edit = { digest, fragment, ...(reasoning === undefined ? {} : { reasoning }) }
      await told(connection.as(actor).gates.editPlan(task, step, edit))
    },
  }
}

const gateOf = ({
  task,
  timeout_at,
  context,
  ...gate
}: Awaited<ReturnType<Connection['client']['gates']['ofTask']>>['items'][number]): OpenGate => ({
  ...gate,
  taskId: task,
  timeoutAtMs: timeout_at === null ? null : Date.parse(timeout_at),
  context: JSON.parse(JSON.stringify(context ?? null)),
})
