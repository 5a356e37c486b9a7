/** `tasker replay`: a task folded anew from its log, as it is or as it was, with every planning decision made once more. */
import * as E from 'fp-ts/lib/Either.js'
import { drawGraph, GRAPH_LEGEND } from '../../audit/graph-drawing.js'
import { graphOf } from '../../audit/planned-graph.js'
import { type Replay, replayTask } from '../../audit/replay.js'
import type { ReplayedDecision } from '../../audit/replayed-decision.js'
import type { Finding } from '../../core/finding.js'
import type { Json, JsonObject } from '../../core/json.js'
import { statusOf } from '../../core/status.js'
import type { Command, Invocation } from '../command.js'
import { EXIT } from '../exit-code.js'
import { withLog } from '../log-access.js'
import type { OpenLog } from '../system.js'
import { streamIn, unknownTask, versionIn } from '../task-argument.js'
import { vocabularyFor } from '../templates.js'
import { UserError } from '../user-error.js'

export const replayCommand: Command = {
  name: 'replay',
  summary: 'fold a task anew from its log, and judge its plans again',
  arguments: [{ name: 'TASK' }],
  options: { at: { type: 'string', value: 'VERSION', summary: 'show the task as it was after this event' } },
  details:
    'Nothing is changed, and no model is asked: each recorded answer goes through the validation of this Tasker, with the\n' +
    'graph and the bounds as they were in front of its verdict. Give --handlers as the workers have them.\n' +
    'Exits with 0 where everything comes to the same, 1 where something differs.',
  examples: [
    { command: 'tasker replay 01932f6e-…', says: 'does it all come to the same today?' },
    { command: 'tasker replay 01932f6e-… --at 42', says: 'the graph as it was after event 42' },
  ],
  run: async (invocation) => {
    const [task = ''] = invocation.arguments
    const written = invocation.option('at')
    const at = written === undefined ? undefined : versionIn(written)
    const vocabulary = await vocabularyFor(invocation)
    return withLog(invocation, async ({ record, compareProjections }) => {
      const replayed = await replayTask(record, streamIn(task), {
        vocabulary,
        ...(at === undefined ? {} : { at }),
        ...(compareProjections === undefined ? {} : { compareProjections }),
      })
      if (E.isLeft(replayed)) {
        if (replayed.left.code === 'task_unknown') throw unknownTask(task)
        throw new UserError({ ...replayed.left })
      }
      if (invocation.json) invocation.output.printJson(asJson(replayed.right))
      else print(replayed.right, at === undefined ? held(compareProjections) : undefined, invocation.output)
      const { differences, decisions } = replayed.right
      return differences.length === 0 && decisions.every(({ same }) => same) ? EXIT.complete : EXIT.failed
    })
  },
}

/** What the fold of a whole task was held against. */
const held = (compared: OpenLog['compareProjections']): string =>
  compared === undefined ? 'the task as the log has it now' : 'all else that is recorded of it'

const print = (replay: Replay, against: string | undefined, output: Invocation['output']): void => {
  const { paint } = output
  output.print(`${paint.bold(statusOf(replay.state))} ${replay.stream} at version ${replay.version}`)
  if (against === undefined) {
    for (const line of drawGraph(graphOf(replay.state), ({ standing }) => standing)) output.print(`  ${line}`)
    output.print('')
    output.print(`  ${GRAPH_LEGEND}`)
  }
  for (const { of, message } of replay.differences) output.print(`${paint.red('differs')} ${of}: ${message}`)
  if (replay.differences.length === 0 && against !== undefined) output.print(`  the fold agrees with ${against}`)
  for (const decision of replay.decisions) for (const line of decisionLines(decision, output)) output.print(line)
  for (const line of groupLines(replay.decisions)) output.print(line)
}

const decisionLines = (decision: ReplayedDecision, { paint }: Invocation['output']): ReadonlyArray<string> => {
  const { step, version, recorded, today, same, gained, lost, otherwise } = decision
  const verdict = recorded.verdict === today.verdict ? recorded.verdict : `${recorded.verdict}, today ${today.verdict}`
  return [
    `${same ? paint.green('same') : paint.red('differs')} version ${version}, the plan of ${step}: ${verdict}`,
    ...gained.map((finding) => `  only today: ${findingText(finding)}`),
    ...lost.map((finding) => `  only then:  ${findingText(finding)}`),
    ...(otherwise.length === 0 ? [] : [`  created otherwise: ${otherwise.join(', ')}`]),
  ]
}

const findingText = ({ code, path, message }: Finding): string =>
  `${code} at ${path === '' ? 'the whole' : path}: ${message}`

/** By the catalog and the bounds under which the decisions were made. */
const groupLines = (decisions: ReadonlyArray<ReplayedDecision>): ReadonlyArray<string> => {
  const groups = new Map<string, { same: number; different: number }>()
  for (const { recorded, today, bounds, same } of decisions) {
    const catalog = recorded.vocabulary === today.vocabulary ? "today's catalog" : `catalog ${recorded.vocabulary}`
    const key = `${catalog}, bounds of version ${bounds.version}`
    const group = groups.get(key) ?? { same: 0, different: 0 }
    if (same) group.same += 1
    else group.different += 1
    groups.set(key, group)
  }
  return [...groups].map(([key, { same, different }]) => `  ${key}: ${same} the same, ${different} different`)
}

const asJson = (replay: Replay): JsonObject => ({
  stream: replay.stream,
  version: replay.version,
  hash: replay.hash,
  status: statusOf(replay.state),
  steps: graphOf(replay.state).map(
    ({ instanceHandler, ...step }): Json => ({ ...step, instance_handler: instanceHandler }),
  ),
  differences: replay.differences.map((difference): Json => ({ ...difference })),
  decisions: replay.decisions.map(
    ({ recorded, today, bounds, ...decision }): Json => ({
      ...decision,
      recorded: { ...recorded },
      today: { ...today },
      bounds: { version: bounds.version, left: JSON.parse(JSON.stringify(bounds.left)) },
    }),
  ),
})
