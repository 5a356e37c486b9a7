/**
 * A store that has been in use for a while: tasks that really ran (complete, blocked, waiting for people, planned, cancelled)
 * and as many copies of them as are wanted, spread over ninety days, in SQL and in bulk.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type pg from 'pg'
import { PROJECTIONS } from '../../projections/projections.js'
import type { Json } from '../../src/core/json.js'
import type { TaskStatus } from '../../src/core/status.js'
import type { Tasker } from '../../src/main.js'
import { packageRoot } from '../../src/package-root.js'
import { definePlanner } from '../../src/planner/define-planner.js'
import { parseStatements } from '../../src/sql.js'
import { NAMESPACE } from './workloads.js'

const FILE = 'scripts/bench/believable-store.sql'
const SQL = parseStatements(FILE, readFileSync(join(packageRoot, FILE), 'utf8'))

const textOf = (name: string): string => {
  const found = SQL.get(name)
  if (found === undefined) throw new Error(`${FILE} has no statement ${name}`)
  return found.text
}

/** A task that ran, and how many in a hundred are like it. */
export interface Sample {
  readonly task: string
  readonly share: number
}

/** About a hundred events each. */
const STEPS = 32

const chain = (name: string, last: Json): Json => ({
  name,
  namespace_name: NAMESPACE,
  version: '1.0.0',
  steps: [
    ...Array.from({ length: STEPS }, (_, at) => ({
      name: `step_${at + 1}`,
      handler: { callable: 'bench_nothing' },
      dependencies: at === 0 ? [] : [`step_${at}`],
    })),
    last,
  ],
})

const after = (more: Json): Json => ({ name: 'last', dependencies: [`step_${STEPS}`], ...Object(more) })

const GATE = {
  type: 'gate',
  handler: {
    callable: 'catalog:gate',
    initialization: { question: 'May it go on?', groups: ['reviewers'], required: 1, timeout_seconds: 864_000 },
  },
}

const PLANNED: Json = {
  name: 'planned',
  namespace_name: NAMESPACE,
  version: '1.0.0',
  bounds: { max_steps: 40, max_depth: 5, max_fan_out: 30, max_phases: 2, max_planner_calls: 4 },
  steps: [
    {
      name: 'plan',
      type: 'planning',
      handler: { callable: 'catalog:plan', initialization: { goal: 'do what has to be done' } },
      dependencies: [],
    },
    { name: 'finish', type: 'deferred_convergence', handler: { callable: 'bench_nothing' }, dependencies: ['plan'] },
  ],
}

const PARTS = 24

/** The first proposal of each phase is refused, so that there are findings to be counted. */
export const benchPlanner = definePlanner({
  name: 'bench rules',
  costUsd: 0.02,
  plan: ({ revision }) => ({
    fragment_version: '1.0',
    planning_context: { goal: 'do what has to be done', reasoning: `Each of ${PARTS} parts can be done by itself.` },
    steps: Array.from({ length: PARTS }, (_, at) => ({
      name: `part_${at + 1}`,
      handler: revision === 0 ? 'unheard_of' : 'transform',
      config: { expression: 'input' },
      inputs: { input: at },
    })),
    convergence: 'finish',
  }),
})

/** Runs one of each kind. `fails` is told when the handler has to. */
export const runSamples = async (
  tasker: Tasker,
  fails: (isFailing: boolean) => void,
): Promise<ReadonlyArray<Sample>> => {
  const run = async (template: Json, wanted: TaskStatus): Promise<string> => {
    const task = await tasker.tasks.create(await tasker.template(template), { customer: 'c-1', amount: 12.5 })
    const { status } = await task.result({ until: (state) => state.status === 'waiting_for_approval' })
    if (status !== wanted) throw new Error(`a sample is ${status} and was to be ${wanted}`)
    return task.id
  }
  const complete = await run(chain('order', after({ handler: { callable: 'bench_nothing' } })), 'complete')
  const waiting = await run(chain('review', after(GATE)), 'waiting_for_approval')
  const cancelled = await run(chain('withdrawn', after(GATE)), 'waiting_for_approval')
  await tasker.tasks.cancel(cancelled, { actor: 'bench' })
  const planned = await run(PLANNED, 'complete')
  fails(true)
  const blocked = await run(chain('invoice', after({ handler: { callable: 'bench_failing' } })), 'blocked_by_failures')
  fails(false)
  return [
    { task: complete, share: 90 },
    { task: planned, share: 5 },
    { task: cancelled, share: 2 },
    { task: blocked, share: 2 },
    { task: waiting, share: 1 },
  ]
}

/** As many as are wanted, of these; the statistics are what the server would have by then. */
export const fillStore = async (
  client: pg.Client,
  samples: ReadonlyArray<Sample>,
  wanted: number,
  onProgress: (what: string) => void,
): Promise<{ readonly tasks: number; readonly events: number }> => {
  const run = (name: string, values: unknown[] = []) => client.query(textOf(name), values)
  await run('createCopies')
  const largest = Math.max(...samples.map(({ share }) => Math.round((wanted * share) / 100)))
  for (const { task, share } of samples) {
    const bornMs = Number.parseInt(task.slice(0, 8) + task.slice(9, 13), 16)
    await run('addCopies', [task, Math.round((wanted * share) / 100), Date.now(), bornMs])
  }
  await run('indexCopies')
  for (let from = 0; from < largest; from += COPIES_AT_A_TIME) {
    await run('copyEvents', [from, from + COPIES_AT_A_TIME])
    onProgress(`events of ${Math.min(largest, from + COPIES_AT_A_TIME)} of ${largest} tasks`)
  }
  await run('copyPayloads')
  await run('copyHeads')
  for (const { name, key } of PROJECTIONS) {
    if (key[0] !== 'task') continue
    await copyRows(client, name)
    onProgress(`rows of ${name}`)
  }
  await run('copyTotals')
  await run('countTasks')
  await run('moveToEnd')
  await run('analyze')
  const { rows } = await run('sizes')
  return { tasks: Number(rows[0].tasks), events: Number(rows[0].events) }
}

const COPIES_AT_A_TIME = 5_000

const copyRows = async (client: pg.Client, table: string): Promise<void> => {
  const { rows } = await client.query<{ name: string; type: string }>(textOf('columnsOf'), [
    `tasker_projections.${table}`,
  ])
  const quoted = (name: string): string => `"${name}"`
  const copied = ({ name, type }: { readonly name: string; readonly type: string }): string => {
    if (name === 'task') return 'c.task'
    if (name === 'identity') return 'null'
    if (name === 'correlation') return 'c.task::text'
    if (name === 'template') return `r.template || '_' || (c.number % 12)`
    return type.startsWith('timestamp') ? `r.${quoted(name)} + c.shift` : `r.${quoted(name)}`
  }
  const text = textOf('copyRows')
    .replaceAll(':"table"', quoted(table))
    .replace(':"columns"', rows.map(({ name }) => quoted(name)).join(', '))
    .replace(':"values"', rows.map(copied).join(', '))
  await client.query(text)
}
