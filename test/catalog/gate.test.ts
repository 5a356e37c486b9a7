import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { failureOf, handlerOf, problemsOf, run, satisfied, withCatalog } from './run-handler.js'

test(
  'a gate asks, shows what it is about, and by default waits for one approval of anybody',
  withCatalog(async (catalog) => {
    const context = { dependencies: { report: satisfied({ rows: 3 }) } }
    assert.equal(await run(handlerOf(catalog, 'gate'), { config: { question: 'Publish?' }, context }), {
      kind: 'gate-opened',
      question: 'Publish?',
      groups: [],
      required: 1,
      context: { value: { report: { rows: 3 } } },
    })
  }),
)

test(
  'a gate with a time limit rejects when it passes, unless told otherwise',
  withCatalog(async (catalog) => {
    const gate = handlerOf(catalog, 'gate')
    const config = {
      question: 'Publish?',
      groups: ['editors'],
      required: 2,
      timeout_seconds: 60,
      context: 'the report',
    }
    assert.equal(await run(gate, { config }), {
      kind: 'gate-opened',
      question: 'Publish?',
      groups: ['editors'],
      required: 2,
      timeoutMs: 60_000,
      onTimeout: 'reject',
      context: { value: 'the report' },
    })
    const escalated = { ...config, on_timeout: 'escalate', escalate_to: ['chiefs'] }
    const opened = (await run(gate, { config: escalated, inputs: { context: 'other' } })) as Record<string, unknown>
    assert.equal([opened.onTimeout, opened.escalateTo, opened.context], ['escalate', ['chiefs'], { value: 'other' }])
  }),
)

test(
  'a gate that could not be answered is refused',
  withCatalog(async (catalog) => {
    const gate = handlerOf(catalog, 'gate')
    const question = 'Publish?'
    assert.match(
      problemsOf(gate, { question, timeout_seconds: 1, on_timeout: 'escalate' })[0] ?? '',
      /^escalate_to: is missing/,
    )
    assert.match(problemsOf(gate, { question, escalate_to: ['a'] })[0] ?? '', /^escalate_to: is of no use/)
    assert.match(problemsOf(gate, { question, on_timeout: 'approve' })[0] ?? '', /^timeout_seconds: is missing/)
    const remind = { webhook: { url: 'https://example.com/' } }
    assert.match(problemsOf(gate, { question, remind })[0] ?? '', /^remind_every_seconds: is missing/)
    assert.match(problemsOf(gate, { question, remind_every_seconds: 60 })[0] ?? '', /^remind: is missing/)
    assert.match(problemsOf(gate, { question, remind_every_seconds: 1, remind })[0] ?? '', /an integer from 60/)
    assert.match(problemsOf(gate, { question, remind_every_seconds: 60, remind: {} })[0] ?? '', /^remind.webhook: is/)
    assert.match(
      problemsOf(gate, { question, escalate_timeout_seconds: 9 })[0] ?? '',
      /^escalate_timeout_seconds: is of/,
    )
    assert.match(problemsOf(gate, { question, required: 0 })[0] ?? '', /^required: must be an integer from 1/)
    assert.match(problemsOf(gate, { question, groups: [] })[0] ?? '', /^groups: must be an array of 1/)
  }),
)

test(
  'a planning step that no planner takes says so',
  withCatalog(async (catalog) => {
    const failure = await failureOf(run(handlerOf(catalog, 'plan'), { config: { goal: 'find out' } }))
    assert.equal([failure.code, failure.retryable], ['planner_not_configured', false])
  }),
)

test.run()
