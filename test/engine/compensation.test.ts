import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { compensationOf } from '../../src/core/decide/compensation.js'
import type { Actor } from '../../src/core/event.js'
import type { Outcome } from '../../src/core/outcome.js'
import { StepFailure } from '../../src/ports/handler.js'
import { startSmallEngine, templateWith } from '../support/small-engine.js'

const test = suite('compensation')

const PERSON: Actor = { kind: 'person', id: 'ada', authenticated: false }
const undo = { handler: 'undo', retry: { maxAttempts: 1 } }
const ERROR_AT_ONCE = { onBlocked: { errorAfterMs: 0 } }

test('a failed task undoes what was done, the last first, and each thing once', async () => {
  const undone: string[] = []
  const small = await startSmallEngine({
    run: ({ node }) => {
      if (node.definition.handler === 'undo') undone.push(node.definition.name)
      if (node.definition.name === 'pay') throw new StepFailure('declined', 'declined', { retryable: false })
      return null
    },
  })
  const steps = templateWith({
    flight: { onFailure: undo },
    hotel: { onFailure: undo, dependencies: ['flight'] },
    note: ['hotel'],
    pay: { onFailure: undo, dependencies: ['note'] },
  })
  const result = await (await small.tasks.create({ ...steps, lifecycle: ERROR_AT_ONCE }, {})).result()
  assert.is(result.status, 'error')
  assert.equal(undone, ['hotel', 'flight'].map(compensationOf))
  assert.is(result.steps[compensationOf('flight')]?.createdBy.origin, 'compensation')
  await small.stop()
})

test('a cancelled task undoes by on_cancel, though one of the undoings fails', async () => {
  const undone: string[] = []
  const small = await startSmallEngine({
    run: ({ node }): Outcome | null => {
      if (node.definition.handler === 'undo') undone.push(node.definition.name)
      if (node.definition.name === compensationOf('b')) throw new StepFailure('stuck', 'stuck', { retryable: false })
      return node.definition.name === 'wait' ? { kind: 'waiting', signal: 'never' } : null
    },
  })
  const steps = templateWith({
    a: { onCancel: undo },
    b: { onCancel: undo, onFailure: undo, dependencies: ['a'] },
    wait: ['b'],
  })
  const task = await small.tasks.create(steps, {})
  await task.result({ until: (task) => task.step('wait')?.state === 'in_progress' })
  await small.tasks.ask(task.id, { type: 'cancel-task', reason: null }, PERSON)
  const result = await task.result()
  assert.is(result.status, 'cancelled')
  assert.equal(undone, ['b', 'a'].map(compensationOf))
  assert.is(result.steps[compensationOf('a')]?.state, 'complete')
  assert.is((await small.log.head(`task-${task.id}`))?.open, false)
  await small.stop()
})

test.run()
