/** Gates as people handle them: which are open, and the vote of one person on one of them. */
import type { Bounds } from '../core/bounds.js'
import type { Vocabulary } from '../core/capability.js'
import type { Content } from '../core/content.js'
import type { Approval } from '../core/graph/node.js'
import { isJsonObject, type Json, type JsonObject } from '../core/json.js'
import { HEADS_PER_PAGE } from '../core/limits.js'
import { findNode } from '../core/state.js'
import type { Log, Payload } from '../ports/log.js'
import { type By, personOf } from './change.js'
import { digestOf, pack, unpack, unpackAll } from './contents.js'
import type { Engine } from './engine.js'
import { streamOf, taskOf } from './ids.js'
import type { Tasks } from './tasks.js'

export interface OpenGate {
  readonly taskId: string
  readonly template: string
  readonly step: string
  readonly question: string
  readonly groups: ReadonlyArray<string>
  readonly required: number
  readonly approvals: ReadonlyArray<{ readonly actor: string; readonly comment: string | null }>
  /** Milliseconds since the epoch; null where it waits for ever. */
  readonly timeoutAtMs: number | null
  /** What is shown beside the question, and the digest that a vote is bound to. */
  readonly context: Json
  readonly digest: string
}

export interface Vote extends Omit<By, 'reason'> {
  /** In which groups the voter is beside those of the configuration. */
  readonly groups?: ReadonlyArray<string>
  readonly comment?: string
  /** What the voter was shown; where it has changed since, the vote is refused (`gate_changed`). */
  readonly digest?: string
  /** Where a planner may not go on: what the task is allowed from now on. */
  readonly bounds?: Bounds
}

/** A person's own fragment in place of one that waits for approval. */
export interface PlanEdit extends Omit<By, 'reason'> {
  /** As for a vote. */
  readonly groups?: ReadonlyArray<string>
  readonly reasoning?: string
}

export interface Gates {
  /** Open gates, of one task or of all. */
  list(taskId?: string): Promise<ReadonlyArray<OpenGate>>
  approve(taskId: string, step: string, vote: Vote): Promise<void>
  reject(taskId: string, step: string, vote: Vote): Promise<void>
  /** Proposes another fragment for a planning step whose plan waits: it is judged like any other. */
  editPlan(taskId: string, step: string, fragment: JsonObject, edit: PlanEdit): Promise<void>
}

export interface GatesNeeds {
  readonly log: Log
  readonly engine: Pick<Engine, 'look'>
  readonly tasks: Pick<Tasks, 'ask'>
  readonly groups: Readonly<Record<string, ReadonlyArray<string>>>
  readonly vocabulary: Vocabulary
}

export const createGates = (needs: GatesNeeds): Gates => {
  const vote = (choice: 'approve' | 'reject') => async (taskId: string, step: string, by: Vote) => {
    const plan = choice === 'approve' ? await planBehind(needs, streamOf(taskId), step) : undefined
    await needs.tasks.ask(
      taskId,
      {
        type: 'vote-gate',
        step,
        vote: choice,
        comment: by.comment ?? null,
        groups: [...groupsOf(needs.groups, by.actor), ...(by.groups ?? [])],
        ...(by.digest === undefined ? {} : { digest: by.digest }),
        ...(by.bounds === undefined ? {} : { bounds: by.bounds }),
        ...(plan === undefined ? {} : { plan }),
      },
      personOf(by),
    )
  }
  return {
    list: async (taskId) => {
      const streams = taskId === undefined ? await openStreams(needs.log) : [streamOf(taskId)]
      const gates = await Promise.all(streams.map((stream) => openGates(needs, stream)))
      return gates.flat()
    },
    approve: vote('approve'),
    reject: vote('reject'),
    editPlan: (taskId, step, fragment, edit) => editPlan(needs, taskId, step, fragment, edit),
  }
}

/** The fragment that a gate shows, as it was recorded; undefined for a gate on something else. */
const planBehind = async ({ engine, log, vocabulary }: GatesNeeds, stream: string, step: string) => {
  const seen: { approval?: Approval } = {}
  await engine.look(stream, (state) => {
    const approval = findNode(state, step)?.planning?.approval
    if (approval !== undefined) seen.approval = approval
  })
  if (seen.approval === undefined) return undefined
  const { raw, fragment, digest } = seen.approval
  const [text, json = null] = await unpackAll(log, stream, fragment === null ? [raw] : [raw, fragment])
  return { raw: String(text), fragment: isJsonObject(json) ? json : null, vocabulary, digest }
}

const editPlan = async (needs: GatesNeeds, taskId: string, step: string, fragment: JsonObject, edit: PlanEdit) => {
  const text = JSON.stringify(fragment)
  const packed = pack(fragment)
  const raw = pack(text)
  const payloads = [packed.payload, raw.payload].filter((payload): payload is Payload => payload !== undefined)
  const command = {
    type: 'edit-plan',
    step,
    reasoning: edit.reasoning ?? '',
    raw: raw.content,
    fragment: packed.content,
    digest: digestOf(text),
    plan: { raw: text, fragment, vocabulary: needs.vocabulary },
    groups: [...groupsOf(needs.groups, edit.actor), ...(edit.groups ?? [])],
  } as const
  await needs.tasks.ask(taskId, command, personOf(edit), payloads)
}

const groupsOf = (groups: GatesNeeds['groups'], actor: string): ReadonlyArray<string> =>
  Object.entries(groups)
    .filter(([, members]) => members.includes(actor))
    .map(([name]) => name)

/** Every open task: a gate may be open while other steps of its task run. */
const openStreams = async (log: Log): Promise<ReadonlyArray<string>> => {
  const streams: string[] = []
  for (let after: string | undefined; ; after = streams.at(-1)) {
    const page = await log.heads({ open: true, limit: HEADS_PER_PAGE, ...(after === undefined ? {} : { after }) })
    streams.push(...page.map((head) => head.stream))
    if (page.length < HEADS_PER_PAGE) return streams
  }
}

const openGates = async ({ engine, log }: GatesNeeds, stream: string): Promise<ReadonlyArray<OpenGate>> => {
  const found: { readonly gate: Omit<OpenGate, 'context'>; readonly context: Content }[] = []
  await engine.look(stream, (state) => {
    if (state.waitingForApproval === 0) return
    for (const node of state.nodes) {
      if (node.state.kind !== 'waiting_for_approval') continue
      const { question, groups, required, approvals, timeoutAtMs = null, digest, context } = node.state.gate
      const of = { taskId: taskOf(stream), template: state.template.name, step: node.definition.name }
      found.push({ gate: { ...of, question, groups, required, approvals, timeoutAtMs, digest }, context })
    }
  })
  return Promise.all(found.map(async ({ gate, context }) => ({ ...gate, context: await unpack(log, stream, context) })))
}
