import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { ClaimLimits } from '../../src/core/claim-limits.js'
import { THROTTLE_RETRY_MS } from '../../src/core/limits.js'
import type { Outcome } from '../../src/core/outcome.js'
import { createMemoryLog } from '../../src/log/memory-log.js'
import { createMemoryStore } from '../../src/log/memory-store.js'
import type { Log } from '../../src/ports/log.js'
import { createMemoryQueue } from '../../src/queue/memory-queue.js'
import { createFakeClock } from '../support/fake-clock.js'
import { mostAtATime, startsOf } from '../support/overlaps.js'
import { type Run, type SmallEngine, startSmallEngine, templateWith } from '../support/small-engine.js'

const test = suite('limits')

const queueOf = (concurrency: number): ClaimLimits => ({ queues: { default: { concurrency } }, keys: {} })
const fan = (count: number, limitKey?: string) =>
  templateWith(
    Object.fromEntries(
      Array.from({ length: count }, (_, index) => [`s${index}`, limitKey === undefined ? {} : { limitKey }]),
    ),
  )
const chainOf = (length: number) =>
  templateWith(
    Object.fromEntries(Array.from({ length }, (_, index) => [`s${index}`, index === 0 ? [] : [`s${index - 1}`]])),
  )

/** A turn of the loop or two, so that attempts overlap. */
const briefly: Run = async () => {
  for (let turn = 0; turn < 3; turn += 1) await new Promise((resolve) => setImmediate(resolve))
  return null
}

const counting = (log: Log): { readonly log: Log; readonly appends: () => number } => {
  let appends = 0
  const counted: Log = {
    ...log,
    append: (batch) => {
      appends += 1
      return log.append(batch)
    },
  }
  return { log: counted, appends: () => appends }
}

const completed = async (small: SmallEngine, templates: ReadonlyArray<ReturnType<typeof fan>>): Promise<void> => {
  const tasks = await Promise.all(templates.map((template) => small.tasks.create(template, {})))
  for (const task of tasks) assert.is((await task.result()).status, 'complete')
}

test('a queue never runs more than its limit, and everything runs in the end', async () => {
  const small = await startSmallEngine({ run: briefly, concurrency: 50, limits: queueOf(3) })
  await completed(small, [fan(40), chainOf(20), chainOf(20), fan(10)])
  assert.is(await mostAtATime(small.log), 3)
  await small.stop()
})

test('a key is limited by itself, across tasks, while other steps go on', async () => {
  const limits: ClaimLimits = { queues: {}, keys: { crm: { concurrency: 1 } } }
  const small = await startSmallEngine({ run: briefly, concurrency: 50, limits })
  await completed(small, [fan(20, 'crm'), fan(20, 'crm'), fan(20)])
  assert.is(await mostAtATime(small.log, ({ limits: held }) => held.includes('key/crm')), 1)
  assert.ok((await mostAtATime(small.log)) > 3)
  await small.stop()
})

test('a key that counts by a value gives each value slots of its own', async () => {
  const limits: ClaimLimits = { queues: {}, keys: { crm: { concurrency: 1 } } }
  const template = templateWith({
    a: { limitKey: 'crm', limitPer: 'customer' },
    b: { limitKey: 'crm', limitPer: 'customer' },
  })
  const small = await startSmallEngine({ run: briefly, concurrency: 50, limits })
  const tasks = await Promise.all(
    ['x', 'x', 'y', 'y', 'z'].map((customer) => small.tasks.create(template, { customer })),
  )
  for (const task of tasks) assert.is((await task.result()).status, 'complete')
  for (const customer of ['x', 'y', 'z']) {
    assert.is(await mostAtATime(small.log, ({ limits: held }) => held.includes(`key/crm/${customer}`)), 1)
  }
  assert.is(await mostAtATime(small.log), 3)
  await small.stop()
})

test('a step that waits without a worker, fails, or is cancelled holds no slot', async () => {
  const clock = createFakeClock()
  const run: Run = ({ node, attempt }): Outcome | null => {
    if (node.definition.name === 'waits') return { kind: 'waiting', signal: 'go' }
    if (node.definition.name === 'fails' && attempt === 1) throw new Error('once')
    return null
  }
  const small = await startSmallEngine({ run, clock, limits: queueOf(1) })
  const waits = await small.tasks.create(templateWith({ waits: [] }), {})
  const fails = await small.tasks.create(templateWith({ fails: [] }), {})
  await clock.pass(5_000)
  assert.equal([(await waits.view()).status, (await fails.view()).status], ['running', 'complete'])
  await small.stop()
})

test('a throttled process asks the log now and then, and not for every step that waits', async () => {
  const clock = createFakeClock()
  const store = createMemoryStore()
  const queue = createMemoryQueue()
  const never: Run = () => new Promise(() => undefined)
  const holder = await startSmallEngine({
    run: never,
    clock,
    queue,
    log: createMemoryLog(clock, store),
    limits: queueOf(1),
  })
  await holder.tasks.create(fan(1), {})
  await clock.pass(10)
  const { log, appends } = counting(createMemoryLog(clock, store))
  const other = await startSmallEngine({ run: briefly, clock, queue, log, limits: queueOf(1), concurrency: 50 })
  await other.tasks.create(fan(100), {})
  await clock.pass(10)
  const before = appends()
  await clock.pass(40 * THROTTLE_RETRY_MS)
  assert.ok(appends() - before <= 41, `${appends() - before} appends`)
})

test('a rate is kept, and its claims go on as soon as it allows', async () => {
  const clock = createFakeClock()
  const limits: ClaimLimits = { queues: { default: { rate: { max: 5, perMs: 1_000 } } }, keys: {} }
  const small = await startSmallEngine({ run: () => null, clock, limits })
  const task = await small.tasks.create(fan(25), {})
  await clock.pass(3_999)
  assert.is((await task.view()).status, 'running')
  await clock.pass(2)
  assert.is((await task.view()).status, 'complete')
  const starts = await startsOf(small.log)
  for (const [index, start] of starts.entries()) {
    const within = starts.slice(index).filter((other) => other - start < 1_000).length
    assert.ok(within <= 10, `${within} starts within a second`)
  }
  await small.stop()
})

test('the steps of one task do not keep a slot from another task for ever', async () => {
  const order: string[] = []
  const run: Run = async ({ node, stream }) => {
    order.push(`${stream} ${node.definition.name}`)
    return null
  }
  const small = await startSmallEngine({ run, limits: queueOf(1) })
  const [long, short] = await Promise.all([small.tasks.create(chainOf(300), {}), small.tasks.create(fan(1), {})])
  await Promise.all([long.result(), short.result()])
  const turn = order.findIndex((one) => one.startsWith(`task-${short.id}`))
  assert.ok(turn <= 60, `it had its turn after ${turn} others`)
  await small.stop()
})

test.run()
