/** Histories in which steps run, fail, wait, are lost, spread and are undone. */
import { defineHandler } from '../../catalog/define-handler.js'
import type { Json } from '../../src/core/json.js'
import type { Template } from '../../src/core/template.js'
import { uuidv7 } from '../../src/engine/ids.js'
import { outcome, StepFailure } from '../../src/ports/handler.js'
import { ok, plannedTasker } from '../support/planned-tasker.js'
import { by, type History, nothingPlanned, step, told } from './told-task-history.js'

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

export const HISTORIES_OF_STEPS: Readonly<Record<string, () => Promise<History>>> = {
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
      await task.result({ until: (task) => task.step('wait')?.state === 'in_progress' })
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

  'waits-signals-and-a-pause': () =>
    told(async ({ start, ask }) => {
      const task = await start([
        step('pause', by('catalog:wait', { seconds: 1 })),
        step('paid', { ...by('catalog:wait', { signal: 'paid' }), dependencies: ['pause'] }),
      ])
      await task.result({ until: (task) => task.step('paid')?.state === 'in_progress' })
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
        await task.result({ until: (task) => task.step('held')?.state === 'in_progress' })
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
                : new Promise<Json>((resolve) =>
                    context.signal.addEventListener('abort', () => resolve({ late: true })),
                  ),
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
}
