/**
 * Replay: the log of one task is folded anew, every planning decision in it is made once more, and the outcome is held
 * against whatever else is known of the task: the head that the log keeps, the bounds that were recorded with each
 * call, and the projections, where somebody says how to compare them.
 */
import * as E from 'fp-ts/lib/Either.js'
import type { Bounds } from '../core/bounds.js'
import { canonicalJson } from '../core/canonical-json.js'
import type { Vocabulary } from '../core/capability.js'
import { type Content, isReference } from '../core/content.js'
import { boundsLeftFor } from '../core/decide/bounds-left.js'
import { withTimeLeft } from '../core/decide/time-left.js'
import { decodeEvent, type EventData, type EventOf, type TaskEvent, type UnreadableEvent } from '../core/event.js'
import { evolve } from '../core/evolve/evolve.js'
import type { Json } from '../core/json.js'
import { emptyState, findNode, isOver, type TaskState } from '../core/state.js'
import { statusOf } from '../core/status.js'
import type { StepDefinition } from '../core/step.js'
import type { StoredEvent } from '../ports/log.js'
import { pagesOf, type TaskRecord } from './record-pages.js'
import { comparePlan, judgeAgain, type Rejudged, type ReplayedDecision } from './replayed-decision.js'

export interface Replay {
  readonly stream: string
  readonly version: number
  readonly hash: string
  /** The fold up to that version. */
  readonly state: TaskState
  readonly decisions: ReadonlyArray<ReplayedDecision>
  /** What else is recorded of the task and does not agree with the fold; the projections by their names. */
  readonly differences: ReadonlyArray<Difference>
}

export interface Difference {
  /** `head`, `bounds`, or a projection's name. */
  readonly of: string
  readonly message: string
}

export interface FoldedTask {
  readonly stream: string
  readonly version: number
  readonly state: TaskState
}

/** Says where the projections of a task are not what its fold says, at that version. */
export type CompareProjections = (task: FoldedTask) => Promise<ReadonlyArray<Difference>>

export interface ReplayOptions {
  /** Up to this version; absent, to the end, and only then are head and projections compared. */
  readonly at?: number
  readonly vocabulary: Vocabulary
  readonly compareProjections?: CompareProjections
}

export interface ReplayRefused {
  readonly code: 'task_unknown' | 'version_unknown' | UnreadableEvent['code']
  readonly message: string
}

export const replayTask = async (
  record: TaskRecord,
  stream: string,
  options: ReplayOptions,
): Promise<E.Either<ReplayRefused, Replay>> => {
  const fold = new ReplayingFold(record, stream, options.vocabulary)
  for await (const page of pagesOf(record, stream, options.at)) {
    for (const stored of page) {
      const decoded = decodeEvent(stored)
      if (E.isLeft(decoded)) return decoded
      await fold.take(decoded.right, stored)
    }
  }
  fold.settle()
  const { version, state, decisions } = fold
  if (version === 0) return E.left({ code: 'task_unknown', message: `there is no task ${stream}` })
  if (options.at !== undefined && version < options.at) {
    return E.left({ code: 'version_unknown', message: `${stream} ends with version ${version}, before ${options.at}` })
  }
  const differences = [...fold.differences]
  if (options.at === undefined) {
    differences.push(...(await againstHead(record, fold)))
    differences.push(...((await options.compareProjections?.({ stream, version, state })) ?? []))
  }
  return E.right({ stream, version, hash: fold.hash, state, decisions, differences })
}

class ReplayingFold {
  readonly state: TaskState = emptyState()
  readonly decisions: ReplayedDecision[] = []
  readonly differences: Difference[] = []
  version = 0
  hash = ''
  #boundsVersion = 0
  /** By the ids of their events; an approval judges a proposal again that the fold has let go of. */
  readonly #proposals = new Map<string, Pick<EventData<'fragment-proposed'>, 'raw' | 'fragment'>>()
  /** The decision whose steps are just coming into being. */
  #open: { readonly rejudged: Rejudged; readonly event: string; readonly made: Map<string, StepDefinition> } | undefined

  constructor(
    private readonly record: Pick<TaskRecord, 'payloads'>,
    readonly stream: string,
    private readonly vocabulary: Vocabulary,
  ) {}

