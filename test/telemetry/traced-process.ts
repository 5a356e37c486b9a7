/** A worker in a process of its own, with an SDK of its own; it tells its spans when it leaves. */
import { createTasker } from '../../src/main.js'
import { flaky } from './flaky-handler.js'
import { keepSpans } from './span-keeper.js'

export interface TracedOrder {
  readonly databaseUrl: string
  readonly privateHosts: ReadonlyArray<string>
}

const order: TracedOrder = JSON.parse(process.argv[2] ?? '')
const kept = keepSpans()

const tasker = await createTasker({ ...order, handlers: [flaky] })
process.on('message', async () => {
  await tasker.close()
  process.send?.(kept.spans())
  process.disconnect()
})
process.send?.('ready')
