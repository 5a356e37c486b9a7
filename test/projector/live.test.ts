import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { PROJECTIONS } from '../../projections/projections.js'
import { readiness } from '../../projections/readiness/readiness.js'
import { taskSummaries } from '../../projections/task-summaries/task-summaries.js'
import { ProjectionRefused } from '../../src/projector/projection-error.js'
import { refuseInvalidProjections } from '../../src/projector/projector.js'
import { withClient } from '../log/log-database.js'
import { until } from '../support/until.js'
import { type ProjectedLog, projectedLog } from './projected-log.js'
import { seenSteps } from './seen-steps.js'

const test = suite('live projections')

const PATIENCE_MS = 20_000

const withLog = async (use: (log: ProjectedLog) => Promise<void>, end: 'end' | 'endSpoilt' = 'end'): Promise<void> => {
  const log = await projectedLog()
  try {
    await use(log)
  } finally {
    await log[end]()
  }
}

const isUpTo = async (
  projector: Awaited<ReturnType<ProjectedLog['projector']>>,
  names: ReadonlyArray<string>,
  position: number,
): Promise<void> => {
  for (const name of names) assert.ok(await projector.waitFor(name, position, PATIENCE_MS), `${name} to ${position}`)
}

const NAMES = PROJECTIONS.map(({ name }) => name)

test('what is appended is projected, and whoever waits for a position sees it', () =>
  withLog(async (log) => {
    const projector = await log.projector()
    assert.equal(
      (await projector.list()).map(({ health }) => health),
      NAMES.map(() => 'absent'),
    )
    assert.not(await projector.waitFor('readiness', 1, 10))
    projector.start()
    await log.tasks(3)
    await isUpTo(projector, NAMES, await log.log.position())
    const statuses = await projector.list()
    assert.ok(statuses.every(({ health, lag, error }) => health === 'live' && lag === 0 && error === null))
    await log.tasks(2)
    await isUpTo(projector, NAMES, await log.log.position())
    const query = { name: 'test_count_tasks', text: 'select status from tasker_projections.task_summaries' }
    const rows = await projector.query<{ readonly status: string }>(query, [])
    assert.equal(
      rows.map(({ status }) => status),
      Array.from({ length: 5 }, () => 'complete'),
    )
  }))

test('one process projects at a time; when it ends another one goes on where it was', () =>
  withLog(async (log) => {
    const [first, second] = [await log.projector(), await log.projector()]
    first.start()
    await log.tasks(2)
    await isUpTo(first, NAMES, await log.log.position())
    second.start()
    await first.close()
    await log.tasks(2)
    await isUpTo(second, NAMES, await log.log.position())
  }))

test('a database that breaks every connection is no reason to count anything twice, or not at all', () =>
  withLog(async (log) => {
    const projector = await log.projector()
    projector.start()
    for (let breaks = 0; breaks < 3; breaks += 1) {
      await log.tasks(2)
      await withClient(log.url, (client) =>
        client.query(`select pg_terminate_backend(pid) from pg_stat_activity
          where datname = current_database() and application_name in ('tasker project', 'tasker read', 'tasker lead')`),
      )
      await log.tasks(2)
    }
    await isUpTo(projector, NAMES, await log.log.position())
  }))

test('a process that does not know a user’s own projections keeps them from nobody', () =>
  withLog(async (log) => {
    const stranger = await log.projector()
    stranger.start()
    await log.tasks(1)
    await isUpTo(stranger, NAMES, await log.log.position())
    const owner = await log.projector([...PROJECTIONS, seenSteps()])
    owner.start()
    await log.tasks(1)
    await isUpTo(owner, [...NAMES, 'seen_steps'], await log.log.position())
    assert.is((await owner.verify('seen_steps')).difference, null)
  }))

test('one of a user’s own that cannot be a table, or that there is already, is refused', () => {
  const refused = [{ name: 'gates' }, { name: 'Seen steps' }, { version: 0 }, { version: 1.5 }, { key: [] }]
  for (const more of refused) {
    assert.throws(
      () => refuseInvalidProjections([seenSteps(more)]),
      (error: unknown) => error instanceof ProjectionRefused && error.code === 'projection_invalid',
    )
  }
  assert.throws(() => refuseInvalidProjections([seenSteps(), seenSteps()]), 'there is one of that name already')
  refuseInvalidProjections([seenSteps(), seenSteps({ name: 'seen_again' })])
})

