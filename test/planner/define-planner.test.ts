import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as E from 'fp-ts/lib/Either.js'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { definePlanner, type RulesRequest } from '../../src/planner/define-planner.js'
import { planStep } from '../../src/planner/plan-step.js'
import { promptOf, requestOf, reserve } from '../../src/planner/prompt.js'
import type { Planner } from '../../src/ports/planner.js'
import { loadPlanner } from '../../src/templates/planner-module.js'
import { withFolder } from '../support/temporary-folder.js'
import { never, request } from './asking-claude.js'
import { brief, fragment } from './briefs.js'
import { accepted, rejected, scriptedSession } from './scripted-session.js'

const failureOf = async (planner: Planner, signal = never, changes = {}) => {
  const answer = await planner.plan(request(changes), signal)
  if (answer.kind !== 'failed') throw new Error('the planner answered')
  return answer
}

test('rules reckon with the facts that a model reads in words', async () => {
  const asked: RulesRequest[] = []
  const planner = definePlanner({
    name: 'by-the-book',
    plan: (facts) => {
      asked.push(facts)
      return fragment(`revision ${facts.revision}`)
    },
  })
  const known = brief({ context: { input: { year: 2005 }, results: { load: { rows: 3 } } }, failures: ['it broke'] })
  const session = scriptedSession(known, [rejected('steps.0'), accepted])
  await planStep(session, planner)
  const [first, second] = asked
  assert.equal(
    [first?.step, first?.goal, first?.revision, first?.input, first?.results, first?.failures],
    ['plan', 'Report by region', 0, { year: 2005 }, { load: { rows: 3 } }, ['it broke']],
  )
  assert.equal([first?.boundsLeft, first?.frame], [known.boundsLeft, known.frame])
  assert.ok(first?.vocabulary.capabilities.has('catalog:transform'))
  assert.equal(second?.rejected, [{ answer: JSON.stringify(fragment('revision 0')), findings: rejectedFindings }])
  assert.equal(session.proposals.at(-1)?.fragment, fragment('revision 1'))
  assert.equal(
    [session.calls[0]?.provider, session.calls[0]?.model, session.proposals[0]?.model],
    ['rules', 'by-the-book', 'by-the-book'],
  )
})

const rejectedFindings = [{ code: 'invalid_config', path: 'steps.0', message: 'steps.0 is wrong; mend it' }]

test('a call of rules costs what its definition says, and is reserved for just that', async () => {
  const ask = requestOf(promptOf(brief()), {
    ...{ step: 'plan', call: 1, answered: 0, model: 'any', rejected: [], left: {}, price: undefined },
  })
  const free = definePlanner({ name: 'free', plan: () => fragment() })
  const dear = definePlanner({ name: 'dear', plan: () => fragment(), costUsd: 0.25 })
  assert.equal(reserve(ask, free, undefined), { steps: 0, phases: 0, plannerCalls: 1, tokens: 0, costUsd: 0 })
  assert.is(reserve(ask, dear, undefined).costUsd, 0.25)
  const answer = await dear.plan(ask, never)
  assert.is(answer.kind === 'answered' && answer.costUsd, 0.25)
})

test('where no rule fits, or the rules break, the call fails and another attempt would not help', async () => {
  const none = await failureOf(definePlanner({ name: 'none', plan: () => undefined }))
  assert.equal([none.code, none.retryable, none.message], ['no_rule', false, 'the planner none has no rule for plan'])
  const throws = (): never => {
    throw new Error('the book is lost')
  }
  const circle: { self?: object } = {}
  circle.self = circle
  for (const plan of [throws, async () => throws(), () => circle, () => Symbol.iterator as unknown as object]) {
    const broken = await failureOf(definePlanner({ name: 'broken', plan }))
    assert.equal([broken.code, broken.retryable], ['rules_failed', false])
  }
})

test('rules that never end are given up in time, and when nobody waits any longer', async () => {
  // A promise that nobody settles keeps no process alive, and neither does the limit of a call.
  const alive = setInterval(() => undefined, 1_000)
  const endless = definePlanner({ name: 'endless', plan: () => new Promise(() => undefined) })
  assert.is((await failureOf(endless, never, { timeoutMs: 20 })).code, 'timeout')
  const controller = new AbortController()
  const failure = failureOf(endless, controller.signal)
  controller.abort()
  assert.equal([(await failure).code, (await failure).retryable], ['aborted', true])
  clearInterval(alive)
})

test('a definition that cannot stand is refused at once', () => {
  const plan = () => fragment()
  assert.throws(() => definePlanner({ name: '', plan }), /has a name/)
  assert.throws(() => definePlanner({ name: 'x', plan, costUsd: -1 }), /costUsd of the planner x/)
  assert.throws(() => definePlanner({ name: 'x' } as Parameters<typeof definePlanner>[0]), /no function plan/)
})

test('a module exports its planner by default', async () => {
  await withFolder(async (folder) => {
    writeFileSync(join(folder, 'rules.mjs'), 'export default { provider: "rules", plan: async () => ({}) }')
    writeFileSync(join(folder, 'other.mjs'), 'export const planner = 1')
    writeFileSync(join(folder, 'throws.mjs'), 'throw new Error("no licence")')
    const told = async (module: string): Promise<string> => {
      const loaded = await loadPlanner(module, folder)
      return E.isRight(loaded) ? loaded.right.provider : `${loaded.left.fault}: ${loaded.left.message}`
    }
    assert.is(await told('rules.mjs'), 'rules')
    assert.match(await told('./nowhere.mjs'), /^not_found: there is no such module/)
    assert.match(await told('other.mjs'), /^invalid: must export by default a planner/)
    assert.match(await told('throws.mjs'), /^invalid: failed while it was loaded: no licence/)
  })
})

test('what a planner that is made by hand returns, and is no answer, is a failed call that says how to make one', async () => {
  for (const returned of [null, {}, 'text', { kind: 'answered', raw: '{}' }, { kind: 'failed' }]) {
    const session = scriptedSession(brief(), [])
    const planner: Planner = { provider: 'mine', plan: async () => JSON.parse(JSON.stringify(returned)) }
    await planStep(session, planner).then(
      () => assert.unreachable('it was accepted'),
      ({ code, message, retryable }) => {
        assert.equal([code, retryable], ['planner_faulty', false])
        assert.match(message, 'definePlanner')
      },
    )
    assert.equal(session.story, ['request 0', 'fail planner_faulty'])
  }
})

test.run()
