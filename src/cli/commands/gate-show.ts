/** `tasker gate show`: what one gate asks, of whom, and what it shows: a plan as a picture, with what changed. */
import * as E from 'fp-ts/lib/Either.js'
import { dataLines } from '../../audit/data-lines.js'
import { fragmentGraph } from '../../audit/fragment-graph.js'
import { drawGraph, GRAPH_LEGEND } from '../../audit/graph-drawing.js'
import { contentsOf, readTask } from '../../audit/told-task.js'
import type { EventOf } from '../../core/event.js'
import { isJsonObject, type JsonObject } from '../../core/json.js'
import { type Difference, differencesOf } from '../../core/template/difference.js'
import type { OpenGate } from '../../engine/gates.js'
import { streamOf } from '../../engine/ids.js'
import type { Command } from '../command.js'
import { differenceLine } from '../difference-lines.js'
import { EXIT } from '../exit-code.js'
import type { Output } from '../output.js'
import type { OpenTasker } from '../system.js'
import { withTasker } from '../tasker.js'
import { UserError } from '../user-error.js'

export const gateShowCommand: Command = {
  name: 'gate show',
  summary: 'show what a gate asks, and the plan it is about',
  arguments: [{ name: 'TASK' }, { name: 'STEP' }],
  options: { fragment: { type: 'boolean', summary: 'the plan alone, as JSON: to be edited and given to gate edit' } },
  details:
    'A plan is drawn as a graph, with its reasons, and with what is different from the proposal before it. The digest is\n' +
    'that of exactly what is shown; gate approve --digest counts for nothing else.',
  examples: [
    { command: 'tasker gate show 01932f6e-… plan', says: 'the question, the plan, the votes so far' },
    { command: 'tasker gate show 01932f6e-… plan --fragment > plan.json', says: 'the plan, to be edited' },
  ],
  run: (invocation) =>
    withTasker(invocation, async (tasker) => {
      const [task = '', step = ''] = invocation.arguments
      const gate = await openGate(tasker, task, step)
      const { json, output, has } = invocation
      const plan = isFragment(gate.context) ? gate.context : undefined
      if (has('fragment')) {
        if (plan === undefined) throw new UserError({ code: 'no_plan', message: `the gate ${step} shows no plan` })
        output.printJson(plan)
        return EXIT.complete
      }
      const proposal = plan === undefined ? undefined : await proposalOf(tasker, gate, plan)
      if (json) output.printJson(asJson(gate, proposal))
      else print(gate, plan, proposal, output)
      return EXIT.complete
    }),
}

/** Throws a `UserError` where the step asks nobody. */
export const openGate = async (
  { tasks, gates }: Pick<OpenTasker, 'tasks' | 'gates'>,
  task: string,
  step: string,
): Promise<OpenGate> => {
  await tasks.get(task)
  const gate = (await gates.list(task)).find((one) => one.step === step)
  if (gate !== undefined) return gate
  const message = `${step} of ${task} waits for nobody`
  throw new UserError({ code: 'gate_not_open', message, remedy: 'see tasker gate list', exitCode: EXIT.failed })
}

const isFragment = (context: OpenGate['context']): context is JsonObject =>
  isJsonObject(context) && 'fragment_version' in context

interface Proposal {
  readonly by: string
  readonly reasoning: string
  /** From the proposal before it; undefined for the first. */
  readonly differences: ReadonlyArray<Difference> | undefined
}

const proposalOf = async (
  { log }: Pick<OpenTasker, 'log'>,
  { taskId, step, digest }: OpenGate,
  plan: JsonObject,
): Promise<Proposal | undefined> => {
  const told = await readTask(log, streamOf(taskId))
  if (E.isLeft(told)) return undefined
  const { stream, events } = told.right
  const proposals = events.filter(
    (event): event is EventOf<'fragment-proposed'> => event.type === 'fragment-proposed' && event.data.step === step,
  )
  const at = proposals.findLastIndex(({ data }) => data.digest === digest)
  const shown = proposals[at]
  if (shown === undefined) return undefined
  const before = proposals[at - 1]
  const read = await contentsOf(log, stream, before === undefined ? [] : [before])
  const earlier = before?.data.fragment == null ? undefined : read(before.data.fragment)
  const { actor } = shown.metadata
  return {
    by: actor.kind === 'person' ? actor.id : shown.data.model,
    reasoning: shown.data.reasoning,
    differences: earlier === undefined ? undefined : differencesOf(earlier, plan),
  }
}

const asJson = (gate: OpenGate, proposal: Proposal | undefined): JsonObject => ({
  ...gate,
  groups: [...gate.groups],
  approvals: gate.approvals.map((approval) => ({ ...approval })),
  ...(proposal === undefined ? {} : { proposal: JSON.parse(JSON.stringify(proposal)) }),
})

const print = (
  gate: OpenGate,
  plan: JsonObject | undefined,
  proposal: Proposal | undefined,
  { print: line, paint }: Output,
): void => {
  const { question, groups, required, approvals, timeoutAtMs, digest, step, context } = gate
  line(paint.bold(question))
  line(`  asked:   ${groups.length === 0 ? 'anybody' : groups.join(', ')}; ${approvals.length} of ${required} approved`)
  for (const { actor, comment } of approvals) line(`           ${actor}${comment === null ? '' : `: ${comment}`}`)
  if (timeoutAtMs !== null) line(`  until:   ${new Date(timeoutAtMs).toISOString()}`)
  line(`  digest:  ${digest}`)
  line('')
  if (plan === undefined) {
    for (const shown of dataLines(context, '  ')) line(shown)
    return
  }
  for (const drawn of drawGraph(fragmentGraph(plan, step))) line(drawn)
  line(paint.dim(GRAPH_LEGEND))
  if (proposal === undefined) return
  line('')
  line(`proposed by ${proposal.by}: ${proposal.reasoning}`)
  if (proposal.differences === undefined) return
  line(
    proposal.differences.length === 0 ? 'the same as the proposal before it' : 'changed since the proposal before it:',
  )
  for (const difference of proposal.differences) line(`  ${differenceLine(difference, paint)}`)
}
