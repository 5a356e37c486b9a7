/**
 * What every queue promises, held against each back end on a real server. A test has queue names of its own; what it
 * waits for, it observes.
 */
import { randomUUID } from 'node:crypto'
import type { Test } from 'uvu'
import * as assert from 'uvu/assert'
import type { Hint, Queue } from '../../src/ports/queue.js'
import { until } from '../support/until.js'

export interface OpenedQueue {
  readonly queue: Queue
  /** What the queue reported and nobody awaited. */
  readonly faults: ReadonlyArray<Error>
}

export const hint = (step: number, more: Partial<Hint> = {}): Hint => ({
  stream: 'task-0190a000-0000-7000-8000-000000000001',
  step,
  attempt: 1,
  enqueue: 1,
  version: 3,
  priority: 0,
  ...more,
})

export const hints = (count: number): ReadonlyArray<Hint> => Array.from({ length: count }, (_, step) => hint(step))

/** A promise that the test settles, for a handler that is to be held. */
export const gate = (): { readonly open: () => void; readonly opened: Promise<void> } => {
  let open = (): void => undefined
  const opened = new Promise<void>((resolve) => {
    open = resolve
  })
  return { open, opened }
}

/** A test body with a queue of its own, closed after it. */
export const withQueueOf =
  (openQueue: () => Promise<OpenedQueue>) =>
  (body: (name: string, opened: OpenedQueue) => Promise<void>): (() => Promise<void>) =>
  async () => {
    const opened = await openQueue()
    try {
      await body(`n-${randomUUID()}`, opened)
    } finally {
      await opened.queue.close()
    }
  }