const append = async ({ log }: ProjectedLog, type: string): Promise<void> => {
  const metadata = JSON.stringify({ actor: { kind: 'engine' }, causation: null, correlation: 'c' })
  const event = { id: '01900000-0000-7000-8000-00000000abcd', type, schemaVersion: 1, data: '{}', metadata }
  const [outcome] = await log.append([
    {
      stream: 'task-01900000-0000-7000-8000-0000000000cc',
      expectedVersion: 0,
      expectedHash: '',
      events: [event],
      head: { status: 'pending', namespace: 'default', template: 'x', open: false, holders: [] },
      due: { put: [], remove: [] },
      payloads: [],
    },
  ])
  assert.is(outcome?.kind, 'landed')
}

test('an event that nobody can read here stops them in front of it, and says so; nothing is left out', () =>
  withLog(async (log) => {
    await log.tasks(1)
    const before = await log.log.position()
    await append(log, 'of-a-later-version')
    await log.tasks(1)
    const projector = await log.projector()
    projector.start()
    await isUpTo(projector, NAMES, before)
    await until('all of them fail', async () => (await projector.list()).every(({ health }) => health === 'failing'))
    for (const { position, error } of await projector.list()) {
      assert.is(position, before)
      assert.equal([error?.code, error?.position], ['unknown_event_type', before + 1])
    }
    await projector.rebuild('readiness').then(
      () => assert.unreachable(),
      (error: unknown) => assert.is(Reflect.get(Object(error), 'code'), 'unknown_event_type'),
    )
    assert.is((await projector.verify('readiness')).difference, null)
  }))

test('a projection that cannot go on stays behind alone, and goes on when it is mended', () =>
  withLog(async (log) => {
    const broken = seenSteps({
      changes: (event) => {
        if (event.type === 'step-completed') throw new Error('it cannot take this')
        return []
      },
    })
    const first = await log.projector([taskSummaries, broken])
    first.start()
    await log.tasks(2)
    const position = await log.log.position()
    await isUpTo(first, ['task_summaries'], position)
    await until('the fault is noted', async () => (await first.list())[1]?.health === 'failing')
    const [, status] = await first.list()
    assert.is(status?.error?.code, 'projection_failed')
    assert.match(status?.error?.message ?? '', 'it cannot take this')
    await first.close()

    const mended = await log.projector([taskSummaries, seenSteps()])
    mended.start()
    await log.tasks(1)
    await isUpTo(mended, ['seen_steps', 'task_summaries'], await log.log.position())
    assert.equal((await mended.verify('seen_steps')).difference, null)
    assert.equal((await mended.list())[1]?.error, null)
  }))

test('rows that the database refuses are their own projection’s fault', () =>
  withLog(async (log) => {
    const unstorable = seenSteps({
      changes: (_, { task }) => [{ kind: 'put', key: [task, 'a'], row: { task, step: 'a', seen: null } }],
    })
    const projector = await log.projector([readiness, unstorable])
    projector.start()
    await log.tasks(1)
    await isUpTo(projector, ['readiness'], await log.log.position())
    await until('the fault is noted', async () => (await projector.list())[1]?.error?.code === 'rows_refused')
  }))

test('a table of another version serves until a new one is built beside it', () =>
  withLog(async (log) => {
    const first = await log.projector([seenSteps()])
    first.start()
    await log.tasks(2)
    await isUpTo(first, ['seen_steps'], await log.log.position())
    await first.close()

    const next = await log.projector([seenSteps({ version: 2 })])
    assert.is((await next.list())[0]?.health, 'outdated')
    next.start()
    await until('the new table serves', async () => (await next.list())[0]?.tableVersion === 2)
    await log.tasks(1)
    await isUpTo(next, ['seen_steps'], await log.log.position())
    assert.equal((await next.verify('seen_steps')).difference, null)
    await withClient(log.url, async (client) => {
      const indexes = await client.query(`select 1 from pg_indexes where indexname = 'seen_steps_by_number'`)
      assert.is(indexes.rows.length, 1)
    })
    // Whoever has the older code leaves the newer table alone.
    const older = await log.projector([seenSteps()])
    assert.is((await older.list())[0]?.health, 'outdated')
  }))

test('those that are to be built anew are built one straight after the other, though nothing else happens', () =>
  withLog(async (log) => {
    const first = await log.projector()
    first.start()
    await log.tasks(1)
    await isUpTo(first, ['readiness'], await log.log.position())
    await first.close()
    // Spoilt for whoever holds this log against its projections: their tables are of no version that there is.
    const later = PROJECTIONS.map((projection) => ({ ...projection, version: projection.version + 1 }))
    const next = await log.projector(later)
    next.start()
    // With a look every five seconds in between it were a minute.
    await until('all of them serve', async () => (await next.list()).every(({ health }) => health === 'live'))
    await next.close()
  }, 'endSpoilt'))

test.run()
