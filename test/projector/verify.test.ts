import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { PROJECTIONS } from '../../projections/projections.js'
import { differenceText } from '../../src/ports/difference-text.js'
import type { Projector } from '../../src/projector/projector.js'
import { withClient } from '../log/log-database.js'
import { type ProjectedLog, projectedLog } from './projected-log.js'

const test = suite('verifying')

const database = (async () => {
  const log = await projectedLog()
  await log.tasks(4)
  const projector = await log.projector()
  for (const { name } of PROJECTIONS) await projector.rebuild(name)
  return { log, projector }
})()

/** What is found after a change that no event made; the change is taken back by a rebuild. */
const foundAfter = async (name: string, change: string) => {
  const { log, projector } = await database
  await withClient(log.url, (client) => client.query(change))
  const { difference } = await projector.verify(name)
  await projector.rebuild(name)
  return difference
}

const streamOf = async ({ log }: ProjectedLog): Promise<string> => (await log.readAll(0, 1))[0]?.stream ?? ''

test('rows that are the fold of the log are the same', async () => {
  const { log, projector } = await database
  for (const { name } of PROJECTIONS) {
    const { difference, position, rows } = await projector.verify(name)
    assert.equal(difference, null)
    assert.is(position, await log.log.position())
    if (name === 'readiness') assert.is(rows, 16)
  }
})

test('a value that no event made is named, with what the log says', async () => {
  const difference = await foundAfter(
    'readiness',
    `update tasker_projections.readiness set state = 'lost' where step = 'c'
     and task = (select max(task::text)::uuid from tasker_projections.readiness)`,
  )
  assert.equal([difference?.column, difference?.folded, difference?.standing], ['state', 'complete', 'lost'])
  assert.is(difference?.row.step, 'c')
  assert.match(
    difference === null ? '' : differenceText(difference),
    /state of task .*, step c is "lost", the log says "complete"/,
  )
})

test('a row that is missing, and one of which the log knows nothing', async () => {
  const missing = await foundAfter('step_timeline', `delete from tasker_projections.step_timeline where step = 'join'`)
  assert.is(missing?.standing, undefined)
  assert.match(missing === null ? '' : differenceText(missing), 'is missing')
  const strange = await foundAfter(
    'task_summaries',
    `insert into tasker_projections.task_summaries select * from jsonb_populate_record(
       (select s from tasker_projections.task_summaries s limit 1), '{"task": "ffffffff-0000-7000-8000-000000000000"}')`,
  )
  assert.is(strange?.folded, undefined)
  assert.is(strange?.row.task, 'ffffffff-0000-7000-8000-000000000000')
  assert.match(strange === null ? '' : differenceText(strange), 'of which the log knows nothing')
})

test('a sum that is wrong, also in a column to which nothing was ever added', async () => {
  const counted = await foundAfter(
    'catalog_usage',
    `update tasker_projections.catalog_usage set attempts = attempts + 1 where handler = 'b'`,
  )
  assert.equal([counted?.column, counted?.folded, counted?.standing], ['attempts', 8, 9])
  const lost = await foundAfter('catalog_usage', `update tasker_projections.catalog_usage set lost = 2`)
  assert.equal([lost?.column, lost?.folded, lost?.standing], ['lost', 0, 2])
})

const ofTask = async (projector: Projector, log: ProjectedLog) => {
  const stream = await streamOf(log)
  const head = await log.log.head(stream)
  return projector.verifyTask(stream, head?.version ?? 0)
}

test('one task is compared by itself', async () => {
  const { log, projector } = await database
  assert.equal(await ofTask(projector, log), [])
  const task = (await streamOf(log)).slice('task-'.length)
  await withClient(log.url, (client) =>
    client.query('update tasker_projections.task_summaries set steps_done = 0 where task = $1', [task]),
  )
  const [found, ...others] = await ofTask(projector, log)
  assert.equal(others, [])
  assert.equal(
    [found?.projection, found?.column, found?.folded, found?.standing],
    ['task_summaries', 'steps_done', 4, 0],
  )
})

test('all of them are compared in one reading, wherever each of them stands', async () => {
  const { log, projector } = await database
  await projector.rebuild('task_summaries')
  await log.tasks(1)
  await projector.rebuild('gates')
  await withClient(log.url, (client) => client.query('update tasker_projections.task_summaries set steps_done = 0'))
  const told: number[] = []
  const verified = await projector.verifyAll({ onProgress: ({ events, goal }) => told.push(events / goal) })
  assert.equal(
    verified.filter(({ difference }) => difference !== null).map(({ name, difference }) => [name, difference?.column]),
    [['task_summaries', 'steps_done']],
  )
  const positions = new Map(verified.map(({ name, position }) => [name, position]))
  assert.ok(Number(positions.get('gates')) > Number(positions.get('task_summaries')))
  assert.ok(told.every((share, index) => share <= 1 && share >= (told[index - 1] ?? 0)))
})

test('the database goes', async () => {
  const { log, projector } = await database
  await projector.rebuild('task_summaries')
  await log.end()
})

test.run()
