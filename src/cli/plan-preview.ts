/** A plan that waits for its approval, as it is shown to the person who asked for it: nothing of it exists yet. */
import * as E from 'fp-ts/lib/Either.js'
import { drawGraph, GRAPH_LEGEND } from '../audit/graph-drawing.js'
import { type PlanningCall, planningStory } from '../audit/planning-story.js'
import { planningText } from '../audit/planning-text.js'
import { proposedGraph } from '../audit/proposed-graph.js'
import { contentsOf, readTask } from '../audit/told-task.js'
import type { Vocabulary } from '../core/capability.js'
import { judgeDry } from '../core/dry-run.js'
import type { Json, JsonObject } from '../core/json.js'
import { estimateOf, type PlanEstimate } from '../core/plan-estimate.js'
import { snakeCased } from '../core/snake-case.js'
import type { Template } from '../core/template.js'
import { usageText } from '../core/usage-text.js'
import type { MaterializablePlan } from '../core/validation/validate-fragment.js'
import type { OpenGate } from '../engine/gates.js'
import { streamOf } from '../engine/ids.js'
import type { TaskUsage } from '../engine/tasks.js'
import { counted } from './counted.js'
import type { Output } from './output.js'
import type { OpenTasker } from './system.js'
import { UserError } from './user-error.js'

export interface PlanPreview {
  readonly gate: OpenGate
  readonly plan: MaterializablePlan
  readonly estimate: PlanEstimate
  readonly calls: ReadonlyArray<PlanningCall>
  readonly usage: TaskUsage
}

/** The plan that a task's gate shows, judged once more by the catalog of this process; undefined where none waits. */
export const previewOf = async (
  { tasks, gates, log }: OpenTasker,
  taskId: string,
  template: Template,
  vocabulary: Vocabulary,
): Promise<PlanPreview | undefined> => {
  const gate = (await gates.list(taskId)).find(({ step }) => template.steps.some(({ name }) => name === step))
  if (gate === undefined) return undefined
  const judged = judgeDry(template, gate.step, JSON.stringify(gate.context), vocabulary)
  if (E.isLeft(judged) || judged.right.plan === undefined) {
    const message = `the plan of task ${taskId} does not hold any longer by the catalog and the bounds of now`
    throw new UserError({ code: 'plan_outdated', message, remedy: 'plan anew: --again' })
  }
  const usage = await tasks.usage(taskId)
  const calls = await callsOf(log, taskId)
  return { gate, plan: judged.right.plan, estimate: estimateOf(judged.right.plan, vocabulary, usage), calls, usage }
}

/** Every call to the planner, whatever came of it. */
export const callsOf = async (log: OpenTasker['log'], taskId: string): Promise<ReadonlyArray<PlanningCall>> => {
  const told = await readTask(log, streamOf(taskId))
  if (E.isLeft(told)) return []
  const { stream, events } = told.right
  return planningStory(events, await contentsOf(log, stream, events))
}

export const printPreview = ({ gate, plan, estimate, calls, usage }: PlanPreview, output: Output): void => {
  const { print, paint } = output
  for (const line of planningText(calls)) print(line)
  print('')
  for (const line of drawGraph(proposedGraph(plan, gate.step))) print(line)
  print(paint.dim(GRAPH_LEGEND))
  print('')
  for (const line of estimateText(estimate)) print(line)
  print(paint.dim(`used and promised: ${usageText(usage)}`))
}

export const estimateText = (estimate: PlanEstimate): ReadonlyArray<string> => {
  const { steps, levels, fanOuts, instancesAtMost, network, gates, costly, furtherPhases, planned } = estimate
  const most =
    instancesAtMost === null ? 'as many instances as the data has items' : `${instancesAtMost} instances at most`
  return [
    [
      `estimate: ${counted(steps, 'step')}, ${counted(levels, 'level')} deep`,
      ...(fanOuts === 0 ? [] : [`${counted(fanOuts, 'fan-out')} (${most})`]),
      ...(network === 0 ? [] : [`${network} of them on the network`]),
      ...(gates === 0 ? [] : [`${counted(gates, 'gate')} for people`]),
    ].join(', '),
    ...(costly.length === 0 ? [] : [`on top comes what these cost: ${costly.join(', ')}`]),
    `planning has cost $${planned.costUsd.toFixed(4)} (${counted(planned.plannerCalls, 'call')}, ${planned.tokens} tokens)${
      furtherPhases === 0 ? '' : `; ${counted(furtherPhases, 'further phase')} may cost ${furtherCost(estimate)}`
    }`,
  ]
}

const furtherCost = ({ furtherCostUsdAtMost }: PlanEstimate): string =>
  furtherCostUsdAtMost === null
    ? 'as much as the model takes: no bound says less'
    : `up to $${furtherCostUsdAtMost.toFixed(4)}`

/** What `tasker plan --json` tells of the plan. */
export const previewAsJson = ({ gate, plan, estimate, calls, usage }: PlanPreview): JsonObject => ({
  valid: true,
  findings: [],
  plan: {
    step: gate.step,
    digest: gate.digest,
    fragment: gate.context,
    graph: {
      steps: plan.graph.steps.map((step) => ({ ...step })),
      edges: plan.graph.edges.map((edge) => ({ ...edge })),
    },
  },
  calls: calls.map(callAsJson),
  estimate: snakeCased(estimate),
  usage: { used: { ...usage.used }, reserved: { ...usage.reserved }, bounds: JSON.parse(JSON.stringify(usage.bounds)) },
})

export const callAsJson = (call: PlanningCall): Json => {
  const { prompt, answer, ...rest } = call
  return snakeCased(rest)
}