  async take(event: TaskEvent, { hash, time }: Pick<StoredEvent, 'hash' | 'time'>): Promise<void> {
    const version = this.version + 1
    if (event.type === 'steps-materialized' && event.data.decidedBy === this.#open?.event) this.#note(event)
    else this.settle()
    if (event.type === 'task-created' || event.type === 'bounds-raised') this.#boundsVersion = version
    if (event.type === 'plan-requested') this.#compareBounds(event.data, version, Date.parse(time))
    if (event.type === 'fragment-proposed') this.#proposals.set(event.id, event.data)
    if (event.type === 'fragment-validated') await this.#judge(event, version, Date.parse(time))
    evolve(this.state, event)
    this.version = version
    this.hash = hash
  }

  /** To be called after the last event. */
  settle(): void {
    if (this.#open !== undefined) this.decisions.push(comparePlan(this.#open.rejudged, this.#open.made))
    this.#open = undefined
  }

  async #judge(event: EventOf<'fragment-validated'>, version: number, ms: number): Promise<void> {
    const at = { version, boundsVersion: this.#boundsVersion, ms }
    const proposal = this.#proposals.get(event.data.proposal)
    if (proposal === undefined) {
      this.differences.push({
        of: 'record',
        message: `version ${version} is a verdict on a proposal that is not there`,
      })
      return
    }
    const read = (content: Content): Promise<Json> => this.#read(content)
    const rejudged = await judgeAgain(this.state, event, proposal, at, this.vocabulary, read)
    this.#open = { rejudged, event: event.id, made: new Map() }
  }

  #note({ data }: EventOf<'steps-materialized'>): void {
    for (const listed of [...data.steps, ...(data.withheld ?? [])]) {
      const step: StepDefinition = { ...data.shared, ...listed }
      // The frame's steps that had waited for the plan come along; they were not proposed.
      if (step.name.startsWith(`${data.by}/`)) this.#open?.made.set(step.name, step)
    }
  }

  #compareBounds({ step, boundsLeft: recorded }: EventData<'plan-requested'>, version: number, ms: number): void {
    const node = findNode(this.state, step)
    const stated = node === undefined ? {} : boundsLeftFor(this.state, node)
    const folded = node === undefined ? {} : withTimeLeft(stated, this.state, node, ms)
    const { max_wall_clock_seconds: told, ...others } = recorded
    const { max_wall_clock_seconds: least, ...foldedOthers } = folded
    // It was decided somewhat before it was appended: a little more time was left than at the event's time.
    const most = Math.max(least ?? 0, stated.max_wall_clock_seconds ?? 0)
    const isLeft = told === undefined || least === undefined ? told === least : told >= least && told <= most
    if (isLeft && textOf(foldedOthers) === textOf(others)) return
    const message = `version ${version}: ${textOf(recorded)} was left for ${step}, the fold leaves ${textOf(folded)}`
    this.differences.push({ of: 'bounds', message })
  }

  async #read(content: Content): Promise<Json> {
    if (!isReference(content)) return content.value
    const [payload] = await this.record.payloads(this.stream, [content.digest])
    if (payload === undefined) throw new Error(`the payload ${content.digest} of ${this.stream} is not in the log`)
    return JSON.parse(payload.text)
  }
}

const textOf = (bounds: Bounds): string => canonicalJson(JSON.parse(JSON.stringify(bounds)))

const againstHead = async (record: TaskRecord, fold: ReplayingFold): Promise<ReadonlyArray<Difference>> => {
  const head = await record.head(fold.stream)
  if (head === undefined) return [{ of: 'head', message: 'the log keeps no head of the task' }]
  // The task went on while it was read.
  if (head.version > fold.version) return []
  const said = { version: head.version, hash: head.hash, status: head.status, open: head.open, template: head.template }
  const { state } = fold
  const folded = {
    version: fold.version,
    hash: fold.hash,
    status: statusOf(state),
    open: !isOver(state),
    template: state.template.name,
  }
  return Object.entries(said)
    .filter(([key, value]) => Reflect.get(folded, key) !== value)
    .map(([key, value]) => ({
      of: 'head',
      message: `the head says ${key} ${String(value)}, the fold ${String(Reflect.get(folded, key))}`,
    }))
}
