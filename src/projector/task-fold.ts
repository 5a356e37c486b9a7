/**
 * One task as projections see it: its state, folded by the core and by nothing else, what each projection remembers of
 * it, and which steps the last event has changed. The cost of an event is that of what it changes.
 */
import type { At, Change, Projection } from '../../projections/projection.js'
import type { EventType, TaskEvent } from '../core/event.js'
import { evolve } from '../core/evolve/evolve.js'
import type { Node } from '../core/graph/node.js'
import { openJournal, touch } from '../core/journal.js'
import { emptyState, findNode, type Journal, nodeAt } from '../core/state.js'

/** Where an event stands. */
export interface Place {
  readonly position: number
  readonly version: number
  /** Since 1970, to the microsecond. */
  readonly seconds: number
}

export class TaskFold implements At {
  readonly state = emptyState()
  position = 0
  version = 0
  #seconds = 0
  #time: string | undefined
  readonly #projections: ReadonlyArray<Projection>
  readonly #memories: ReadonlyArray<unknown>
  readonly #journal: Journal
  #event: TaskEvent | undefined
  #nodesBefore = 0
  #touched: ReadonlyArray<Node> | undefined

  constructor(
    readonly task: string,
    projections: ReadonlyArray<Projection>,
  ) {
    this.#projections = projections
    this.#memories = projections.map((projection) => projection.memory?.())
    // One journal for all events: nothing is ever put back, it only tells what was touched.
    this.#journal = opened(this.state)
  }

  get timeMs(): number {
    return this.#seconds * 1_000
  }

  /** Few events' times are ever asked for as text. */
  get time(): string {
    this.#time ??= timeText(this.#seconds)
    return this.#time
  }

  get touched(): ReadonlyArray<Node> {
    this.#touched ??= this.#findTouched()
    return this.#touched
  }

  before(step: Node): Node | undefined {
    return this.#journal.nodes.get(step)?.node
  }

  /** Folds the next event of the task. */
  take(event: TaskEvent, { position, version, seconds }: Place): void {
    this.position = position
    this.version = version
    this.#seconds = seconds
    this.#time = undefined
    this.#event = event
    this.#touched = undefined
    this.#nodesBefore = this.state.nodes.length
    this.#journal.nodes.clear()
    const own = 'step' in event.data && event.data.step !== null ? findNode(this.state, event.data.step) : undefined
    if (own !== undefined) touch(this.state, own)
    evolve(this.state, event)
  }

  /** What the event that was taken last means for the projection with this number. */
  changes(index: number): ReadonlyArray<Change> {
    const projection = this.#projections[index]
    if (projection === undefined || this.#event === undefined) return []
    return projection.changes(this.#event, this, this.#memories[index])
  }

  #findTouched(): ReadonlyArray<Node> {
    const event = this.#event
    if (event === undefined) return []
    if (this.#isResettled(event)) return [...this.state.nodes]
    const found = new Set(this.#journal.nodes.keys())
    for (let id = this.#nodesBefore; id < this.state.nodes.length; id += 1) found.add(nodeAt(this.state, id))
    for (const name of namedBy(event)) {
      const node = findNode(this.state, name)
      if (node !== undefined) found.add(node)
    }
    return [...found]
  }

  /** Taking back how a step has settled settles the whole task anew. */
  #isResettled({ type, data }: TaskEvent): boolean {
    if (!MAY_RESETTLE.has(type) || !('step' in data) || data.step === null) return false
    const node = findNode(this.state, data.step)
    return type === 'step-reset' || (node !== undefined && this.before(node)?.own !== undefined)
  }
}

const MAY_RESETTLE: ReadonlySet<EventType> = new Set([
  'step-reset',
  'step-skipped',
  'step-resolved-manually',
  'step-completed-manually',
])

const opened = (state: TaskFold['state']): Journal => {
  openJournal(state)
  if (state.journal === undefined) throw new Error('the fold keeps no journal')
  return state.journal
}

/** A double has microseconds for centuries, but its last digits are none. */
const timeText = (seconds: number): string => {
  const micros = Math.round(seconds * 1e6)
  const millis = Math.floor(micros / 1_000)
  return `${new Date(millis).toISOString().slice(0, -1)}${String(micros - millis * 1_000).padStart(3, '0')}Z`
}

/** Steps that an event changes without being theirs alone, and that no journal notes. */
const namedBy = ({ type, data }: TaskEvent): ReadonlyArray<string> => {
  if (type === 'batches-planned') return [data.workerTemplate]
  if (type !== 'steps-materialized') return []
  const attached = data.attach === undefined ? [] : [data.attach.convergence]
  return [...data.steps.map(({ name }) => name), ...attached]
}
