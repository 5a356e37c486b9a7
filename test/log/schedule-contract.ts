/** The part of the contract that is about schedules: who saw which revision, what is due, and what was done. */
import { randomUUID } from 'node:crypto'
import type { Test } from 'uvu'
import * as assert from 'uvu/assert'
import type { Schedule, ScheduleChange } from '../../src/ports/schedules.js'
import type { WithLog } from './contract.js'

const NOW = Date.UTC(2026, 0, 1)

const schedule = (more: Partial<Schedule> = {}): Schedule => ({
  name: `s-${randomUUID()}`,
  cron: '* * * * *',
  timezone: 'UTC',
  template: { namespace: 'default', name: 'order', version: null },
  input: '{"n":1}',
  priority: 2,
  catchUp: 'last',
  paused: false,
  nextAt: NOW,
  lastAt: null,
  lastTask: null,
  revision: 1,
  ...more,
})

const change = (of: Schedule, kind: ScheduleChange['kind'], reason: string | null = null): ScheduleChange => ({
  schedule: of.name,
  kind,
  at: NOW,
  actor: 'ada',
  authenticated: false,
  reason,
  detail: '{}',
})

export const scheduleContract = (test: Test, withLog: WithLog): void => {
  test(
    'a schedule is added once under its name, and stands as it was added',
    withLog(async ({ log, other }) => {
      const one = schedule({ template: { namespace: 'n', name: 'order', version: '1.0.0' } })
      assert.ok(await log.addSchedule(one, change(one, 'added', 'wanted')))
      assert.not.ok(await other.addSchedule({ ...one, cron: '@daily' }, change(one, 'added')))
      assert.equal(await other.readSchedule(one.name), one)
      assert.ok((await log.listSchedules()).some(({ name }) => name === one.name))
      assert.equal(await log.scheduleChanges(one.name, 10), [change(one, 'added', 'wanted')])
      assert.is(await log.readSchedule(randomUUID()), undefined)
    }),
  )

  test(
    'only who saw the latest revision changes a schedule, and what he did is told with it',
    withLog(async ({ log, other }) => {
      const one = schedule()
      await log.addSchedule(one, change(one, 'added'))
      const progress = { paused: true, nextAt: NOW + 60_000, lastAt: NOW, lastTask: 'task' }
      assert.ok(await log.updateSchedule(one.name, 1, progress, change(one, 'paused')))
      assert.not.ok(await other.updateSchedule(one.name, 1, { ...progress, paused: false }, change(one, 'resumed')))
      assert.ok(await other.updateSchedule(one.name, 2, { ...progress, nextAt: null }))
      assert.equal(await log.readSchedule(one.name), { ...one, ...progress, nextAt: null, revision: 3 })
      assert.equal(
        (await log.scheduleChanges(one.name, 10)).map(({ kind }) => kind),
        ['paused', 'added'],
      )
    }),
  )

  test(
    'due is what is not paused and has come, the earliest first; what was removed leaves its record',
    withLog(async ({ log }) => {
      const [late, early, paused, future, over] = [
        schedule({ nextAt: NOW }),
        schedule({ nextAt: NOW - 1 }),
        schedule({ paused: true }),
        schedule({ nextAt: NOW + 1 }),
        schedule({ nextAt: null }),
      ]
      for (const one of [late, early, paused, future, over]) await log.addSchedule(one, change(one, 'added'))
      const names = [late, early, paused, future, over].map(({ name }) => name)
      const due = async () =>
        (await log.dueSchedules(NOW, 1_000)).map(({ name }) => name).filter((name) => names.includes(name))
      assert.equal(await due(), [early.name, late.name])
      assert.ok(await log.removeSchedule(early.name, change(early, 'removed')))
      assert.not.ok(await log.removeSchedule(early.name, change(early, 'removed')))
      assert.equal(await due(), [late.name])
      assert.equal(
        (await log.scheduleChanges(early.name, 10)).map(({ kind }) => kind),
        ['removed', 'added'],
      )
      for (const one of [late, paused, future, over]) await log.removeSchedule(one.name, change(one, 'removed'))
    }),
  )
}
