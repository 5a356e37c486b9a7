/** Routes of plans: a task whose plan waits for approval. */
import * as assert from 'uvu/assert'
import type { Planner } from '../../src/ports/planner.js'
import { create, type Scenario, shown, standing, V1 } from './route-scenes.js'

export const PLANNED = {
  name: 'planned',
  version: '1.0.0',
  bounds: { max_steps: 10, max_depth: 4, max_fan_out: 4, max_phases: 1, max_planner_calls: 3 },
  steps: [
    {
      name: 'plan',
      type: 'planning',
      handler: { callable: 'catalog:plan', initialization: { goal: 'sum it up', approve_plan: true } },
    },
    {
      name: 'findings',
      type: 'deferred_convergence',
      dependencies: ['plan'],
      handler: { callable: 'greet' },
    },
  ],
}

const fragment = (name: string) => ({
  fragment_version: '1.0',
  planning_context: { goal: 'sum it up', reasoning: 'one step is enough' },
  steps: [{ name, handler: 'transform', config: { input: 1, expression: '@' } }],
  convergence: 'findings',
})

/** A plan that waits for approval is shown, edited and approved; decisions are listed; a fragment is judged dry. */
export const planned: Scenario = async (served) => {
  const { send, get } = served
  const judged = await send('POST', `${V1}/fragments/validate`, {
    step: 'plan',
    definition: PLANNED,
    fragment: fragment('one'),
  })
  assert.equal([judged.body.valid, judged.body.graph?.steps.length], [true, 1], judged.text)
  const bad = { ...fragment('one'), steps: [{ name: 'one', handler: 'unheard_of' }] }
  const verdict = await send('POST', `${V1}/fragments/validate`, {
    step: 'plan',
    definition: PLANNED,
    fragment: bad,
  })
  assert.equal([verdict.body.valid, verdict.body.findings[0].code], [false, 'unknown_handler'])
  const none = await send('POST', `${V1}/fragments/validate`, {
    step: 'findings',
    definition: PLANNED,
    answer: '{}',
  })
  assert.equal([none.status, none.body.code], [422, 'no_planning_step'])

  const task = await create(served, PLANNED)
  await standing(served, task, 'waiting_for_approval')
  const at = `${V1}/tasks/${task}/gates/plan`
  const { body: gate } = await get(at)
  const edit = { digest: gate.digest, fragment: fragment('two'), reasoning: 'another name' }
  assert.is((await send('POST', `${at}/edit`, { ...edit, digest: 'sha256:0' })).body.code, 'gate_changed')
  assert.is((await send('POST', `${at}/edit`, edit)).status, 200)
  const { body: edited } = await get(at)
  assert.is.not(edited.digest, gate.digest)
  assert.is((await send('POST', `${at}/approve`, { digest: gate.digest })).body.code, 'gate_changed')
  assert.is((await send('POST', `${at}/approve`, { digest: edited.digest })).status, 200)
  await standing(served, task, 'complete')
  const decisions = await shown(served, `${V1}/planning-decisions?task=${task}`, ({ items }) => items.length === 2)
  assert.equal(
    decisions.body.items.map(({ by }: { by: string }) => by),
    ['planner', 'person'],
  )
}

export const planner: Planner = {
  provider: 'scripted',
  plan: async ({ model }) => ({
    kind: 'answered',
    raw: JSON.stringify(fragment('one')),
    stopReason: 'end_turn',
    model,
    usage: { inputTokens: 1, outputTokens: 1, cacheReadTokens: 0, cacheWriteTokens: 0 },
    costUsd: 0,
  }),
}
