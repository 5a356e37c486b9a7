/** The log on Postgres keeps the contract, on a real server. */
import { suite } from 'uvu'
import { createInboxRow } from '../../src/log/inbox.js'
import { logContract } from './contract.js'
import { migratedDatabase, openLog, withClient } from './log-database.js'

const test = suite('Postgres log')

const database = migratedDatabase()
database.catch(() => undefined)

test.after(async () => (await database).drop())

logContract(test, async () => {
  const { url } = await database
  return {
    log: await openLog(url),
    other: await openLog(url),
    putInInbox: (row) => withClient(url, (client) => createInboxRow(client, row)),
  }
})

test.run()
