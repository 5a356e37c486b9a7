import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Json } from '../../src/core/json.js'
import type { CreationNeeds } from '../../src/engine/creation.js'
import { runSchedules } from '../../src/engine/scheduler.js'
import { createSchedules, type NewSchedule } from '../../src/engine/schedules.js'
import { TaskRefused } from '../../src/engine/task-refused.js'
import { createMemoryLog } from '../../src/log/memory-log.js'
import { createMemoryStore, type MemoryStore } from '../../src/log/memory-store.js'
import type { Log } from '../../src/ports/log.js'
import { silentLogger } from '../../src/ports/logger.js'
import { noMeasures } from '../../src/ports/measures.js'
import { createFakeClock } from '../support/fake-clock.js'
import { startSmallEngine, templateWith } from '../support/small-engine.js'

const test = suite('schedules')

const ADA = { actor: 'ada', reason: 'wanted' }
const MINUTE = 60_000
const EVERY_MINUTE: NewSchedule = { name: 'poll', cron: '* * * * *', template: { name: 'small' }, input: { from: 1 } }

/** A process whose leader decides about ticks; `forbidden` inputs are refused by the template. */
const startProcess = async (store: MemoryStore, change: (log: Log) => Log = (log) => log) => {
  const clock = createFakeClock()
  const log = change(createMemoryLog(clock, store))
  const small = await startSmallEngine({ run: () => null, clock, log })
  const creation: CreationNeeds = {
    clock,
    vocabularyDigest: 'sha256:none',
    templateNamed: async ({ name }) => {
      if (name === 'gone') throw Object.assign(new Error('there is no gone'), { code: 'template_unknown' })
      return templateWith({ a: [] })
    },
    checkInput: async (_, input: Json) => {
      if (input === 'forbidden') throw new TaskRefused('invalid_input', 'the schema forbids it')
    },
  }
  const tick = () =>
    runSchedules({ store: log, creation, engine: small.engine, logger: silentLogger, measures: noMeasures })
  return { clock, small, schedules: createSchedules({ store: log, creation }), tick }
}

const tasksIn = (store: MemoryStore): ReadonlyArray<string> =>
  store.events.filter(({ type }) => type === 'task-created').map(({ data }) => JSON.parse(data).identity)

test('each tick becomes one task, of whose schedule and time its identity speaks', async () => {
  const store = createMemoryStore()
  const { clock, schedules, tick } = await startProcess(store)
  const added = await schedules.add(EVERY_MINUTE, ADA)
  assert.is(added.next, '2026-01-01T00:01:00.000Z')
  await tick()
  assert.equal(tasksIn(store), [])
  for (let minute = 0; minute < 3; minute += 1) {
    await clock.pass(MINUTE)
    await tick()
    await tick()
  }
  assert.equal(
    tasksIn(store),
    [1, 2, 3].map((minute) => `schedule:poll:2026-01-01T00:0${minute}:00.000Z`),
  )
  const { last, next } = await schedules.get('poll')
  assert.equal([last?.tick, next], ['2026-01-01T00:03:00.000Z', '2026-01-01T00:04:00.000Z'])
  assert.ok(store.heads.has(`task-${last?.task}`))
})

test('several processes make one task of a tick, whoever dies between the task and the schedule', async () => {
  const store = createMemoryStore()
  const never = new Promise<never>(() => undefined)
  const dying = await startProcess(store, (log) => ({ ...log, updateSchedule: () => never }))
  await dying.schedules.add(EVERY_MINUTE, ADA)
  const others = await Promise.all([startProcess(store), startProcess(store)])
  const all = [dying, ...others]
  await Promise.all(all.map(({ clock }) => clock.pass(MINUTE)))
  void dying.tick()
  await dying.clock.pass(10)
  assert.equal([tasksIn(store).length, (await dying.schedules.get('poll')).last], [1, null])
  await Promise.all(others.map(({ tick }) => tick()))
  assert.is(tasksIn(store).length, 1)
  assert.is((await dying.schedules.get('poll')).last?.task, [...store.heads.keys()][0]?.slice('task-'.length))
})

