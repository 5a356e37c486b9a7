/** What every queue promises of a hint that reaches a process which cannot act on it. */
import type { Test } from 'uvu'
import * as assert from 'uvu/assert'
import { MAX_HANDED_ON } from '../../src/core/limits.js'
import { until } from '../support/until.js'
import { hint, hints, type OpenedQueue, withQueueOf } from './contract.js'

export const handingOnContract = (test: Test, openQueue: () => Promise<OpenedQueue>): void => {
  const withQueue = withQueueOf(openQueue)

  test(
    'a hint that is for another consumer is handed on until it reaches that one',
    withQueue(async (name, { queue }) => {
      const handled: number[] = []
      let handedOn = 0
      const stranger = await queue.consume(name, 4, async () => {
        handedOn += 1
        return 'elsewhere'
      })
      await queue.send(name, [hint(1), hint(2)])
      await until('nobody else is there yet', () => handedOn > 0)
      const consumer = await queue.consume(name, 4, async ({ step }) => {
        handled.push(step)
        return 'done'
      })
      const sent = [1, 2]
      await until('all are handled', async () => {
        // One that was let go before the other consumer was there is sent again, as the sweeper does.
        const waiting = hints(10).filter(({ step }) => !handled.includes(step))
        sent.push(...waiting.map(({ step }) => step))
        await queue.send(name, waiting)
        return waiting.length === 0
      })
      await until('nothing is left', async () => (await queue.depth(name)) === 0)
      await Promise.all([stranger.close(), consumer.close()])
      const times = (of: ReadonlyArray<number>, step: number): number => of.filter((one) => one === step).length
      for (const { step } of hints(10)) assert.ok(times(handled, step) <= times(sent, step), `${step} came of itself`)
    }),
  )

  test(
    'a hint that everybody hands on is let go, and may be sent again',
    withQueue(async (name, { queue }) => {
      let asked = 0
      const consumer = await queue.consume(name, 1, async () => {
        asked += 1
        return 'elsewhere'
      })
      await queue.send(name, [hint(1)])
      await until('it is let go and arrives again', async () => {
        await queue.send(name, [hint(1)])
        return asked > MAX_HANDED_ON + 1
      })
      await consumer.close()
    }),
  )
}
