/** Histories in which people and planners decide. */
import type { JsonObject } from '../../src/core/json.js'
import { broken, fragmentOf, ok, type Planned, plannedFrame } from '../support/planned-tasker.js'
import { by, type History, nothingPlanned, step, told } from './told-task-history.js'

export const HISTORIES_OF_DECISIONS: Readonly<Record<string, () => Promise<History>>> = {
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

  'phase-out-of-time': () =>
    told(
      async ({ planned }) => {
        const { tasker } = planned
        const allowed_handlers = ['ok', 'catalog:wait', 'catalog:gate']
        const frame = JSON.parse(JSON.stringify(plannedFrame({ on_exhausted: 'gate' }, { allowed_handlers })))
        frame.steps[0].bounds = { max_wall_clock_seconds: 1 }
        const task = await tasker.tasks.create(await tasker.template(frame), {})
        await untilGate(planned, task.id, ({ step: open }) => open === 'plan~time')
        const more = { max_wall_clock_seconds: 3600 }
        await tasker.gates.approve(task.id, 'plan~time', { actor: 'ada', bounds: more, comment: 'it takes an hour' })
        await tasker.tasks.signal(task.id, 'go', null, { actor: 'ada' })
        await task.result()
        return task
      },
      () =>
        fragmentOf([
          { name: 'hold', handler: 'wait', config: { signal: 'go' } },
          { name: 'after', dependencies: ['hold'] },
        ]),
      { sweeps: true },
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
