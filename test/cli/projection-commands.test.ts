import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { COMMANDS } from '../../src/cli/command-table.js'
import type { OpenLog } from '../../src/cli/system.js'
import { createMemoryLog } from '../../src/log/memory-log.js'
import type { ProjectionStatus, Projections, RebuildStatus } from '../../src/ports/projections.js'
import { liveClock } from '../support/live-clock.js'
import { NOBODY_PROJECTS } from './nobody-projects.js'
import { pretend } from './pretended-system.js'

const test = suite('projections on the command line')

const REBUILD: RebuildStatus = {
  build: 7,
  state: 'running',
  phase: 'tasks',
  events: 0,
  goal: 0,
  position: null,
  startedAt: '2026-01-01T00:00:00.000Z',
  endedAt: null,
  error: null,
}

const LIVE: ProjectionStatus = {
  name: 'gates',
  version: 2,
  tableVersion: 2,
  position: 90,
  lag: 0,
  lagMs: 0,
  health: 'live',
  error: null,
  rebuild: null,
}

const FAILING: ProjectionStatus = {
  ...LIVE,
  name: 'task_summaries',
  tableVersion: 1,
  position: 40,
  lag: 50,
  lagMs: 3_250,
  health: 'failing',
  error: { code: 'unknown_event_type', message: 'event x is of type y', position: 41 },
  rebuild: { ...REBUILD, events: 12_000, goal: 40_000 },
}

const DIFFERENCE = { row: { task: 't', version: 7 }, column: 'status', folded: 'open', standing: 'expired' }

class Refused extends Error {
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message)
  }
}

const PROJECTIONS: Projections = {
  ...NOBODY_PROJECTS,
  list: async () => [LIVE, FAILING],
  cancelRebuild: async (name) => {
    if (name !== 'task_summaries') throw new Refused('no_rebuild', `${name} is not being rebuilt`)
  },
  rebuild: async (name, { onProgress } = {}) => {
    if (name === 'nothing') throw new Refused('projection_unknown', 'there is no projection nothing')
    if (name === 'task_summaries') throw new Refused('rebuild_under_way', `${name} is being rebuilt already`)
    onProgress?.({ phase: 'tasks', events: 5_000, goal: 10_000 })
    onProgress?.({ phase: 'tasks', events: 9_000, goal: 10_000 })
    onProgress?.({ phase: 'swap', events: 10_000, goal: 10_000 })
    return 10_000
  },
  verifyAll: async () => Promise.all(['gates', 'task_summaries'].map((name) => PROJECTIONS.verify(name))),
  verify: async (name) => ({ name, position: 90, rows: 3, difference: name === 'gates' ? null : DIFFERENCE }),
}

const say = (line: string, isTTY = false) => pretend(COMMANDS, line.split(' '), { isTTY, openLog: async () => opened })

const opened: OpenLog = {
  events: () => {
    throw new Error('nobody lists events here')
  },
  subscriptions: {
    list: async () => [],
    parked: async () => [],
    replay: async () => 0,
    skip: async () => 0,
    remove: async () => false,
  },
  record: createMemoryLog(liveClock),
  projections: PROJECTIONS,
  mirror: () => Promise.reject(new Error('nothing is mirrored here')),
  close: async () => undefined,
}

test('the list says how each of them stands, and exits with 1 where one does not go on', async () => {
  const { exit, stdout, stderr } = await say('projections list')
  assert.is(exit, 1)
  assert.match(stdout, /gates +2 +90 +0 +live/)
  assert.match(
    stdout,
    /task_summaries +1 \(this Tasker: 2\) +40 +50, 3\.3 s +failing +rebuilding: 12,000 of about 40,000/,
  )
  assert.match(stderr, 'task_summaries stands at position 41: event x is of type y (unknown_event_type)')
  const { stdout: json } = await say('projections list --json')
  assert.equal(JSON.parse(json), { projections: [LIVE, FAILING] })
})

test('a rebuild tells each part of it once, or draws a bar on a terminal', async () => {
  const { exit, stdout, stderr } = await say('projections rebuild gates')
  assert.is(exit, 0)
  assert.match(stdout, /gates was rebuilt up to position 10000 in \d/)
  assert.is(stderr.match(/folding every task/g)?.length, 1)
  assert.match(stderr, 'taking its place: 10,000 events')
  const drawn = await say('projections rebuild gates', true)
  assert.match(drawn.stderr, '████████████░░░░░░░░░░░░  50%  folding every task: 5,000 events')
})

test('a name that is none, and a rebuild that another process has begun', async () => {
  const unknown = await say('projections rebuild nothing')
  assert.equal([unknown.exit, unknown.stdout], [2, ''])
  assert.match(unknown.stderr, 'projection_unknown')
  const busy = await say('projections rebuild task-summaries')
  assert.is(busy.exit, 1)
  assert.match(busy.stderr, 'task_summaries is being rebuilt already')
})

test('a rebuild is asked to end, and where none goes on that is said', async () => {
  const asked = await say('projections cancel task-summaries')
  assert.equal([asked.exit, asked.stdout.includes('was asked to end')], [0, true])
  const none = await say('projections cancel gates')
  assert.equal([none.exit, none.stderr.includes('no_rebuild')], [1, true])
})

test('verify names the row, the column and both values', async () => {
  const { exit, stdout } = await say('projections verify')
  assert.is(exit, 1)
  assert.match(stdout, 'same gates: 3 rows are the fold of the log up to position 90')
  assert.match(
    stdout,
    'differs task_summaries at position 90: status of task t, version 7 is "expired", the log says "open"',
  )
  const one = await say('projections verify gates --json')
  assert.is(one.exit, 0)
  assert.equal(JSON.parse(one.stdout), {
    projections: [{ name: 'gates', position: 90, rows: 3, same: true, difference: null }],
  })
})

test.run()
