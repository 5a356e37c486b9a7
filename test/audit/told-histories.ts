/** The tasks whose histories are kept: each is really run, to where its history ends. */
import { defineHandler } from '../../catalog/define-handler.js'
import type { Command } from '../../src/core/decide/command.js'
import type { Actor } from '../../src/core/event.js'
import type { Json, JsonObject } from '../../src/core/json.js'
import type { Template } from '../../src/core/template.js'
import { streamOf, uuidv7 } from '../../src/engine/ids.js'
import type { TaskHandle } from '../../src/engine/tasks.js'
import { outcome, StepFailure } from '../../src/ports/handler.js'
import type { Log } from '../../src/ports/log.js'
import { broken, fragmentOf, ok, type Planned, plannedFrame, plannedTasker } from '../support/planned-tasker.js'

export interface History {
  readonly log: Log
  readonly stream: string
  close(): Promise<void>
}

const ADA: Actor = { kind: 'person', id: 'ada', authenticated: true }

interface Told {
  readonly planned: Planned
  start(steps: ReadonlyArray<JsonObject>, more?: JsonObject): Promise<TaskHandle>
  ask(task: TaskHandle, command: Command): Promise<void>
  /** Waits for a status or for the end. */
  until(task: TaskHandle, ...statuses: ReadonlyArray<string>): Promise<void>
}

const step = (name: string, more: JsonObject = {}): JsonObject => ({ name, handler: { callable: 'ok' }, ...more })
const by = (callable: string, initialization: JsonObject = {}): JsonObject => ({
  handler: { callable, initialization },
})

