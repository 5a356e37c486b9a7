/** What the database itself refuses of keys, whoever asks. */
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { migratedDatabase, withClient } from './log-database.js'

const ADD = `insert into tasker.api_keys (id, name, digest, scopes, created_at, created_by)
  values ('0123456789abcdef', 'ci', repeat('a', 64), '{tasks:read}', 1, 'ada')`

test('a key is used and revoked, but never changed, removed or brought back', async () => {
  const { url, drop } = await migratedDatabase()
  try {
    await withClient(url, async (client) => {
      const refusal = (statement: string): Promise<unknown> =>
        client.query(statement).then(
          () => 'done',
          (error: unknown) => Reflect.get(Object(error), 'constraint'),
        )
      assert.is(await refusal(ADD), 'done')
      const changes = [
        "scopes = '{*}'",
        "name = 'root'",
        "digest = repeat('b', 64)",
        'namespaces = null, expires_at = 5',
      ]
      for (const change of changes) {
        assert.is(await refusal(`update tasker.api_keys set ${change}`), 'api_keys_are_immutable', change)
      }
      assert.is(await refusal('delete from tasker.api_keys'), 'api_keys_are_immutable')
      assert.is(await refusal('update tasker.api_keys set last_used_at = 7'), 'done')
      assert.is(await refusal('update tasker.api_keys set revoked_at = 9'), 'api_keys_revocation_has_a_name')
      assert.is(await refusal("update tasker.api_keys set revoked_at = 9, revoked_by = 'bob'"), 'done')
      const back = 'update tasker.api_keys set revoked_at = null, revoked_by = null'
      assert.is(await refusal(back), 'api_keys_are_immutable')
    })
  } finally {
    await drop()
  }
})

test.run()
