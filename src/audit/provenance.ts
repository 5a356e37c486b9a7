/**
 * Where a step comes from, link by link: the event that created it, what was decided there and by whom, and then the same
 * of the step that decided, up to the task's creation. A walk over the events of one task; it knows nothing of how the
 * answer is shown.
 */
import * as E from 'fp-ts/lib/Either.js'
import type { Content } from '../core/content.js'
import { compensationOf } from '../core/decide/compensation.js'
import type { Actor, EventOf, TaskEvent } from '../core/event.js'
import type { Json } from '../core/json.js'
import { didYouMean } from '../core/near-names.js'
import type { StepDefinition, StepType } from '../core/step.js'
import { type PlanningCall, planningStory } from './planning-story.js'
import type { ReadContent, ToldTask } from './told-task.js'

export interface Provenance {
  readonly task: string
  /** The step first, then whoever decided that it be, and so on. */
  readonly links: ReadonlyArray<Link>
  readonly root: Root
}

/** An event by its place in the task's record. */
export interface Place {
  readonly event: string
  readonly type: TaskEvent['type']
  readonly version: number
  readonly time: string
  readonly actor: Actor
}

export interface Link {
  readonly step: string
  readonly type: StepType
  readonly handler: string
  /** Where its definition was recorded first: a step may be declared long before it is created. */
  readonly declared: Place
  /** Null while nothing has created it. */
  readonly created: Place | null
  readonly decision: Decision
}

/** What decided that the step be; `by` is the step that is walked to next. */
export type Decision =
  /** One of the template's own. */
  | { readonly kind: 'template' }
  /** Declared, and no decision has named it so far. */
  | { readonly kind: 'withheld' }
  /** Proposed in a fragment; or a step of the frame that had waited for the plan (`proposed` is false then). */
  | {
      readonly kind: 'fragment'
      readonly by: string
      readonly proposed: boolean
      /** All calls of the planning step up to the plan that was carried out: rejected ones, failed ones, and that. */
      readonly calls: ReadonlyArray<PlanningCall>
      /** Digest of the prompt of each call, where it was stored by one. */
      readonly prompts: ReadonlyArray<string | null>
    }
  /** Put in the place of a phase that failed, or whose time was up: the plan anew, or a gate. */
  | { readonly kind: 'replan'; readonly by: string; readonly because: Place | null; readonly failures: Json }
  | { readonly kind: 'decision'; readonly by: string; readonly chose: ReadonlyArray<string> }
  | { readonly kind: 'batch' | 'fan-out'; readonly by: string; readonly instances: number; readonly item: Json }
  /** It undoes `by`. */
  | { readonly kind: 'compensation'; readonly by: string; readonly because: Place | null }

export interface Root {
  readonly created: Place
  readonly template: EventOf<'task-created'>['data']['template']
  readonly input: Content
  readonly bounds: EventOf<'task-created'>['data']['bounds']
  readonly parent: { readonly task: string; readonly step: string } | null
  readonly forkedFrom: { readonly task: string; readonly version: number } | null
}

export interface StepUnknown {
  readonly code: 'step_unknown'
  readonly message: string
}

/** `read` gives what the planning events of the walk carry by digest; what it does not have is told without. */
export const provenanceOf = (
  { stream, events, times }: Pick<ToldTask, 'stream' | 'events' | 'times'>,
  step: string,
  read: ReadContent,
): E.Either<StepUnknown, Provenance> => {
  const record = new TaskWalk(events, times)
  const task = stream.replace(/^task-/, '')
  const first = record.origins.get(step)
  const [creation] = events
  if (first === undefined || creation?.type !== 'task-created') {
    const message = `task ${task} has no step ${step}${didYouMean(step, [...record.origins.keys()])}`
    return E.left({ code: 'step_unknown', message })
  }
  const story = planningStory(events, read)
  const links: Link[] = []
  for (let origin: Origin | undefined = first; origin !== undefined; ) {
    const link = linkOf(record, origin, story)
    links.push(link)
    const by = 'by' in link.decision ? link.decision.by : undefined
    origin = by === undefined || links.some((known) => known.step === by) ? undefined : record.origins.get(by)
  }
  return E.right({ task, links, root: rootOf(record, creation) })
}

/** The planning steps on the way: whose calls a reader has to fetch before `provenanceOf` can tell all of it. */
export const plannersOf = (events: ReadonlyArray<TaskEvent>, step: string): ReadonlySet<string> => {
  const { origins } = new TaskWalk(events, [])
  const seen = new Set<string>()
  for (let name: string | null = step; name !== null && !seen.has(name); ) {
    seen.add(name)
    const created: Created | undefined = origins.get(name)?.created
    name = created === undefined ? null : deciderOf(name, created)
  }
  return seen
}

interface Origin {
  readonly definition: StepDefinition
  readonly declaredAt: number
  readonly created: Created | undefined
}

