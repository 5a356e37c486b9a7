import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { defineHandler } from '../../catalog/define-handler.js'
import { createMemoryLog } from '../../src/log/memory-log.js'
import type { Payload } from '../../src/ports/log.js'
import { cachedPayloads } from '../../src/worker/payload-cache.js'
import { liveClock } from '../support/live-clock.js'
import { plannedTasker } from '../support/planned-tasker.js'

const test = suite('payloads that were read lately')

const counted = (texts: Readonly<Record<string, string>>) => {
  const asked: string[] = []
  const log = {
    payloads: async (_stream: string, digests: ReadonlyArray<string>): Promise<ReadonlyArray<Payload>> => {
      asked.push(...digests)
      return digests.flatMap((digest) => (texts[digest] === undefined ? [] : [{ digest, text: texts[digest] ?? '' }]))
    },
  }
  return { asked, log }
}

const sorted = (payloads: ReadonlyArray<Payload>) => payloads.map(({ text }) => text).toSorted()

test('are read once, also by many at the same time', async () => {
  const { asked, log } = counted({ a: 'one', b: 'two' })
  const cache = cachedPayloads(log)
  const all = await Promise.all([
    cache.payloads('t', ['a']),
    cache.payloads('t', ['a', 'b']),
    cache.payloads('t', ['b']),
  ])
  assert.equal(all.map(sorted), [['one'], ['one', 'two'], ['two']])
  assert.equal(sorted(await cache.payloads('other', ['b', 'a'])), ['one', 'two'])
  assert.equal(asked, ['a', 'b'])
})

test('are let go when there are too many, the longest unused first; what is not there is asked for again', async () => {
  const { asked, log } = counted({ a: '12345', b: '12345', c: '12345', huge: 'x'.repeat(100) })
  const cache = cachedPayloads(log, 20)
  for (const digest of ['a', 'b', 'a', 'c', 'a', 'b', 'huge', 'huge', 'none', 'none'])
    await cache.payloads('t', [digest])
  assert.equal(asked, ['a', 'b', 'c', 'b', 'huge', 'huge', 'none', 'none'])
})

test('that could not be read are asked for again', async () => {
  let fails = true
  const log = {
    payloads: async (): Promise<ReadonlyArray<Payload>> => {
      if (fails) throw new Error('the database is away')
      return [{ digest: 'a', text: 'one' }]
    },
  }
  const cache = cachedPayloads(log)
  assert.instance(await cache.payloads('t', ['a']).catch((error) => error), Error)
  fails = false
  assert.equal(sorted(await cache.payloads('t', ['a'])), ['one'])
})

test('hundreds of steps of a task with a large input and a large result read each of them once', async () => {
  const log = createMemoryLog(liveClock)
  let read = 0
  const payloads = log.payloads.bind(log)
  const counting = Object.assign(log, {
    payloads: (...asked: Parameters<typeof payloads>) => {
      read += 1
      return payloads(...asked)
    },
  })
  const large = 'x'.repeat(20_000)
  const seen = new Set<number>()
  const first = defineHandler({ name: 'first', run: () => large })
  const after = defineHandler({
    name: 'after',
    run: ({ context }) => {
      seen.add(JSON.stringify([context.task.input, context.dependencies.first?.result]).length)
      return null
    },
  })
  const { tasker } = await plannedTasker(() => ({}), { handlers: [first, after] }, { log: counting })
  const wide = Array.from({ length: 300 }, (_, index) => ({
    name: `wide_${index}`,
    dependencies: ['first'],
    handler: { callable: 'after' },
  }))
  const template = await tasker.template({
    name: 'wide',
    steps: [{ name: 'first', handler: { callable: 'first' } }, ...wide],
  })
  const task = await tasker.tasks.create(template, { large })
  await task.result({ until: ({ status }) => status === 'complete' })
  const whole = read
  assert.equal([...seen], [JSON.stringify([{ large }, large]).length])
  // The rest is what the view of three hundred steps at the end asks for, and not their attempts.
  assert.ok(whole < 10, `${whole} reads`)
  await tasker.close()
})

test.run()
