/**
 * Commands that change tasks: one task by its id, or with `--filter` every task that it means. With `--dry-run` nothing
 * is changed, and each task is told with what would have happened to it.
 */
import type { Json } from '../core/json.js'
import type { By, Change } from '../engine/change.js'
import type { ChangeReport } from '../engine/selection.js'
import type { Command, Example, Invocation, Options } from './command.js'
import { EXIT } from './exit-code.js'
import type { OpenTasker } from './system.js'
import { BY_OPTIONS, byOf, withTasker } from './tasker.js'
import { usageError } from './user-error.js'

export interface HandDefinition {
  readonly name: string
  readonly summary: string
  /** What follows TASK. */
  readonly rest?: ReadonlyArray<string>
  readonly options?: Options
  readonly examples: ReadonlyArray<Example>
  readonly details?: string
  /** What was done to a task: `cancelled`. */
  readonly done: string
  /** From what follows TASK. Throws a usage error where a flag is missing or wrong. */
  changeOf(rest: ReadonlyArray<string>, invocation: Invocation): Change | Promise<Change>
}

const MANY_OPTIONS: Options = {
  filter: { type: 'string', value: 'EXPR', summary: 'every task that it means, in place of TASK: status=error age>1h' },
  'dry-run': { type: 'boolean', summary: 'with --filter: change nothing, tell what would happen' },
}

const FILTERS =
  'A filter is one or more terms, all of which must hold: id, status, namespace, template, version and error take = or !=\n' +
  '(several values by commas, * for anything); priority and age take = > >= < <= (age as 30s, 15m, 2h, 1d); open=true or\n' +
  'open=false. Exits with 0 where everything was done, 1 where a task refused it, 2 on a mistake in what was asked.'

export const handCommand = (definition: HandDefinition): Command => {
  const { name, summary, rest = [], options = {}, examples, details } = definition
  return {
    name,
    summary,
    arguments: ['TASK', ...rest].map((argument) => ({ name: argument, optional: true })),
    options: { ...options, ...BY_OPTIONS, ...MANY_OPTIONS },
    details: details === undefined ? FILTERS : `${details}\n\n${FILTERS}`,
    examples,
    run: async (invocation) => {
      const { filter, task, following } = targetOf(definition, invocation)
      const change = await definition.changeOf(following, invocation)
      const by = byOf(invocation)
      return withTasker(invocation, (tasker) =>
        filter === undefined
          ? changeOne(definition, invocation, tasker, task, change, by)
          : changeMany(definition, invocation, tasker, filter, change, by),
      )
    },
  }
}

interface Target {
  readonly filter: string | undefined
  readonly task: string
  readonly following: ReadonlyArray<string>
}

/** TASK stands first, but where a filter stands for it. */
const targetOf = ({ name, rest = [] }: HandDefinition, invocation: Invocation): Target => {
  const filter = invocation.option('filter')
  const remedy = `see tasker ${name} --help`
  if (invocation.has('dry-run') && filter === undefined) throw usageError('--dry-run goes with --filter', remedy)
  const wanted = filter === undefined ? ['TASK', ...rest] : rest
  const given = invocation.arguments
  const missing = wanted[given.length]
  if (missing !== undefined) throw usageError(`tasker ${name} needs ${missing}`, remedy)
  if (given.length > wanted.length) {
    throw usageError(`tasker ${name} takes --filter in place of TASK, and "${given[0] ?? ''}" is one too many`, remedy)
  }
  const [task = '', ...following] = filter === undefined ? given : ['', ...given]
  return { filter, task, following }
}

const changeOne = async (
  { done }: HandDefinition,
  { json, output }: Invocation,
  tasker: OpenTasker,
  task: string,
  change: Change,
  by: By,
): Promise<number> => {
  await tasker.tasks.change(task, change, by)
  if (json) output.printJson({ task, outcome: 'changed', actor: by.actor, reason: by.reason ?? null })
  else output.print(`${output.paint.green(done)} ${task}`)
  return EXIT.complete
}

const changeMany = async (
  { done }: HandDefinition,
  { json, output, has }: Invocation,
  tasker: OpenTasker,
  filter: string,
  change: Change,
  by: By,
): Promise<number> => {
  const dryRun = has('dry-run')
  const reports: ChangeReport[] = []
  for await (const report of tasker.tasks.changeAll(filter, change, by, { dryRun })) {
    reports.push(report)
    if (!json) output.table([lineOf(report, done, output.paint)])
  }
  const refused = reports.filter(({ outcome }) => outcome === 'refused').length
  const changed = reports.length - refused
  if (json) output.printJson({ dry_run: dryRun, changed: dryRun ? 0 : changed, refused, tasks: reports.map(asJson) })
  else output.note(`${dryRun ? `would be ${done}` : done}: ${changed}; refused: ${refused}`)
  return refused > 0 && !dryRun ? EXIT.failed : EXIT.complete
}

const lineOf = (
  { task, outcome, refusal }: ChangeReport,
  done: string,
  paint: Invocation['output']['paint'],
): ReadonlyArray<string> => {
  const said = {
    changed: paint.green(done),
    would_change: `would be ${done}`,
    refused: paint.yellow(`${refusal?.code ?? ''}: ${refusal?.message ?? ''}`),
  }
  return [task.id, task.status, task.template, said[outcome]]
}

const asJson = ({ task, outcome, refusal }: ChangeReport): Json => ({
  task: task.id,
  status: task.status,
  namespace: task.namespace,
  template: task.template,
  outcome,
  ...(refusal === undefined ? {} : { code: refusal.code, message: refusal.message }),
})
