import * as t from 'io-ts'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { defineHandler } from '../../catalog/define-handler.js'
import { closed } from '../../src/core/closed.js'
import type { Json } from '../../src/core/json.js'
import type { StepResult } from '../../src/engine/tasks.js'
import type { HandlerContext } from '../../src/ports/handler.js'
import { fragmentOf, plannedFrame, plannedTasker } from '../support/planned-tasker.js'

const output = closed({ total: t.number, lines: t.readonlyArray(t.type({ id: t.number })) })

/** The step's end, its attempts returning one after the other what is given. */
const resultOf = async (...returned: ReadonlyArray<Json>): Promise<StepResult | undefined> => {
  const run = ({ context }: { readonly context: HandlerContext }) => returned[context.step.attempt - 1] as never
  const handler = defineHandler({ name: 'ok', output, run })
  const { tasker } = await plannedTasker(() => fragmentOf([{ name: 'a' }]), { handlers: [handler] })
  const task = await tasker.tasks.create(await tasker.template(plannedFrame()), {})
  const { steps } = await task.result()
  await tasker.close()
  return steps['plan/a']
}

test('a result that is what its handler promises completes the step', async () => {
  assert.is((await resultOf({ total: 1, lines: [{ id: 1 }] }))?.state, 'complete')
})

test('one that is not fails it for good, with every place at fault, and nothing that follows reads it', async () => {
  const step = await resultOf({ total: 'one', lines: [{ id: 1 }, { id: null }], more: true })
  assert.equal([step?.state, step?.attempts, step?.result], ['error', 1, null])
  assert.is(step?.error?.code, 'output_contract_violated')
  assert.match(step?.error?.message ?? '', 'the result of plan/a is not what ok promises')
  for (const path of ['total', 'lines.1.id', 'more']) assert.match(step?.error?.message ?? '', path)
})

test('what gives a step back is no result, and is not held against the promise', async () => {
  const step = await resultOf({ type: 'checkpoint_yield', cursor: 1, items_processed: 1 }, { total: 1, lines: [] })
  assert.equal([step?.state, step?.attempts], ['complete', 2])
})

test.run()
