import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { COMMANDS } from '../../src/cli/command-table.js'
import { EXIT } from '../../src/cli/exit-code.js'
import { expiryOf } from '../../src/cli/expiry.js'
import type { OpenTasker } from '../../src/cli/system.js'
import { createKeys } from '../../src/engine/keys.js'
import { createMemoryLog } from '../../src/log/memory-log.js'
import { systemClock } from '../../src/system-clock.js'
import { pretend } from './pretended-system.js'

const test = suite('keys on the command line')

const openConsole = () => {
  const store = createMemoryLog(systemClock)
  const keys = createKeys({ store, clock: systemClock })
  // The commands of keys reach for nothing else.
  const openTasker = async () => ({ keys, close: async () => undefined }) as unknown as OpenTasker
  return { keys, say: (...argv: ReadonlyArray<string>) => pretend(COMMANDS, ['keys', ...argv], { openTasker }) }
}

test('a key is shown once, alone on its line, and then only listed', async () => {
  const { keys, say } = openConsole()
  const scopes = ['--scope', 'tasks:read', '--scope', 'gates:*']
  const made = await say('create', 'ci', ...scopes, '--namespace', 'billing', '--namespace', 'shop', '--expires', '90d')
  assert.is(made.exit, EXIT.complete)
  assert.match(made.stdout, /^tsk_[0-9a-f]{16}_[A-Za-z0-9_-]{43}\n$/)
  assert.match(made.stderr, 'only time')
  const [key] = await keys.list()
  assert.equal(
    [key?.scopes, key?.namespaces, key?.createdBy],
    [['tasks:read', 'gates:*'], ['billing', 'shop'], 'tester'],
  )
  assert.ok(Math.abs((key?.expiresAt ?? 0) - Date.now() - 90 * 86_400_000) < 60_000)
  const listed = (await say('list')).stdout
  assert.match(listed, /ci +[0-9a-f]{16} +active +tasks:read gates:\* +billing shop/)
  assert.not.match(listed, made.stdout.trim())
})

test('a key is revoked by its name, and who did it is told', async () => {
  const { say } = openConsole()
  await say('create', 'ci', '--scope', '*')
  const revoked = await say('revoke', 'ci', '--as', 'bob', '--reason', 'lost', '--json')
  const { key } = JSON.parse(revoked.stdout)
  assert.equal([key.state, key.revoked_by, key.revoke_reason], ['revoked', 'bob', 'lost'])
  assert.is((await say('revoke', 'ci')).exit, EXIT.usage)
  assert.is(JSON.parse((await say('list', '--json')).stdout).keys[0].name, 'ci')
})

test('what makes no sense is a mistake of the question', async () => {
  const { say } = openConsole()
  assert.is((await say('create', 'ci')).exit, EXIT.usage)
  assert.is((await say('create', 'ci', '--scope', 'everything')).exit, EXIT.usage)
  assert.is((await say('create', 'c i', '--scope', '*')).exit, EXIT.usage)
  assert.is((await say('create', 'ci', '--scope', '*', '--expires', 'soon')).exit, EXIT.usage)
  assert.is((await say('create', 'ci', '--scope', '*', '--expires', '2001-01-01')).exit, EXIT.usage)
})

test('an expiry is a while from now, or the end of a day, or a time', () => {
  assert.is(expiryOf('90m', '--expires', 5), 5 + 90 * 60_000)
  assert.is(expiryOf('2027-01-31', '--expires', 0), Date.UTC(2027, 1, 1) - 1)
  assert.is(expiryOf('2027-01-31T12:00Z', '--expires', 0), Date.UTC(2027, 0, 31, 12))
  for (const wrong of ['', '1y', '-1d', '2027-02-31T12:00', '2027-13-01']) {
    assert.throws(() => expiryOf(wrong, '--expires', 0), /--expires is a while/, wrong)
  }
})

test.run()