test('what was missed is told, and made up for as the schedule says', async () => {
  const store = createMemoryStore()
  const { clock, schedules, tick } = await startProcess(store)
  await schedules.add({ ...EVERY_MINUTE, name: 'skip' }, ADA)
  await schedules.add({ ...EVERY_MINUTE, name: 'all', catchUp: 'all' }, ADA)
  await clock.pass(10.5 * MINUTE)
  await tick()
  const of = (name: string) => tasksIn(store).filter((identity) => identity.startsWith(`schedule:${name}:`)).length
  assert.equal([of('skip'), of('all')], [1, 10])
  const [change] = await schedules.changes('skip')
  assert.is(change?.kind, 'ticks-missed')
  assert.equal(JSON.parse(change?.detail ?? ''), { from: '2026-01-01T00:01:00.000Z', to: '2026-01-01T00:09:00.000Z' })
})

test('a paused schedule creates nothing, and what would have come is not made up for', async () => {
  const store = createMemoryStore()
  const { clock, schedules, tick } = await startProcess(store)
  await schedules.add({ ...EVERY_MINUTE, catchUp: 'all' }, ADA)
  await schedules.pause('poll', ADA)
  await clock.pass(5 * MINUTE)
  await tick()
  assert.equal([tasksIn(store), (await schedules.get('poll')).next], [[], null])
  const { next } = await schedules.resume('poll', { actor: 'bob' })
  assert.is(next, '2026-01-01T00:06:00.000Z')
  await clock.pass(MINUTE)
  await tick()
  assert.is(tasksIn(store).length, 1)
  await schedules.remove('poll', ADA)
  await clock.pass(MINUTE)
  await tick()
  assert.is(tasksIn(store).length, 1)
  assert.equal(
    (await schedules.changes('poll')).map(({ kind, actor, reason }) => [kind, actor, reason]),
    [
      ['removed', 'ada', 'wanted'],
      ['resumed', 'bob', null],
      ['paused', 'ada', 'wanted'],
      ['added', 'ada', 'wanted'],
    ],
  )
})

test('what can never come is refused when it is added', async () => {
  const { schedules } = await startProcess(createMemoryStore())
  const code = (wanted: Partial<NewSchedule>) =>
    schedules.add({ ...EVERY_MINUTE, ...wanted }, ADA).then(
      () => 'added',
      (error) => error.code,
    )
  assert.is(await code({}), 'added')
  assert.is(await code({}), 'schedule_exists')
  assert.is(await code({ name: 'a b' }), 'invalid_schedule_name')
  assert.is(await code({ name: 'x', cron: '* *' }), 'invalid_cron')
  assert.is(await code({ name: 'x', cron: '0 0 30 2 *' }), 'invalid_cron')
  assert.is(await code({ name: 'x', timezone: 'Mars/Phobos' }), 'invalid_timezone')
  assert.is(await code({ name: 'x', template: { name: 'gone' } }), 'template_unknown')
  assert.is(await code({ name: 'x', input: 'forbidden' }), 'invalid_input')
  assert.is(await code({ name: 'x', priority: 1.5 }), 'invalid_priority')
  const acts = [schedules.get, schedules.pause, schedules.resume, schedules.remove]
  for (const act of acts) assert.is(await act('nobody', ADA).catch((error) => error.code), 'schedule_unknown')
  assert.is(await schedules.resume('poll', ADA).catch((error) => error.code), 'schedule_not_paused')
})

test('a schedule that cannot be read holds up no other one', async () => {
  const store = createMemoryStore()
  const { clock, schedules, tick } = await startProcess(store)
  await schedules.add(EVERY_MINUTE, ADA)
  await schedules.add({ ...EVERY_MINUTE, name: 'broken' }, ADA)
  const schedule = store.schedules.get('broken')
  if (schedule !== undefined) store.schedules.set('broken', { ...schedule, cron: 'of another version' })
  await clock.pass(MINUTE)
  await tick()
  assert.is(tasksIn(store).length, 1)
})

test('a task that is refused at its tick is told, and the next tick comes all the same', async () => {
  const store = createMemoryStore()
  const { clock, schedules, tick } = await startProcess(store)
  await schedules.add(EVERY_MINUTE, ADA)
  const schedule = store.schedules.get('poll')
  if (schedule === undefined) throw new Error('it was not added')
  store.schedules.set('poll', { ...schedule, template: { ...schedule.template, name: 'gone' } })
  await clock.pass(MINUTE)
  await tick()
  const [change] = await schedules.changes('poll')
  assert.equal([change?.kind, JSON.parse(change?.detail ?? '').code], ['tick-refused', 'template_unknown'])
  assert.is((await schedules.get('poll')).next, '2026-01-01T00:02:00.000Z')
})

test.run()
