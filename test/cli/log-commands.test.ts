/** What was recorded, and how subscriptions stand, on the command line. */
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { COMMANDS } from '../../src/cli/command-table.js'
import { EXIT } from '../../src/cli/exit-code.js'
import type { OpenLog } from '../../src/cli/system.js'
import { createMemoryLog } from '../../src/log/memory-log.js'
import { silentLogger } from '../../src/ports/logger.js'
import type { ParkedEvent, ParkedSelection, SubscriptionStatus } from '../../src/ports/subscription.js'
import { listEvents } from '../../src/subscriptions/event-listing.js'
import { SubscriptionRefused } from '../../src/subscriptions/subscription-refused.js'
import { Story, UNKNOWN } from '../subscriptions/story.js'
import { liveClock } from '../support/live-clock.js'
import { NOBODY_PROJECTS } from './nobody-projects.js'
import { pretend } from './pretended-system.js'
import type { Spoken } from './spoken.js'

const test = suite('the log and its subscriptions on the command line')

const BILLING: SubscriptionStatus = {
  name: 'billing',
  order: 'task',
  filter: { types: ['task-completed'] },
  members: 2,
  position: 90,
  checkpoint: 40,
  lag: 10,
  ageMs: 180_000,
  retrying: 1,
  parked: 2,
}

const PARKED: ParkedEvent = {
  position: 41,
  task: 'x',
  version: 3,
  type: 'task-completed',
  time: '2026-01-01T00:00:00.000000Z',
  attempts: 5,
  code: 'no_luck',
  message: 'the ledger is closed',
  parkedAt: '2026-01-01T00:01:00.000000Z',
  holdsTask: true,
}

const open = () => {
  const log = createMemoryLog(liveClock)
  const asked: Array<readonly [string, string, ParkedSelection]> = []
  const known = (name: string): void => {
    if (name !== 'billing') throw new SubscriptionRefused('subscription_unknown', `there is no subscription ${name}`)
  }
  const opened: OpenLog = {
    events: (selection) => listEvents({ log, clock: liveClock, logger: silentLogger }, selection),
    record: log,
    projections: NOBODY_PROJECTS,
    mirror: () => Promise.reject(new Error('nothing is mirrored here')),
    subscriptions: {
      list: async () => [BILLING],
      parked: async (name, { after = 0 } = {}) => {
        known(name)
        return after === 0 ? [PARKED] : []
      },
      replay: async (name, chosen = {}) => asked.push(['replay', name, chosen]),
      skip: async (name, chosen) => asked.push(['skip', name, chosen]),
      remove: async () => false,
    },
    close: () => log.close(),
  }
  const say = (line: string): Promise<Spoken> => pretend(COMMANDS, line.split(' '), { openLog: async () => opened })
  return { log, asked, say }
}

test('events are printed a line each, of a task, of types, from a position', async () => {
  const { log, say } = open()
  const [a, b] = [new Story(log), new Story(log)]
  await a.tell('first', 'second')
  await b.append([UNKNOWN])
  await b.tell('third')
  const all = await say('events')
  assert.is(all.exit, EXIT.complete)
  const lines = all.stdout.trimEnd().split('\n')
  assert.is(lines.length, 4)
  assert.match(lines[0] ?? '', new RegExp(`^ +1 20\\d\\d-.* ${a.task} +1 task-paused first$`))
  assert.match(lines[2] ?? '', /of-another-version$/)
  const count = async (line: string): Promise<number> => (await linesOf(line)).length
  const linesOf = async (line: string) => (await say(line)).stdout.split('\n').filter((one) => one !== '')
  assert.is(await count(`events --task ${a.task}`), 2)
  assert.is(await count('events --from 3'), 1)
  assert.is(await count('events --from now'), 0)
  assert.is(await count('events --type task-created'), 0)
  assert.is(await count('events --type task-created --type task-paused'), 3)
  const [first = ''] = await linesOf('events --json --from 3')
  const { position, task, version, type, schema_version, data, metadata } = JSON.parse(first)
  assert.equal([position, task, version, type, schema_version], [4, b.task, 2, 'task-paused', 1])
  assert.equal([data, metadata.actor], [{ reason: 'third' }, { kind: 'engine' }])
})

test('a type or a position that is none is told', async () => {
  const { say } = open()
  const typo = await say('events --type step-complete')
  assert.is(typo.exit, EXIT.usage)
  assert.match(typo.stderr, 'did you mean step-completed?')
  assert.is((await say('events --from yesterday')).exit, EXIT.usage)
})

test('subscriptions are listed with how far behind they are', async () => {
  const { say } = open()
  const { stdout, exit } = await say('subscriptions list')
  assert.is(exit, EXIT.complete)
  assert.match(stdout, /billing +task +2 +90 +10 +3m +1 +2/)
  assert.equal(JSON.parse((await say('subscriptions list --json')).stdout).subscriptions[0], {
    name: 'billing',
    order: 'task',
    members: 2,
    position: 90,
    checkpoint: 40,
    lag: 10,
    retrying: 1,
    parked: 2,
    age_ms: 180_000,
    filter: { types: ['task-completed'] },
  })
})

test('what is parked is listed, handed over again, or given up', async () => {
  const { say, asked } = open()
  assert.match((await say('subscriptions parked billing')).stdout, /41 +x +task-completed +5× +holds its task +no_luck/)
  assert.is(JSON.parse((await say('subscriptions parked billing --json')).stdout).parked[0].holds_task, true)
  const unknown = await say('subscriptions parked biling')
  assert.is(unknown.exit, EXIT.usage)
  assert.match(unknown.stderr, 'there is no subscription biling')
  assert.match((await say('subscriptions replay billing')).stdout, '1 handed over again.')
  assert.equal(JSON.parse((await say('subscriptions replay billing --task x --json')).stdout), { count: 2 })
  await say('subscriptions skip billing --position 41')
  assert.equal(asked, [
    ['replay', 'billing', {}],
    ['replay', 'billing', { task: 'x' }],
    ['skip', 'billing', { position: 41 }],
  ])
  assert.is((await say('subscriptions skip billing')).exit, EXIT.usage)
  assert.is((await say('subscriptions replay billing --position x')).exit, EXIT.usage)
})

test.run()
