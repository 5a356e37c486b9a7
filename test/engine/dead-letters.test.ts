import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { createDeadLetters } from '../../src/engine/dead-letters.js'
import { createExplanations } from '../../src/engine/explanations.js'
import { TaskRefused } from '../../src/engine/tasks.js'
import { StepFailure } from '../../src/ports/handler.js'
import { systemClock } from '../../src/system-clock.js'
import { startSmallEngine, templateWith } from '../support/small-engine.js'

const test = suite('the queue of dead letters')

const ADA = { actor: 'ada', reason: 'called the customer' }

const running = async (body: (small: Awaited<ReturnType<typeof startSmallEngine>>) => Promise<void>): Promise<void> => {
  const small = await startSmallEngine({
    run: ({ node }) => {
      if (node.definition.name === 'broken') throw new StepFailure('broken', 'it broke', { retryable: false })
      return 'done'
    },
  })
  try {
    await body(small)
  } finally {
    await small.stop()
  }
}

test('blocked tasks wait in it until somebody decides, and its history says who did', () =>
  running(async ({ tasks, engine, log }) => {
    const letters = createDeadLetters({ engine, log })
    const ids: string[] = []
    for (let index = 0; index < 2; index += 1) {
      const task = await tasks.create(templateWith({ broken: [], after: ['broken'] }), {})
      await task.result()
      ids.push(task.id)
    }
    await (await tasks.create(templateWith({ fine: [] }), {})).result()
    const listed = async (): Promise<ReadonlyArray<string>> => {
      const found: string[] = []
      for await (const { taskId } of letters.list()) found.push(taskId)
      return found
    }
    assert.equal(await listed(), [...ids].sort())
    const [first = '', second = ''] = ids
    const { entry } = await letters.show(first)
    assert.equal(
      { reason: entry?.reason, step: entry?.step, code: entry?.code, status: entry?.status },
      { reason: 'blocked', step: 'broken', code: 'broken', status: 'blocked_by_failures' },
    )
    assert.match(entry?.since ?? '', /^\d{4}-.*Z$/)
    await letters.resolve(first, 'manually_resolved', ADA)
    await tasks.skipStep(second, 'broken', ADA)
    assert.equal(await listed(), [])
    assert.is((await (await tasks.get(first)).view()).status, 'resolved_manually')
    const { entry: gone, history } = await letters.show(first)
    assert.is(gone, null)
    assert.equal(
      history.map(({ what, actor, reason, resolution }) => ({ what, actor, reason, resolution })),
      [
        { what: 'task-blocked', actor: 'engine', reason: null, resolution: null },
        { what: 'dead-letter-resolved', actor: 'ada', reason: ADA.reason, resolution: 'manually_resolved' },
        { what: 'task-resolved-manually', actor: 'ada', reason: ADA.reason, resolution: null },
      ],
    )
    try {
      await letters.resolve(first, 'cancelled', ADA)
      assert.unreachable()
    } catch (error) {
      assert.is(error instanceof TaskRefused && error.code, 'no_dead_letter')
    }
  }))

test('why a step does not run is told with the sessions that are there', () =>
  running(async ({ tasks, engine, log }) => {
    const why = createExplanations({ engine, log, clock: systemClock, groups: {} })
    const task = await tasks.create(
      templateWith({ broken: [], after: ['broken'], elsewhere: { handler: 'catalog:x' } }),
      {},
    )
    const stalled = await why.step(task.id, 'elsewhere')
    assert.equal(stalled.reasons, [{ kind: 'no_worker', queue: 'catalog' }])
    await tasks.skipStep(task.id, 'elsewhere', ADA)
    await task.result()
    assert.match((await why.step(task.id, 'after')).sentences[0] ?? '', /after will not run: broken failed/)
    assert.match((await why.task(task.id)).sentences[0] ?? '', /the task is blocked: broken failed for good/)
    try {
      await why.step(task.id, 'nobody')
      assert.unreachable()
    } catch (error) {
      assert.is(error instanceof TaskRefused && error.code, 'step_unknown')
    }
  }))

test.run()
