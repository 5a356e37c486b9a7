/**
 * A page costs what it shows, however much there is: on large tables every list that a page asks for is read by an
 * index, in its order, and stops where the page ends. What the database plans does not depend on how busy a machine is.
 */
import type pg from 'pg'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { PROJECTIONS } from '../../projections/projections.js'
import { Transactions } from '../../src/log/transactions.js'
import type { ReadModels } from '../../src/ports/read-models.js'
import { cursorOf } from '../../src/projector/cursor.js'
import { createReadModels } from '../../src/projector/read-models.js'
import { ProjectionTable } from '../../src/projector/table.js'
import { migratedDatabase, withClient } from '../log/log-database.js'

const test = suite('the plans of pages')

const TASK = '00000000-0000-7000-8000-000000000001'
const TIME = '2026-01-01T06:00:00.000000Z'

/** Twenty thousand tasks, one of which has as many steps; few of anything are what somebody has to look at. */
const FILL = `
  insert into tasker_projections.task_summaries
  select ('00000000-0000-7000-8000-' || lpad(n::text, 12, '0'))::uuid, 'ns' || n % 3, 't' || n % 20, '1',
    case when n % 5000 = 0 then 'error' when n % 100 = 0 then 'running' else 'complete' end, 0, 100,
    timestamptz '2026-01-01' + n * interval '1 second', null, null, now(), 9, 0, 0, 0, 0, 9, 0, 0, n % 2, 0, 0, 0,
    null, null, null, null, 'c' || n, null, null, null, null, null
  from generate_series(1, 20000) n;
  insert into tasker_projections.gates
  select task, 5, 's', 1, null, case when priority = 0 and steps_total = 9 and status = 'error' then 'open' else 'approved' end,
    'q', '{ops}', 1, 0, 0, 'd', created_at, null, null, null, null, 0, '{}'
  from tasker_projections.task_summaries;
  insert into tasker_projections.dead_letters
  select task, 5, namespace, template, '1', 'blocked', created_at, 's', 'c', 'm',
    case when status = 'error' then null else now() end, null, null, null
  from tasker_projections.task_summaries;
  insert into tasker_projections.planning_decisions
  select task, 5, 'plan', 1, 1, 0, 'planner', 'p', 'm', case when status = 'error' then 'failed' else 'accepted' end,
    created_at, null, null, 'd', 'd', 'd', 'd', 'because', 'end', 0, '{}', 3, 1, 1, 0, 0, 0, null, null, false
  from tasker_projections.task_summaries;
  insert into tasker_projections.readiness
  select '${TASK}', 's' || n, n, 'standard', 'h', true, 'complete', 0, false, false, 'satisfied', 'satisfied'
  from generate_series(1, 20000) n;
  insert into tasker_projections.step_timeline
  select '${TASK}', 's' || n, 1, 'h', timestamptz '2026-01-01' + n * interval '1 second', now(), now(), null, 'w', 1, null,
    'completed', null, null
  from generate_series(1, 20000) n;
  analyze`

const filled = async (url: string, body: (client: pg.Client) => Promise<void>): Promise<void> => {
  const transactions = new Transactions(url, 1, 'test')
  for (const projection of PROJECTIONS) {
    await transactions.run(async (transaction) => {
      const table = new ProjectionTable(projection, 'tasker_projections')
      await table.create(transaction)
      await table.createIndexes(transaction)
    })
  }
  await transactions.close()
  await withClient(url, async (client) => {
    await client.query(FILL)
    await body(client)
  })
}

interface PlanNode {
  readonly 'Node Type': string
  readonly 'Actual Rows'?: number
  readonly 'Rows Removed by Filter'?: number
  readonly Plans?: ReadonlyArray<PlanNode>
}

/** Rows that were looked at anywhere in a plan, and the kinds of its nodes. */
const lookedAt = (node: PlanNode): { readonly rows: number; readonly kinds: ReadonlyArray<string> } => {
  const below = (node.Plans ?? []).map(lookedAt)
  const own = (node['Actual Rows'] ?? 0) + (node['Rows Removed by Filter'] ?? 0)
  return {
    rows: Math.max(own, ...below.map(({ rows }) => rows)),
    kinds: [node['Node Type'], ...below.flatMap(({ kinds }) => kinds)],
  }
}

const PAGE = 51
const MIDDLE = cursorOf([TIME, TASK])

/** Each with how many rows it may look at: a page, or the few that there are. */
const ASKED: ReadonlyArray<readonly [string, (read: ReadModels) => Promise<unknown>, number]> = [
  ['the newest tasks', (read) => read.tasks(), PAGE],
  ['the oldest tasks', (read) => read.tasks({ order: 'oldest' }), PAGE],
  ['a page in the middle', (read) => read.tasks({ after: MIDDLE }), PAGE],
  ['tasks in error', (read) => read.tasks({ statuses: ['error'] }), PAGE],
  ['tasks of two statuses', (read) => read.tasks({ statuses: ['error', 'running'] }), 300],
  ['tasks of a namespace', (read) => read.tasks({ namespace: 'ns1' }), 3 * PAGE],
  ['tasks of a template in error', (read) => read.tasks({ template: 't0', statuses: ['error'] }), PAGE],
  ['tasks of no template', (read) => read.tasks({ template: 'none' }), PAGE],
  ['the tasks of a correlation', (read) => read.tasks({ correlation: 'c77' }), PAGE],
  ['children', (read) => read.tasks({ parentTask: TASK }), PAGE],
  ['steps', (read) => read.steps(TASK), PAGE],
  ['steps further on', (read) => read.steps(TASK, { after: cursorOf([15_000]) }), PAGE],
  ['attempts', (read) => read.timeline(TASK), PAGE],
  ['attempts further on', (read) => read.timeline(TASK, { after: cursorOf([TIME, 's21600', 1]) }), PAGE],
  ['the newest decisions', (read) => read.decisions(), PAGE],
  ['decisions that failed', (read) => read.decisions({ statuses: ['failed'] }), PAGE],
  ['decisions of a task', (read) => read.decisions({ task: TASK }), PAGE],
  ['the newest gates', (read) => read.gates(), PAGE],
  ['gates that are open', (read) => read.gates({ statuses: ['open'] }), PAGE],
  ['dead letters that wait', (read) => read.deadLetters({ isWaiting: true }), PAGE],
  ['all dead letters', (read) => read.deadLetters(), PAGE],
]

test('every page is read by an index, and looks at little more than it shows', async () => {
  const { url, drop } = await migratedDatabase()
  await filled(url, async (client) => {
    const faults: string[] = []
    for (const [what, ask, most] of ASKED) {
      const explain = async (statement: { readonly text: string }, values: ReadonlyArray<unknown>) => {
        const text = `explain (analyze, timing off, format json) ${statement.text}`
        const { rows, kinds } = lookedAt((await client.query(text, [...values])).rows[0]['QUERY PLAN'][0].Plan)
        if (rows > most || kinds.includes('Seq Scan')) faults.push(`${what}: ${rows} rows by ${kinds.join(', ')}`)
        return []
      }
      await ask(createReadModels({ reader: { query: explain }, waitFor: async () => true, projects: () => false }))
    }
    assert.equal(faults, [])
  })
  await drop()
})

test.run()
