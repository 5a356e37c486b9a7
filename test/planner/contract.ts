/** What every planner keeps: one request, one answer, as it came; a fault is a value, and nothing is thrown. */
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { PlanAnswer, Planner } from '../../src/ports/planner.js'
import { never, request } from './asking-claude.js'

/** A planner whose next answers are these texts, and after them none. */
export type Answering = <A>(texts: ReadonlyArray<string>, use: (planner: Planner) => Promise<A>) => Promise<A>

export const plannerContract = (name: string, answering: Answering): void => {
  test(`${name}: an answer is the text as it came, whatever it is`, async () => {
    const texts = ['{"steps": []}', ' \n{"a":\t1} ', 'no JSON, äöü 😀', '{"a": "\\u003c/data>"', 'x'.repeat(50_000)]
    const raws = await answering(texts, async (planner) => {
      const answers: PlanAnswer[] = []
      for (const answered of texts.keys()) {
        answers.push(await planner.plan(request({ call: answered + 1, answered }), never))
      }
      return answers.map((answer) => (answer.kind === 'answered' ? answer.raw : answer.code))
    })
    assert.equal(raws, texts)
  })

  test(`${name}: an answer says what it used, why it ended, and who gave it`, async () => {
    const answer = await answering(['{}'], (planner) => planner.plan(request(), never))
    if (answer.kind !== 'answered') throw new Error(answer.message)
    for (const tokens of Object.values(answer.usage)) assert.ok(Number.isSafeInteger(tokens) && tokens >= 0)
    assert.is(answer.stopReason, 'end_turn')
    assert.ok(answer.model !== '')
  })

  test(`${name}: what a request holds is for reading`, async () => {
    const asked = deepFrozen(request({ revisions: [{ answer: '{}', findings: 'none' }] }))
    const answer = await answering(['{}'], (planner) => planner.plan(asked, never))
    assert.is(answer.kind, 'answered')
  })

  test(`${name}: a planner without an answer fails by a value that says whether to try again`, async () => {
    const answer = await answering([], (planner) => planner.plan(request(), never))
    assert.is(answer.kind, 'failed')
    assert.ok(answer.kind === 'failed' && answer.code !== '' && answer.message !== '')
  })
}

const deepFrozen = <A>(value: A): A => {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value) || value instanceof Map) return value
  for (const inner of Object.values(value)) deepFrozen(inner)
  return Object.freeze(value)
}
