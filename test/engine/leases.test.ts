import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { SESSION_RENEWAL_MS } from '../../src/core/limits.js'
import { createLease } from '../../src/engine/leases.js'
import { createMemoryLog } from '../../src/log/memory-log.js'
import type { Log } from '../../src/ports/log.js'
import { silentLogger } from '../../src/ports/logger.js'
import { createFakeClock } from '../support/fake-clock.js'

const test = suite('the lease of a process')

test('a session that is over is followed by one new session, however many find out at once', async () => {
  const clock = createFakeClock()
  const memory = createMemoryLog(clock)
  const opened: number[] = []
  let held = Promise.resolve()
  const log: Log = {
    ...memory,
    openSession: async (...asked) => {
      const session = await memory.openSession(...asked)
      opened.push(session.id)
      await held
      return session
    },
  }
  const lost: number[] = []
  const events = { abort: () => undefined, lost: (id: number) => void lost.push(id), joined: () => undefined }
  const lease = createLease(log, clock, silentLogger, { worker: 'w', queues: ['default'], handlers: [] }, events)
  await lease.open()

  const [first = 0] = opened
  await memory.endSession(first)
  let release = (): void => undefined
  held = new Promise((resolve) => {
    release = resolve
  })
  // The renewal finds out and opens another one; an append that finds out meanwhile has it begun anew as well.
  await clock.pass(SESSION_RENEWAL_MS)
  lease.lose()
  await clock.pass(1)
  release()
  await clock.pass(SESSION_RENEWAL_MS)
  assert.equal([lost, opened.length, lease.current()?.id], [[first], 2, opened[1]])
  assert.equal(
    (await memory.liveSessions()).map(({ id }) => id),
    [opened[1]],
  )

  // An append that is the first to find out.
  lease.lose()
  await clock.pass(1)
  assert.equal([opened.length, lease.current()?.id], [3, opened[2]])
  await lease.end()
})

test.run()
