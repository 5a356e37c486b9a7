import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { PRIORITY_AGE_MS } from '../../src/core/limits.js'
import { NORMAL_HINT_RANK } from '../../src/engine/hints.js'
import { createMemoryQueue } from '../../src/queue/memory-queue.js'
import { createFakeClock } from '../support/fake-clock.js'
import { type Run, startSmallEngine, templateWith } from '../support/small-engine.js'

const test = suite('priorities')

const ADA = { kind: 'person', id: 'ada', authenticated: false } as const
const template = templateWith({ a: [] })
const chain = templateWith({ a: [], b: ['a'], c: ['b'] })

/** One slot, on which every attempt runs until it is let go. */
const startHeld = async () => {
  const clock = createFakeClock()
  const order: string[] = []
  const letGo: Array<() => void> = []
  const run: Run = ({ state, node }) =>
    new Promise((resolve) => {
      order.push(`${'value' in state.input ? state.input.value : ''}${node.definition.name}`)
      letGo.push(() => resolve(null))
    })
  const queue = createMemoryQueue()
  const small = await startSmallEngine({ run, clock, queue, concurrency: 1 })
  const create = async (name: string, priority: number, of = template) => {
    const task = await small.tasks.create(of, name, { priority })
    await clock.pass(0)
    return task
  }
  /** False where nothing runs. */
  const endOne = async (): Promise<boolean> => {
    const end = letGo.shift()
    end?.()
    await clock.pass(0)
    return end !== undefined
  }
  const drain = async (): Promise<ReadonlyArray<string>> => {
    while (await endOne());
    return order
  }
  return { clock, small, queue, order, create, endOne, drain }
}

test('the higher number goes first, and equals in the order in which they came', async () => {
  const { small, create, drain } = await startHeld()
  await create('first', 0)
  await create('low', -5)
  await create('x', 0)
  await create('high', 7)
  await create('y', 0)
  await create('higher', 8)
  assert.equal(await drain(), ['firsta', 'highera', 'higha', 'xa', 'ya', 'lowa'])
  await small.stop()
})

test('a task goes on by itself, unless one of a higher priority waits', async () => {
  const { small, create, drain } = await startHeld()
  await create('x', 0, chain)
  await create('equal', 0)
  await create('high', 1)
  assert.equal(await drain(), ['xa', 'higha', 'equala', 'xb', 'xc'])
  await small.stop()
})

test('what waits long enough comes before what is more urgent and came later', async () => {
  const { clock, small, create, drain } = await startHeld()
  await create('first', 0)
  await create('old', 0)
  await clock.pass(3 * PRIORITY_AGE_MS + 1)
  await create('young', 3)
  await create('urgent', 4)
  assert.equal(await drain(), ['firsta', 'urgenta', 'olda', 'younga'])
  await small.stop()
})

test('an urgent stream of tasks does not keep a patient one from its turn', async () => {
  const { clock, small, create, order, endOne, drain } = await startHeld()
  await create('first', 10)
  await create('patient', 0)
  for (let index = 0; index < 25; index += 1) {
    await create(`urgent${index}`, 10)
    await clock.pass(PRIORITY_AGE_MS / 2)
    await endOne()
  }
  const turn = order.indexOf('patienta')
  assert.ok(turn > 10 && turn <= 22, `its turn came as number ${turn}`)
  await drain()
  await small.stop()
})

test('a changed priority changes the order of what waits', async () => {
  const { small, create, drain } = await startHeld()
  await create('first', 0)
  await create('x', 5)
  const late = await create('late', 0)
  const lowered = await create('lowered', 6)
  await small.tasks.ask(late.id, { type: 'change-priority', priority: 9, reason: 'the customer called' }, ADA)
  await small.tasks.ask(lowered.id, { type: 'change-priority', priority: -1, reason: null }, ADA)
  const rows = await small.log.dueBefore(Number.MAX_SAFE_INTEGER, ['queue'], 10)
  assert.equal(rows.map(({ priority }) => priority).sort(), [-1, 5, 9])
  assert.equal(await drain(), ['firsta', 'latea', 'xa', 'lowereda'])
  await small.stop()
})

test('hints are ordered too, for whoever takes them: the sweeper raises what has waited', async () => {
  const { clock, small, queue, create, drain } = await startHeld()
  await create('first', 0)
  await create('old', 0)
  const sent: number[] = []
  const real = queue.resend
  queue.resend = async (name, hints) => {
    sent.push(...hints.map(({ priority }) => priority))
    return real(name, hints)
  }
  await clock.pass(2 * PRIORITY_AGE_MS + 1)
  await small.leader.sweep()
  assert.equal(sent, [NORMAL_HINT_RANK - 2])
  await drain()
  await small.stop()
})

test.run()