interface Created extends Pick<Materialized, 'origin' | 'by' | 'decidedBy'> {
  readonly at: number
}

type Materialized = EventOf<'steps-materialized'>['data']

/** Versions are places: the event of version 1 is the first. */
class TaskWalk {
  readonly origins = new Map<string, Origin>()
  readonly #places = new Map<string, number>()

  constructor(
    readonly events: ReadonlyArray<TaskEvent>,
    readonly times: ReadonlyArray<string>,
  ) {
    for (const [index, event] of events.entries()) {
      this.#places.set(event.id, index)
      if (event.type === 'steps-materialized') this.#note(event.data, index)
    }
  }

  placeAt(index: number): Place {
    const event = this.events[index]
    if (event === undefined) throw new Error(`the record has no version ${index + 1}`)
    const { id, type, metadata } = event
    return { event: id, type, version: index + 1, time: this.times[index] ?? '', actor: metadata.actor }
  }

  byId(id: string | null): { readonly index: number; readonly event: TaskEvent } | undefined {
    const index = id === null ? undefined : this.#places.get(id)
    const event = index === undefined ? undefined : this.events[index]
    return index === undefined || event === undefined ? undefined : { index, event }
  }

  #note({ origin, by, decidedBy, steps, withheld, shared }: Materialized, at: number): void {
    for (const listed of steps) {
      const known = this.origins.get(listed.name)
      const definition = known?.definition ?? { ...shared, ...listed }
      this.origins.set(listed.name, {
        definition,
        declaredAt: known?.declaredAt ?? at,
        created: { at, origin, by, decidedBy },
      })
    }
    for (const listed of withheld ?? []) {
      if (this.origins.has(listed.name)) continue
      this.origins.set(listed.name, { definition: { ...shared, ...listed }, declaredAt: at, created: undefined })
    }
  }
}

const linkOf = (record: TaskWalk, origin: Origin, story: ReadonlyArray<PlanningCall>): Link => {
  const { definition, declaredAt, created } = origin
  return {
    step: definition.name,
    type: definition.type,
    handler: definition.handler,
    declared: record.placeAt(declaredAt),
    created: created === undefined ? null : record.placeAt(created.at),
    decision: decisionOf(record, origin, story),
  }
}

const decisionOf = (
  record: TaskWalk,
  { definition, created }: Origin,
  story: ReadonlyArray<PlanningCall>,
): Decision => {
  if (created === undefined) return { kind: 'withheld' }
  const { at, origin, decidedBy } = created
  const { name, item = null } = definition
  const decided = record.byId(decidedBy)
  const because = decided === undefined ? null : record.placeAt(decided.index)
  const by = deciderOf(name, created)
  if (by === null) return { kind: 'template' }
  switch (origin) {
    case 'template':
      return { kind: 'template' }
    case 'fragment':
      // A `~` stands in no name that people or models write.
      if (/~(\d+|gate|time\d*)$/.test(name) && decided?.event.type !== 'fragment-validated') {
        return { kind: 'replan', by, because, failures: item }
      }
      return plannedBy(record, { by, at, step: name, story })
    case 'decision':
      return { kind: 'decision', by, chose: decided?.event.type === 'decision-made' ? decided.event.data.create : [] }
    case 'batch':
      return {
        kind: 'batch',
        by,
        instances: decided?.event.type === 'batches-planned' ? decided.event.data.workers : 0,
        item,
      }
    case 'fan-out':
      return {
        kind: 'fan-out',
        by,
        instances: decided?.event.type === 'fan-out-planned' ? decided.event.data.instances : 0,
        item,
      }
    case 'compensation':
      return { kind: 'compensation', by, because }
    default:
      return never(origin)
  }
}

/** A compensation is decided by nobody: it goes back to the step that it undoes. */
const deciderOf = (name: string, { origin, by }: Created): string | null =>
  origin === 'compensation' ? name.slice(0, name.length - compensationOf('').length) : by

interface Planned {
  readonly by: string
  readonly at: number
  readonly step: string
  readonly story: ReadonlyArray<PlanningCall>
}

const plannedBy = (record: TaskWalk, { by, at, step, story }: Planned): Decision => {
  const calls = story.filter((call) => call.step === by && call.asked <= at)
  const prompts = calls.map(({ asked }) => {
    const event = record.events[asked - 1]
    return event?.type === 'plan-requested' && 'digest' in event.data.prompt ? event.data.prompt.digest : null
  })
  return { kind: 'fragment', by, proposed: step.startsWith(`${by}/`), calls, prompts }
}

const rootOf = (record: TaskWalk, { data }: EventOf<'task-created'>): Root => ({
  created: record.placeAt(0),
  template: data.template,
  input: data.input,
  bounds: data.bounds,
  parent: data.parent ?? null,
  forkedFrom: data.forkedFrom ?? null,
})

const never = (origin: never): never => {
  throw new Error(`no step comes from ${String(origin)}`)
}