const told = async (use: (told: Told) => Promise<TaskHandle>, ...setup: Parameters<typeof plannedTasker>) => {
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

const nothingPlanned = (): never => {
  throw new Error('nobody plans here')
}

const choose = defineHandler({
  name: 'choose',
  run: () => ({ type: 'create_steps', step_names: ['left'] }),
})

const split = defineHandler({
  name: 'split',
  run: () => ({
    type: 'create_batches',
    worker_template_name: 'work',
    cursor_configs: [0, 10, 20].map((start) => ({ start_cursor: start, end_cursor: start + 10 })),
    total_items: 30,
  }),
})

/** Fails once, and keeps what it had done. */
const unsteady = defineHandler({
  name: 'unsteady',
  run: async ({ context }) => {
    if (context.checkpoint !== undefined) return { went_on_from: context.checkpoint }
    await context.saveCheckpoint({ done: 3 })
    throw new StepFailure('unsteady', 'the first time it fails', { retryable: true, retryAfterMs: 5 })
  },
})

const large = defineHandler({ name: 'large', run: () => ({ text: 'large '.repeat(2_000) }) })

const childTemplate = (template: Template) =>
  defineHandler({
    name: 'delegate',
    run: () =>
      outcome({
        kind: 'child-requested',
        child: uuidv7(Date.now()),
        // A template in its normal form is plain JSON.
        template: { value: template as unknown as Json },
        input: { value: { from: 'the parent' } },
        onFailure: 'fail',
      }),
  })

export const HISTORIES: Readonly<Record<string, () => Promise<History>>> = {
  'chain-with-retry-and-payload': () =>
    told(
      async ({ start }) => {
        const retry = { max_attempts: 3, backoff: 'linear', backoff_base_ms: 5 }
        const task = await start(
          [
            step('first', by('unsteady')),
            step('second', { ...by('large'), dependencies: ['first'] }),
            step('third', { dependencies: ['second'], inputs: { text: '${steps.second.result.text}' } }),
          ].map((one) => ({ retry, ...one })),
        )
        await task.result()
        return task
      },
      nothingPlanned,
      { handlers: [ok, unsteady, large] },
    ),

  'decision-and-convergence': () =>
    told(
      async ({ start }) => {
        const task = await start([
          step('choose', { type: 'decision', ...by('choose') }),
          step('left', { dependencies: ['choose'] }),
          step('right', { dependencies: ['choose'] }),
          step('join', { type: 'deferred_convergence', dependencies: ['left', 'right'] }),
          step('nobody', { type: 'deferred_convergence', dependencies: ['right'], on_empty: 'skip' }),
        ])
        await task.result()
        return task
      },
      nothingPlanned,
      { handlers: [ok, choose] },
    ),

  'blocked-and-repaired': () =>
    told(async ({ start, ask, until }) => {
      const task = await start([
        step('good'),
        step('bad', by('broken')),
        step('worse', by('broken')),
        step('after', { dependencies: ['good', 'bad', 'worse'] }),
      ])
      await until(task, 'blocked_by_failures')
      await ask(task, { type: 'reset-step', step: 'bad', reason: 'once more' })
      await until(task, 'blocked_by_failures')
      await ask(task, { type: 'change-priority', priority: 5, reason: 'it is urgent now' })
      await ask(task, { type: 'complete-step', step: 'bad', result: { value: { by: 'hand' } }, reason: 'done by hand' })
      await ask(task, { type: 'resolve-step', step: 'worse', reason: 'not needed' })
      await task.result()
      return task
    }, nothingPlanned),

  'cancelled-and-compensated': () =>
    told(async ({ start, ask }) => {
      const undo = { on_cancel: { callable: 'ok' } }
      const task = await start([
        step('flight', undo),
        step('hotel', { ...undo, dependencies: ['flight'] }),
        step('wait', { ...by('catalog:wait', { signal: 'never' }), dependencies: ['hotel'] }),
      ])
      await task.result({ until: (view) => view.steps.wait?.state === 'in_progress' })
      await ask(task, { type: 'cancel-task', reason: 'changed my mind' })
      await task.result()
      return task
    }, nothingPlanned),

  'fan-out': () =>
    told(async ({ start }) => {
      const each = { handler: 'catalog:transform', items: '${steps.list.result.items}', max_concurrency: 2 }
      const task = await start([
        step('list', by('catalog:transform', { expression: '{items: [`1`, `2`, `3`, `4`, `5`]}', input: {} })),
        step('each', {
          ...by('catalog:fan_out', { ...each, handler_config: { expression: '@', input: '${item}' } }),
          dependencies: ['list'],
        }),
        step('gather', { type: 'deferred_convergence', dependencies: ['each'] }),
      ])
      await task.result()
      return task
    }, nothingPlanned),

  batch: () =>
    told(
      async ({ start }) => {
        const task = await start([
          step('split', {
            type: 'batchable',
            ...by('split'),
            batch_config: { parallelism: 2, worker_template: 'work' },
          }),
          step('work', { type: 'batch_worker', dependencies: ['split'] }),
          step('merge', { type: 'deferred_convergence', dependencies: ['work'] }),
        ])
        await task.result()
        return task
      },
      nothingPlanned,
      { handlers: [ok, split] },
    ),

  'gates-escalated-and-rejected': () =>
    told(
      async ({ start, planned, until }) => {
        const gate = (more: JsonObject) => by('catalog:gate', { question: 'May it go on?', groups: ['crew'], ...more })
        const task = await start([
          step('two', { type: 'gate', ...gate({ required: 2 }) }),
          step('late', {
            type: 'gate',
            ...gate({ timeout_seconds: 1, on_timeout: 'escalate', escalate_to: ['heads'] }),
            dependencies: ['two'],
          }),
          step('no', { type: 'gate', ...gate({ required: 1 }), dependencies: ['late'] }),
          step('end', { type: 'deferred_convergence', dependencies: ['no'], tolerate_failures: true }),
        ])
        const { gates } = planned.tasker
        await until(task, 'waiting_for_approval')
        await gates.approve(task.id, 'two', { actor: 'ada', comment: 'fine' })
        await gates.approve(task.id, 'two', { actor: 'bob', authenticated: true })
        await untilGate(planned, task.id, ({ step: open, groups }) => open === 'late' && groups.includes('heads'))
        await gates.approve(task.id, 'late', { actor: 'eve' })
        await untilGate(planned, task.id, ({ step: open }) => open === 'no')
        await gates.reject(task.id, 'no', { actor: 'ada', comment: 'not like this' })
        await task.result()
        return task
      },
      nothingPlanned,
      { groups: { crew: ['ada', 'bob'], heads: ['eve'] }, sweeps: true },
    ),

  'waits-signals-and-a-pause': () =>
    told(async ({ start, ask }) => {
      const task = await start([
        step('pause', by('catalog:wait', { seconds: 1 })),
        step('paid', { ...by('catalog:wait', { signal: 'paid' }), dependencies: ['pause'] }),
      ])
      await task.result({ until: (view) => view.steps.paid?.state === 'in_progress' })
      await ask(task, { type: 'pause-task', reason: 'lunch' })
      await ask(task, { type: 'resume-task', reason: null })
      await ask(task, { type: 'receive-signal', id: uuidv7(Date.now()), name: 'paid', payload: { amount: 5 } })
      await task.result()
      return task
    }, nothingPlanned),

  'lost-attempt': () =>
    told(
      async ({ start, ask, planned }) => {
        const task = await start([step('held', by('held'))])
        await task.result({ until: (view) => view.steps.held?.state === 'in_progress' })
        const started = (await planned.events(task.id)).find((event) => event.type === 'step-started')
        const session = started?.type === 'step-started' ? started.data.session : 0
        await ask(task, { type: 'lose-attempts', session, drained: false })
        await task.result()
        return task
      },
      nothingPlanned,
      {
        handlers: [
          defineHandler({
            name: 'held',
            run: ({ context }) =>
              context.step.attempt > 1
                ? { attempt: context.step.attempt }
                : new Promise<Json>((resolve) => context.signal.addEventListener('abort', () => resolve({ late: true }))),
          }),
        ],
      },
    ),

  'parent-of-a-task': async () => {
    const inner = await plannedTasker(nothingPlanned)
    const child = await inner.tasker.template({ name: 'child', steps: [step('inner')] })
    await inner.tasker.close()
    return told(
      async ({ start }) => {
        const task = await start([step('ask', by('delegate')), step('after', { dependencies: ['ask'] })])
        await task.result()
        return task
      },
      nothingPlanned,
      { handlers: [ok, childTemplate(child)] },
    )
  },

  'planned-approved-and-edited': () =>
    told(
      async ({ planned, ask }) => {
        const { tasker } = planned
        const frame = plannedFrame({ approve_plan: true, context_from: [] }, { allowed_hosts: ['example.org'] })
        const task = await tasker.tasks.create(await tasker.template(frame), { order: 7 })
        await task.result({ until: ({ status }) => status === 'waiting_for_approval' })
        await ask(task, { type: 'change-priority', priority: 1, reason: 'while it waits' })
        const edited = fragmentOf([{ name: 'one' }, { name: 'edited', dependencies: ['one'] }])
        await tasker.gates.editPlan(task.id, 'plan', edited, { actor: 'ada', reasoning: 'one more step' })
        await tasker.gates.approve(task.id, 'plan', { actor: 'ada', authenticated: true, comment: 'as edited' })
        await task.result()
        return task
      },
      ({ call }) =>
        call === 1 ? 'this is no JSON' : fragmentOf([{ name: 'one', handler: call === 2 ? 'nobody' : 'ok' }]),
    ),

  'planned-in-two-phases-and-failed': () =>
    told(
      async ({ planned }) => {
        const { tasker } = planned
        const task = await tasker.tasks.create(await tasker.template(plannedFrame()), {})
        await task.result()
        return task
      },
      ({ step: asked }) =>
        asked === 'plan'
          ? fragmentOf([
              { name: 'look' },
              { name: 'deeper', handler: 'catalog:plan', config: { goal: 'go deeper' }, dependencies: ['look'] },
            ])
          : fragmentOf([{ name: 'breaks', handler: 'broken' }]),
      { handlers: [ok, broken] },
    ),

  fork: () =>
    told(
      async ({ planned }) => {
        const { tasker } = planned
        const old = await tasker.tasks.create(await tasker.template(plannedFrame()), {})
        await old.result()
        const fork = await tasker.tasks.fork(old.id, { at: (await planned.events(old.id)).length, replan: true })
        await fork.result()
        return fork
      },
      () => fragmentOf([{ name: 'one' }]),
    ),
}

type OpenGate = Awaited<ReturnType<Planned['tasker']['gates']['list']>>[number]

const untilGate = async (
  { tasker, log }: Planned,
  task: string,
  wanted: (gate: OpenGate) => boolean,
): Promise<void> => {
  for (;;) {
    const position = await log.position()
    if ((await tasker.gates.list(task)).some(wanted)) return
    await log.waitFor(position, 5_000)
  }
}
