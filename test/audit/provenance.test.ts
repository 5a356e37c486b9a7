import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Decision, Provenance } from '../../src/audit/provenance.js'
import { provenanceText } from '../../src/audit/provenance-text.js'
import type { Json } from '../../src/core/json.js'
import { TaskRefused } from '../../src/engine/tasks.js'
import { fragmentOf, type Planned, plannedFrame, plannedTasker, type Script } from '../support/planned-tasker.js'

const test = suite('provenance')

const walked = async <A>(
  script: Script,
  template: Json,
  use: (provenance: (step: string) => Promise<Provenance>, planned: Planned, id: string) => Promise<A>,
): Promise<A> => {
  const planned = await plannedTasker(script)
  try {
    const task = await planned.tasker.tasks.create(await planned.tasker.template(template), { city: 'Bern' })
    await task.result()
    return await use((step) => planned.tasker.provenance(task.id, step), planned, task.id)
  } finally {
    await planned.tasker.close()
  }
}

const stepsOf = ({ links }: Provenance) => links.map(({ step, decision }) => `${step}: ${decision.kind}`)

const planned = (decision: Decision | undefined) => {
  if (decision?.kind !== 'fragment') throw new Error(`no fragment but ${decision?.kind}`)
  return decision
}

const because = (reasoning: string) => ({ planning_context: { goal: 'do it', reasoning } })

const twoPhases: Script = ({ step, revisions }) => {
  if (step === 'plan/more') return fragmentOf([{ name: 'last' }], because('the second phase'))
  return revisions.length === 0
    ? fragmentOf([{ name: 'a', handler: 'unheard_of' }], because('the first try'))
    : fragmentOf([
        { name: 'a' },
        { name: 'more', handler: 'plan', step_type: 'planning', config: { goal: 'more' }, dependencies: ['a'] },
      ])
}

test('a step is traced over its fragments to the task, with what was rejected on the way', () =>
  walked(twoPhases, plannedFrame(), async (provenance, { events }, id) => {
    const found = await provenance('plan/more/last')
    assert.equal(stepsOf(found), ['plan/more/last: fragment', 'plan/more: fragment', 'plan: template'])
    const [, second] = found.links
    const { calls, by, proposed } = planned(second?.decision)
    assert.equal([by, proposed], ['plan', true])
    assert.equal(
      calls.map(({ revision, outcome }) => [revision, outcome.kind]),
      [
        [0, 'rejected'],
        [1, 'accepted'],
      ],
    )
    const [first] = calls
    assert.equal(first?.outcome.kind === 'rejected' && first.outcome.findings.map(({ code }) => code), [
      'unknown_handler',
    ])
    assert.is(first?.reasoning, 'the first try')
    assert.match(JSON.stringify(first?.prompt), /Bern/)
    assert.ok(first?.context.some(({ name }) => name === 'task.context'))
    assert.ok((first?.boundsLeft.max_steps ?? 0) > 0)
    assert.match(planned(second?.decision).prompts[0] ?? '', /^sha256:/)
    // Every place is the event that it says.
    const record = await events(id)
    for (const place of [
      found.root.created,
      ...found.links.flatMap(({ declared, created }) => [declared, created ?? declared]),
    ]) {
      assert.equal([record[place.version - 1]?.id, record[place.version - 1]?.type], [place.event, place.type])
      assert.ok(place.time !== '')
    }
    assert.equal([found.task, found.root.template.name], [id, 'planned'])
  }))

test('a step of the frame that had waited for a plan was declared by the template and created by the plan', () =>
  walked(twoPhases, plannedFrame(), async (provenance) => {
    const { links } = await provenance('finish')
    const [finish] = links
    assert.ok((finish?.declared.version ?? 0) < (finish?.created?.version ?? 0))
    assert.equal([planned(finish?.decision).by, planned(finish?.decision).proposed], ['plan', false])
  }))

test('an instance is traced to its fan-out, and an alternative to its decision', () => {
  const script: Script = () =>
    fragmentOf([
      { name: 'each', handler: 'fan_out', config: { items: ['x', 'y'], handler: 'ok', handler_config: {} } },
      {
        name: 'choose',
        handler: 'decide',
        step_type: 'decision',
        config: { rules: [{ when: '`true`', create: ['left'] }], default: ['right'] },
      },
      { name: 'left', dependencies: ['choose'] },
      { name: 'right', dependencies: ['choose'] },
    ])
  return walked(
    script,
    plannedFrame({}, { allowed_handlers: ['ok', 'catalog:fan_out', 'catalog:decide'] }),
    async (provenance) => {
      const instance = await provenance('plan/each[1]')
      assert.equal(stepsOf(instance), ['plan/each[1]: fan-out', 'plan/each: fragment', 'plan: template'])
      assert.equal(instance.links[0]?.decision, { kind: 'fan-out', by: 'plan/each', instances: 2, item: 'y' })
      const left = await provenance('plan/left')
      assert.equal(left.links[0]?.decision, { kind: 'decision', by: 'plan/choose', chose: ['left'] })
      assert.equal(stepsOf(await provenance('plan/right')), ['plan/right: withheld'])
      assert.is((await provenance('plan/right')).links[0]?.created, null)
    },
  )
})

test('a plan in the place of one that failed says what failed', () => {
  const script: Script = ({ step }) => fragmentOf([{ name: 'a', handler: step === 'plan' ? 'broken' : 'ok' }])
  return walked(script, plannedFrame({ max_replans: 1 }), async (provenance) => {
    const found = await provenance('plan~2/a')
    assert.equal(stepsOf(found), ['plan~2/a: fragment', 'plan~2: replan', 'plan: template'])
    const { decision } = found.links[1] ?? {}
    assert.match(JSON.stringify(decision), /it is broken/)
    assert.is(decision?.kind === 'replan' && decision.because?.type, 'step-failed')
  })
})

test('the walk is told in words', () =>
  walked(twoPhases, plannedFrame(), async (provenance) => {
    const text = provenanceText(await provenance('plan/more/last'), { timeOf: () => 'then', full: false }).join('\n')
    for (const said of [
      /^plan\/more\/last {2}ok$/m,
      /created: planned by plan\/more/,
      /^plan\/more {2}plan \(planning\)$/m,
      /REJECTED by validation/,
      /unknown_handler at steps\.0\.handler/,
      /a step of the template/,
      /^task [0-9a-f-]{36}$/m,
      /^ {4}prompt: {4}sha256:[0-9a-f]{64}$/m,
      /^ {4}bounds: {4}max_steps 20, max_depth 5/m,
    ]) {
      assert.match(text, said)
    }
  }))

test('a step that is not there is refused, with the name that was probably meant', () =>
  walked(twoPhases, plannedFrame(), async (provenance, { tasker }) => {
    const refusalOf = (asked: Promise<unknown>) =>
      asked.then(
        () => 'told',
        (error) => (error instanceof TaskRefused ? `${error.code}: ${error.message}` : String(error)),
      )
    assert.match(await refusalOf(provenance('plan/moer')), /^step_unknown: .*did you mean "plan\/more"\?/)
    const unknown = tasker.provenance('01932f6e-0000-7000-8000-000000000000', 'plan')
    assert.match(await refusalOf(unknown), /^task_unknown: /)
  }))

test.run()
