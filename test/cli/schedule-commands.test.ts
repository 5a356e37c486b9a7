import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { COMMANDS } from '../../src/cli/command-table.js'
import { EXIT } from '../../src/cli/exit-code.js'
import type { OpenTasker } from '../../src/cli/system.js'
import type { CreationNeeds } from '../../src/engine/creation.js'
import { createSchedules } from '../../src/engine/schedules.js'
import { createMemoryLog } from '../../src/log/memory-log.js'
import { createFakeClock } from '../support/fake-clock.js'
import { templateWith } from '../support/small-engine.js'
import { pretend } from './pretended-system.js'

const test = suite('schedules on the command line')

const openConsole = () => {
  const clock = createFakeClock()
  const creation: CreationNeeds = {
    clock,
    vocabularyDigest: '',
    templateNamed: async () => templateWith({ a: [] }),
    checkInput: async () => undefined,
  }
  // The commands of schedules reach for nothing else.
  const open = { schedules: createSchedules({ store: createMemoryLog(clock), creation }), close: async () => undefined }
  const openTasker = async () => open as unknown as OpenTasker
  return (...argv: ReadonlyArray<string>) => pretend(COMMANDS, ['schedule', ...argv], { openTasker })
}

test('a schedule is added, listed, paused, resumed and removed, and who did it is told', async () => {
  const say = openConsole()
  const zone = ['--timezone', 'Europe/Berlin', '--catch-up', 'last', '--input', '{"a":1}', '--priority', '-2']
  const added = await say('add', 'nightly', 'billing/report@1.0.0', '--cron', '0 3 * * *', ...zone, '--as', 'ada')
  assert.equal(
    [added.exit, added.stdout],
    [EXIT.complete, 'nightly added: its first task is created at 2026-01-01T02:00:00.000Z\n'],
  )
  const listed = JSON.parse((await say('list', '--json')).stdout).schedules[0]
  assert.equal(listed, {
    name: 'nightly',
    cron: '0 3 * * *',
    timezone: 'Europe/Berlin',
    template: { namespace: 'default', name: 'small', version: '1.0.0' },
    input: { a: 1 },
    priority: -2,
    paused: false,
    next: '2026-01-01T02:00:00.000Z',
    catch_up: 'last',
    last: null,
  })
  assert.match((await say('pause', 'nightly', '--reason', 'a move')).stdout, 'nightly paused')
  assert.match((await say('list')).stdout, 'paused')
  assert.is((await say('pause', 'nightly')).exit, EXIT.failed)
  assert.is((await say('resume', 'nightly')).exit, EXIT.complete)
  assert.is((await say('remove', 'nightly')).exit, EXIT.complete)
  assert.is((await say('list')).stdout, 'There is no schedule.\n')
  assert.is((await say('show', 'nightly')).exit, EXIT.usage)
})

test('what makes no sense is a mistake of the question', async () => {
  const say = openConsole()
  const exitOf = async (...argv: ReadonlyArray<string>) => (await say('add', ...argv)).exit
  assert.is(await exitOf('x', 'report'), EXIT.usage)
  assert.is(await exitOf('x', 'report', '--cron', '* *'), EXIT.usage)
  assert.is(await exitOf('x', 'report', '--cron', '@daily', '--catch-up', 'some'), EXIT.usage)
  assert.is(await exitOf('x', 'report', '--cron', '@daily', '--timezone', 'Mars'), EXIT.usage)
  assert.is(await exitOf('x', 'report', '--cron', '@daily', '--priority', 'high'), EXIT.usage)
  assert.is(await exitOf('x y', 'report', '--cron', '@daily'), EXIT.usage)
  assert.is((await say('remove', 'nobody')).exit, EXIT.usage)
})

test('the history of a schedule is shown, the newest first', async () => {
  const say = openConsole()
  await say('add', 'x', 'report', '--cron', '@daily', '--reason', 'needed')
  await say('pause', 'x', '--as', 'ada')
  const { changes } = JSON.parse((await say('show', 'x', '--json')).stdout)
  assert.equal(
    changes.map(({ kind, actor, reason }: Record<string, unknown>) => [kind, actor, reason]),
    [
      ['paused', 'ada', null],
      ['added', 'tester', 'needed'],
    ],
  )
  assert.match((await say('show', 'x')).stdout, 'needed')
})

test.run()
