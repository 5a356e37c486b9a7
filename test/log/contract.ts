/** What every event log promises, held against Postgres and against memory. Each test has streams of its own. */
import type { Test } from 'uvu'
import type { InboxRow, Log } from '../../src/ports/log.js'
import { accessContract } from './access-contract.js'
import { appendContract } from './append-contract.js'
import { matchingContract } from './matching-contract.js'
import { outcomeContract } from './outcome-contract.js'
import { readContract } from './read-contract.js'
import { registryContract } from './registry-contract.js'
import { scheduleContract } from './schedule-contract.js'
import { sessionContract } from './session-contract.js'
import { slotContract } from './slot-contract.js'
import { standingContract } from './standing-contract.js'
import { textContract } from './text-contract.js'

export interface OpenedLog {
  readonly log: Log
  /** The same log as another process has it. */
  readonly other: Log
  /** Leaves a command as a user's transaction does. */
  readonly putInInbox: (row: Omit<InboxRow, 'id'>) => Promise<number>
}

/** Runs a test's body with an opened log, and closes it whatever comes. */
export type WithLog = (body: (opened: OpenedLog) => Promise<void>) => () => Promise<void>

export const logContract = (test: Test, open: () => Promise<OpenedLog>): void => {
  const withLog: WithLog = (body) => async () => {
    const opened = await open()
    try {
      await body(opened)
    } finally {
      await Promise.all([opened.log.close(), opened.other.close()])
    }
  }
  outcomeContract(test, withLog)
  textContract(test, withLog)
  appendContract(test, withLog)
  readContract(test, withLog)
  matchingContract(test, withLog)
  registryContract(test, withLog)
  scheduleContract(test, withLog)
  accessContract(test, withLog)
  sessionContract(test, withLog)
  standingContract(test, withLog)
  slotContract(test, withLog)
}
