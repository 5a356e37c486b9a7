import * as E from 'fp-ts/lib/Either.js'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { JsonObject } from '../../../src/core/json.js'
import { parseTemplate } from '../../../src/core/template/parse.js'

const test = suite('lifecycle')

const parse = (lifecycle: JsonObject) =>
  parseTemplate({ name: 't', steps: [{ name: 'a', handler: { callable: 'x' } }], lifecycle }, undefined, { digest: '' })

const lifecycle = (written: JsonObject) => {
  const parsed = parse(written)
  if (E.isLeft(parsed)) throw new Error(JSON.stringify(parsed.left))
  return parsed.right.lifecycle
}

const shown = (written: JsonObject): ReadonlyArray<string> => {
  const parsed = parse(written)
  return E.isLeft(parsed) ? parsed.left.map(({ code, path }) => `${code} ${path}`) : []
}

test('limits of time become milliseconds, and their action is told in two words', () => {
  assert.equal(
    lifecycle({
      max_waiting_for_dependencies_minutes: 60,
      max_waiting_for_retry_minutes: 30,
      max_steps_in_process_minutes: 90,
    }),
    { staleness: { waitingForDependenciesMs: 3_600_000, waitingForRetryMs: 1_800_000, stepsInProcessMs: 5_400_000 } },
  )
  const actions = (written: JsonObject) => {
    const { late, stale } = lifecycle(written).onTimeout ?? {}
    const said = (action: typeof late) => `${action?.fails ? 'fails' : ''} ${action?.deadLetter ? 'dlq' : ''}`.trim()
    return [said(late), said(stale)]
  }
  assert.equal(actions({ staleness_action: 'dlq' }), ['fails dlq', 'dlq'])
  assert.equal(actions({ staleness_action: 'error' }), ['fails', 'fails'])
  assert.equal(actions({ staleness_action: 'none' }), ['', ''])
  assert.equal(actions({ auto_fail_on_timeout: true }), ['fails', 'fails dlq'])
  assert.equal(actions({ staleness_action: 'dlq', auto_fail_on_timeout: false }), ['dlq', 'dlq'])
  assert.equal(actions({ staleness_action: 'error', auto_dlq_on_timeout: true }), ['fails dlq', 'fails dlq'])
  const wrong = { staleness_action: 'retry', max_waiting_for_retry_minutes: 10_081, auto_fail_on_timeout: 'yes' }
  assert.equal(shown(wrong), [
    'schema lifecycle.max_waiting_for_retry_minutes',
    'schema lifecycle.staleness_action',
    'schema lifecycle.auto_fail_on_timeout',
  ])
})

test.run()
