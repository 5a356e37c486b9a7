/** The log on Postgres keeps the contract, on a real server. */
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
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

test("a command in a user's transaction holds exactly when that commits", async () => {
  const { url } = await database
  const log = await openLog(url)
  const left = async () => (await log.inbox(1_000)).filter((row) => row.kind === 'of-a-transaction')
  const command = { kind: 'of-a-transaction', stream: null, data: '{}' }
  await withClient(url, async (client) => {
    await client.query('begin')
    await createInboxRow(client, command)
    assert.equal(await left(), [])
    await client.query('rollback')
    await client.query('begin')
    const id = await createInboxRow(client, command)
    await client.query('commit')
    assert.equal(await left(), [{ id, ...command }])
    for (const data of ['"\\u0000"', '"\ud800"']) {
      const refusal = await createInboxRow(client, { ...command, data }).catch((error: Error) => error.message)
      assert.match(String(refusal), 'a command for the inbox')
    }
  })
  assert.is((await left()).length, 1)
  await log.close()
})

test.run()