export const queueContract = (test: Test, openQueue: () => Promise<OpenedQueue>): void => {
  const withQueue = withQueueOf(openQueue)

  test(
    'a hint arrives as it was sent',
    withQueue(async (name, { queue }) => {
      const got: Hint[] = []
      const sent = hint(7, { attempt: 2, enqueue: 3, version: 41, priority: 5 })
      const consumer = await queue.consume(name, 1, async (one) => void got.push(one))
      await queue.send(name, [sent])
      await until('the hint arrives', () => got.length === 1)
      assert.equal(got, [sent])
      await consumer.close()
    }),
  )

  test(
    'the same hint twice is one',
    withQueue(async (name, { queue }) => {
      await queue.send(name, [hint(1), hint(1)])
      await queue.send(name, [hint(1), hint(2)])
      assert.is(await queue.depth(name), 2)
    }),
  )

  test(
    'a hint that was handled may be sent again',
    withQueue(async (name, { queue }) => {
      let handled = 0
      const consumer = await queue.consume(name, 1, async () => {
        handled += 1
      })
      await queue.send(name, [hint(1)])
      await until('the hint is handled', () => handled === 1)
      await until('the hint is handled a second time', async () => {
        await queue.send(name, [hint(1)])
        return handled >= 2
      })
      await consumer.close()
    }),
  )

  test(
    'as many calls are under way as the concurrency allows, and never more',
    withQueue(async (name, { queue }) => {
      const held = gate()
      let underWay = 0
      let most = 0
      let handled = 0
      const consumer = await queue.consume(name, 4, async () => {
        underWay += 1
        most = Math.max(most, underWay)
        if (handled === 0) await held.opened
        underWay -= 1
        handled += 1
      })
      await queue.send(name, hints(30))
      await until('four calls are under way', () => underWay === 4)
      held.open()
      await until('all thirty are handled', () => handled === 30)
      assert.is(most, 4)
      await consumer.close()
    }),
  )

  test(
    'a hint that is sent again takes the place of its priority now; one that was taken is no fault',
    withQueue(async (name, { queue }) => {
      const order: number[] = []
      await queue.send(name, [hint(1, { priority: 5 }), hint(2, { priority: 6 }), hint(3, { priority: 7 })])
      await queue.resend(name, [hint(3, { priority: 4 }), hint(1, { priority: 9 }), hint(4, { priority: 1 })])
      assert.is(await queue.depth(name), 4)
      const consumer = await queue.consume(name, 1, async ({ step }) => void order.push(step))
      await until('all are taken', () => order.length === 4)
      assert.equal(order, [4, 3, 2, 1])
      await consumer.close()
    }),
  )

  test(
    'a lower priority number runs first, and equals in the order in which they came',
    withQueue(async (name, { queue }) => {
      const order: number[] = []
      await queue.send(name, [hint(1, { priority: 9 }), hint(2, { priority: 2 }), hint(3), hint(4, { priority: 2 })])
      const consumer = await queue.consume(name, 1, async (one) => void order.push(one.step))
      await until('all four are handled', () => order.length === 4)
      assert.equal(order, [3, 2, 4, 1])
      await consumer.close()
    }),
  )

  test(
    'a paused consumer takes nothing, its calls go on, and it takes again when resumed',
    withQueue(async (name, { queue }) => {
      const held = gate()
      const started: number[] = []
      const ended: number[] = []
      const consumer = await queue.consume(name, 2, async (one) => {
        started.push(one.step)
        if (one.step === 1) await held.opened
        ended.push(one.step)
      })
      await queue.send(name, [hint(1)])
      await until('the first call has started', () => started.length === 1)
      await consumer.pause()
      await queue.send(name, [hint(2)])
      const other = await queue.consume(`${name}-other`, 1, async (one) => void ended.push(one.step))
      await queue.send(`${name}-other`, [hint(99)])
      await until('the other queue is served', () => ended.includes(99))
      assert.equal(started, [1])
      held.open()
      await until('the held call ends', () => ended.includes(1))
      await consumer.resume()
      await until('the second hint is handled', () => ended.includes(2))
      await Promise.all([consumer.close(), other.close()])
    }),
  )

  test(
    'closing a consumer waits for the calls under way and leaves the rest in the queue',
    withQueue(async (name, { queue }) => {
      const held = gate()
      const started: number[] = []
      let ended = 0
      const consumer = await queue.consume(name, 1, async (one) => {
        started.push(one.step)
        await held.opened
        ended += 1
      })
      await queue.send(name, hints(3))
      await until('the first call has started', () => started.length === 1)
      let closed = false
      const closing = consumer.close().then(() => {
        closed = true
      })
      await queue.depth(name)
      assert.not(closed)
      held.open()
      await closing
      assert.is(ended, 1)
      assert.equal(started, [0])
      assert.is(await queue.depth(name), 2)
    }),
  )

  test(
    'two consumers share what there is, and each hint is handled once',
    withQueue(async (name, { queue }) => {
      const byConsumer: number[][] = [[], []]
      const held = gate()
      const consumers = await Promise.all(
        byConsumer.map((mine) =>
          queue.consume(name, 1, async (one) => {
            mine.push(one.step)
            if (byConsumer.some((theirs) => theirs.length === 0)) await held.opened
          }),
        ),
      )
      await queue.send(name, hints(40))
      await until('both consumers have one', () => byConsumer.every((mine) => mine.length > 0))
      held.open()
      await until('all forty are handled', () => byConsumer.flat().length === 40)
      assert.is(new Set(byConsumer.flat()).size, 40)
      await Promise.all(consumers.map((consumer) => consumer.close()))
    }),
  )

  test(
    'a handler that throws is reported, and loses no other hint',
    withQueue(async (name, { queue, faults }) => {
      const handled: number[] = []
      const consumer = await queue.consume(name, 2, async (one) => {
        if (one.step === 3) throw new Error('the third is broken')
        handled.push(one.step)
      })
      await queue.send(name, hints(10))
      await until('the nine others are handled', () => handled.length === 9)
      await until('the fault is reported', () => faults.some((fault) => fault.message === 'the third is broken'))
      await consumer.close()
    }),
  )

  test(
    'a large send arrives whole',
    withQueue(async (name, { queue }) => {
      await queue.send(name, hints(2_500))
      assert.is(await queue.depth(name), 2_500)
    }),
  )

  test(
    'queues are apart, whatever stands in their names',
    withQueue(async (name, { queue }) => {
      await queue.send(`${name}:a`, [hint(1)])
      await queue.send(`${name}%3Aa`, [hint(1), hint(2)])
      assert.is(await queue.depth(`${name}:a`), 1)
      assert.is(await queue.depth(`${name}%3Aa`), 2)
    }),
  )

  test(
    'a queue that nobody knew counts as reset, once',
    withQueue(async (name, { queue }) => {
      assert.is(await queue.wasReset(name), true)
      assert.is(await queue.wasReset(name), false)
    }),
  )
}
