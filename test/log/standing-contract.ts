/** The part of the contract that says how much there is to do. The log is shared with other tests: changes are compared. */
import type { Test } from 'uvu'
import * as assert from 'uvu/assert'
import type { Log } from '../../src/ports/log.js'
import { appendTo, head, land, NOWHERE, newStream } from './appends.js'
import type { WithLog } from './contract.js'

const LONG_AGO = 1_000

const standingNow = async (log: Log) => {
  const { due, tasks, sessions } = await log.standing(Date.now())
  return {
    gates: due.find(({ kind }) => kind === 'gate'),
    blocked: tasks.find(({ status }) => status === 'blocked_by_failures')?.count ?? 0,
    sessions,
  }
}

export const standingContract = (test: Test, withLog: WithLog): void => {
  test(
    'what is due is counted by kind, and how late it is',
    withLog(async ({ log }) => {
      const before = await standingNow(log)
      const row = {
        key: 'gate/1',
        kind: 'gate',
        dueAt: LONG_AGO,
        target: null,
        priority: 0,
        data: '{"step":1}',
      } as const
      const blocked = head({ status: 'blocked_by_failures' })
      await land(log, appendTo(newStream(), NOWHERE, { head: blocked, due: { put: [row], remove: [] } }))
      await land(log, appendTo(newStream(), NOWHERE, { head: { ...blocked, open: false } }))
      await log.openSession('a', ['default'], 60_000)
      const after = await standingNow(log)
      assert.is(after.gates?.rows, (before.gates?.rows ?? 0) + 1)
      assert.ok((after.gates?.oldestLateMs ?? 0) > Date.now() - LONG_AGO - 60_000)
      assert.is(after.blocked, before.blocked + 1, 'of open tasks alone')
      assert.is(after.sessions, before.sessions + 1)
    }),
  )
}
