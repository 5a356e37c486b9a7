/** A separate worker of a carried workload: runs what BullMQ brings it until it is told to stop. */
import { createTasker } from '../../src/main.js'
import type { Assignment } from './measurement.js'
import { NAMESPACE, nothingHandler } from './workloads.js'

const { databaseUrl, redisUrl, queuePrefix }: Assignment = JSON.parse(process.argv[2] ?? '')

const tasker = await createTasker({
  databaseUrl,
  redisUrl,
  queuePrefix,
  namespace: NAMESPACE,
  handlers: [nothingHandler(() => undefined)],
  sweeps: false,
})
process.once('message', async () => {
  await tasker.close()
  process.disconnect()
})
// Whoever started it has ended, in order or not.
process.once('disconnect', () => process.exit())
process.send?.('ready')
