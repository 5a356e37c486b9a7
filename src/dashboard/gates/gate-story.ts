/** What a gate's page has to know: the gate, and for a plan its proposals and what validation said of the last edit. */
import * as E from 'fp-ts/lib/Either.js'
import { type BoundsAsked, boundsAsked } from '../../core/bounds-asked.js'
import type { Content } from '../../core/content.js'
import { decodeEvent, type EventOf, type TaskEvent } from '../../core/event.js'
import type { Finding } from '../../core/finding.js'
import { isJsonObject, type JsonObject } from '../../core/json.js'
import { type Difference, differencesOf } from '../../core/template/difference.js'
import { unpack } from '../../engine/contents.js'
import type { OpenGate } from '../../engine/gates.js'
import { streamOf } from '../../engine/ids.js'
import type { AppParts } from '../../http/app-parts.js'
import { HttpProblem } from '../../http/problem.js'
import type { GateSummary } from '../../ports/summaries.js'

export interface PlanStory {
  readonly fragment: JsonObject
  readonly reasoning: string
  /** Who proposed it: a planner's model, or a person. */
  readonly by: string
  /** What this proposal changes of the one before it; undefined where it is the first. */
  readonly differences: ReadonlyArray<Difference> | undefined
  /** An edit that came after it and was not accepted, with what was found against it. */
  readonly refused: RefusedEdit | undefined
}

export interface RefusedEdit {
  readonly by: string
  readonly fragment: JsonObject
  readonly findings: ReadonlyArray<Finding>
}

export interface GateStory {
  readonly gate: OpenGate
  readonly row: GateSummary | undefined
  readonly plan: PlanStory | undefined
  /** What may be allowed more; undefined where no more than an answer is asked for. */
  readonly asked: BoundsAsked | undefined
}

/** Throws an `HttpProblem` (`gate_not_open`) where the step asks nobody, or not any more. */
export const readGate = async (parts: AppParts, task: string, step: string): Promise<GateStory> => {
  await parts.tasks.get(task)
  const gate = (await parts.gates.list(task)).find((one) => one.step === step)
  if (gate === undefined) {
    throw new HttpProblem({ status: 409, code: 'gate_not_open', detail: `${step} waits for nobody any more` })
  }
  const asked = await parts.tasks.look(task, (state) => boundsAsked(state, step))
  const { items } = await parts.projections.read.gates({ task, statuses: ['open'] })
  const row = items.find((one) => one.step === step)
  return { gate, row, plan: await readPlan(parts, gate), asked }
}

type Proposed = EventOf<'fragment-proposed'>

/** Undefined where the gate is about something else than a plan. */
const readPlan = async (
  { log }: AppParts,
  { taskId, step, context, digest }: OpenGate,
): Promise<PlanStory | undefined> => {
  if (!isJsonObject(context) || !('fragment_version' in context)) return undefined
  const stream = streamOf(taskId)
  const events = (await log.readStream(stream, 0)).flatMap((stored): ReadonlyArray<TaskEvent> => {
    const decoded = decodeEvent(stored)
    return E.isRight(decoded) ? [decoded.right] : []
  })
  const proposals = events.filter(
    (event): event is Proposed => event.type === 'fragment-proposed' && event.data.step === step,
  )
  const at = proposals.findLastIndex(({ data }) => data.digest === digest)
  const shown = proposals[at]
  const last = proposals.at(-1)
  const fragmentOf = async (content: Content | null | undefined): Promise<JsonObject | undefined> => {
    const json = content === null || content === undefined ? null : await unpack(log, stream, content)
    return isJsonObject(json) ? json : undefined
  }
  const earlier = await fragmentOf(proposals[at - 1]?.data.fragment)
  return {
    fragment: context,
    reasoning: shown?.data.reasoning ?? '',
    by: shown === undefined ? '' : proposerOf(shown),
    differences: earlier === undefined ? undefined : differencesOf(earlier, context),
    refused: last === undefined || last === shown ? undefined : await refusalOf(events, last, fragmentOf),
  }
}

const refusalOf = async (
  events: ReadonlyArray<TaskEvent>,
  last: Proposed,
  fragmentOf: (content: Content | null) => Promise<JsonObject | undefined>,
): Promise<RefusedEdit | undefined> => {
  const verdict = events.find(
    (event): event is EventOf<'fragment-validated'> =>
      event.type === 'fragment-validated' && event.data.proposal === last.id,
  )
  if (verdict === undefined || verdict.data.verdict === 'accepted') return undefined
  const fragment = (await fragmentOf(last.data.fragment)) ?? {}
  return { by: proposerOf(last), fragment, findings: verdict.data.findings }
}

const proposerOf = ({ metadata: { actor }, data }: Proposed): string =>
  actor.kind === 'person' ? actor.id : data.model
