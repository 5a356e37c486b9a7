import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { defineHandler } from '../../catalog/define-handler.js'
import { createExpressions } from '../../catalog/expressions/evaluator.js'
import type { Json } from '../../src/core/json.js'
import type { Outcome } from '../../src/core/outcome.js'
import { nodeAt } from '../../src/core/state.js'
import type { StepDefinition } from '../../src/core/step.js'
import type { Expressions } from '../../src/ports/expressions.js'
import { type Handler, outcome, StepFailure } from '../../src/ports/handler.js'
import { noTraces, passingSpan } from '../../src/ports/traces.js'
import { createAttempt } from '../../src/worker/attempt.js'
import { StopSignal } from '../../src/worker/stop-signal.js'
import { given } from '../support/given.js'
import { templateWith } from '../support/small-engine.js'

const test = suite<{ expressions: Expressions }>('what a step promises')

test.before.each((context) => {
  context.expressions = createExpressions()
})
test.after.each(({ expressions }) => expressions.close())

const attempted = async (
  expressions: Expressions,
  handler: Handler,
  definition: Partial<StepDefinition>,
): Promise<Outcome> => {
  const { state } = given(templateWith({ work: { handler: handler.capability.callable, ...definition } }))
  const attempt = createAttempt({
    log: { payloads: async () => [] },
    expressions,
    secrets: async () => undefined,
    privateHosts: [],
    handlerOf: () => handler,
    traces: noTraces,
    saveCheckpoint: async () => undefined,
    plan: async () => undefined,
  })
  const claimed = { stream: 'task-1', node: nodeAt(state, 0), state, attempt: 1, queue: 'default' }
  return (await attempt(claimed, new StopSignal(), passingSpan(undefined))).outcome
}

const returning = (value: Json): Handler => defineHandler({ name: 'work', run: () => value })

const SCHEMA = { type: 'object', required: ['id'], properties: { id: { type: 'integer' }, name: { type: 'string' } } }

test('a result that does not fit its schema fails the step for good, and every path is named', async ({
  expressions,
}) => {
  const kept = await attempted(expressions, returning({ id: 1 }), { resultSchema: SCHEMA })
  assert.is(kept.kind, 'completed')
  const broken = await attempted(expressions, returning({ id: 'one', name: 2 }), { resultSchema: SCHEMA })
  assert.is(broken.kind, 'failed')
  if (broken.kind !== 'failed') return
  assert.is(broken.error.code, 'result_schema_violated')
  assert.is(broken.retryable, false)
  assert.match(broken.error.message, /id: .*; name: /)
})

test('a decision is held to its schema too, and a yield is not', async ({ expressions }) => {
  const decided = await attempted(expressions, returning({ type: 'no_branches' }), {
    type: 'decision',
    resultSchema: SCHEMA,
  })
  assert.is(decided.kind, 'failed')
  const yielded = await attempted(expressions, returning({ type: 'checkpoint_yield', cursor: 1, items_processed: 1 }), {
    resultSchema: SCHEMA,
  })
  assert.is(yielded.kind, 'yielded')
})

test('a handler that waits gives no result that a schema could hold', async ({ expressions }) => {
  const waits = defineHandler({ name: 'work', run: () => outcome({ kind: 'waiting', signal: 'go' }) })
  assert.is((await attempted(expressions, waits, {})).kind, 'waiting')
  assert.is((await attempted(expressions, waits, { resultSchema: SCHEMA })).kind, 'failed')
})

test('an event whose payload breaks its promise is withheld, and the step completes', async ({ expressions }) => {
  const publishes = [
    { name: 'done', condition: 'success', schema: SCHEMA },
    { name: 'ended', condition: 'always' },
    { name: 'failed', condition: 'failure', schema: SCHEMA },
  ] as const
  const done = await attempted(expressions, returning('text'), { publishes })
  assert.equal(done.kind === 'completed' && done.withheld?.map(({ name }) => name), ['done'])
  const fails = defineHandler({
    name: 'work',
    run: () => {
      throw new StepFailure('broken', 'it broke', { retryable: false })
    },
  })
  const failed = await attempted(expressions, fails, { publishes })
  assert.equal(failed.kind === 'failed' && failed.withheld?.map(({ name }) => name), ['failed'])
})

test('a handler of a batch is told what its template says of batches', async ({ expressions }) => {
  const tells = defineHandler({ name: 'work', run: ({ context }) => context.batch?.batchSize ?? null })
  const told = await attempted(expressions, tells, { batch: { batchSize: 500, cursorField: 'id' } })
  assert.equal(told.kind === 'completed' && told.result, { value: 500 })
})

test('a handler is told which of its methods the step names', async ({ expressions }) => {
  const echo = defineHandler({ name: 'work', methods: ['refund'], run: ({ method }) => method })
  const result = async (method?: string) => {
    const told = await attempted(expressions, echo, method === undefined ? {} : { method })
    return told.kind === 'completed' ? told.result : told.kind === 'failed' ? told.error.code : told.kind
  }
  assert.equal(await result(), { value: 'call' })
  assert.equal(await result('refund'), { value: 'refund' })
  assert.is(await result('settle'), 'method_unknown')
})

test.run()
