/**
 * A fragment read against its frame: names resolved, handlers found, the graph joined. Every check reads this and none
 * changes it.
 */
import type { Bounds } from '../bounds.js'
import type { Capability, Vocabulary } from '../capability.js'
import { resolveName } from '../frame.js'
import type { JsonObject } from '../json.js'
import type { StepType } from '../step.js'
import type { Order } from './ancestry.js'
import { componentsOf } from './components.js'
import type { Draft, DraftStep } from './draft.js'
import type { FrameView } from './frame-view.js'
import { capabilityOf } from './handler-names.js'
import { type Limits, limitsOf } from './limits-of.js'
import { type Unit, unitsOf } from './units.js'

export interface Proposal {
  readonly draft: Draft
  readonly frame: FrameView
  readonly vocabulary: Vocabulary
  /** What is known of the task's input. */
  readonly input: JsonObject | undefined
  readonly limits: Limits
  readonly steps: ReadonlyArray<ProposedStep>
  readonly resolve: (name: string) => Resolved
  /** The fragment's steps by their numbers, then those of the frame that they wait for. */
  readonly order: Order
  readonly nameOf: (id: number) => string
  /** The number of a step of the frame that some step of the fragment waits for. */
  readonly frameId: (name: string) => number | undefined
  /** Numbers of the fragment's steps that declare each of them. */
  readonly dependants: ReadonlyArray<ReadonlyArray<number>>
  readonly isAcyclic: boolean
}

export interface ProposedStep {
  readonly id: number
  readonly draft: DraftStep
  /** Local and materialised; a step without a legible name is called by its place. */
  readonly name: string
  readonly fullName: string
  readonly capability: Capability | undefined
  readonly type: StepType
  /** Numbers of the steps of the fragment, and of those before it, that it waits for. */
  readonly dependencies: ReadonlyArray<number>
  readonly units: ReadonlyArray<Unit>
}

export type Resolved =
  | { readonly kind: 'fragment'; readonly id: number }
  | { readonly kind: 'frame'; readonly name: string; readonly precedes: boolean }
  | { readonly kind: 'unknown' }

export const proposalOf = (
  draft: Draft,
  frame: FrameView,
  vocabulary: Vocabulary,
  bounds: Bounds,
  secondsLeft: number | undefined,
): Proposal => {
  const ids = new Map<string, number>()
  for (const [id, { name }] of draft.steps.entries()) {
    const full = materialised(frame, name ?? '')
    if (name !== undefined && !ids.has(full)) ids.set(full, id)
  }
  const resolve = resolver(ids, frame)
  const frameNodes = new FrameNodes(draft.steps.length, frame)
  const steps = draft.steps.map((step, id) =>
    proposedStep(id, step, vocabulary, frame, dependencyIds(step, resolve, frameNodes)),
  )
  const dependenciesOf = (id: number) => steps[id]?.dependencies ?? frameNodes.dependenciesOf(id)
  const size = frameNodes.complete()
  const components = componentsOf(size, dependenciesOf)
  const isAcyclic = components.every((component) => component.length === 1)
  return {
    draft,
    frame,
    vocabulary,
    input: frame.inputSchema,
    limits: limitsOf(bounds, draft.bounds, vocabulary, secondsLeft),
    steps,
    resolve,
    order: { size, components, dependenciesOf },
    nameOf: (id) => steps[id]?.fullName ?? frameNodes.nameOf(id),
    frameId: (name) => frameNodes.known(name),
    dependants: dependantsOf(steps),
    isAcyclic,
  }
}

export const materialised = (frame: FrameView, name: string): string => `${frame.planningStep}/${name}`

const resolver =
  (ids: ReadonlyMap<string, number>, frame: FrameView) =>
  (written: string): Resolved => {
    const full = resolveName(frame.planningStep, written, (name) => ids.has(name) || frame.names.has(name))
    if (full === undefined) return { kind: 'unknown' }
    const id = ids.get(full)
    return id === undefined ? { kind: 'frame', name: full, precedes: frame.precedes(full) } : { kind: 'fragment', id }
  }

/** A step on itself is told as a cycle and is no edge, so that one fault is told once. */
const dependencyIds = (step: DraftStep, resolve: (name: string) => Resolved, frame: FrameNodes) => (self: number) => {
  const found = new Set<number>()
  for (const { name } of step.dependencies) {
    const resolved = resolve(name)
    if (resolved.kind === 'fragment' && resolved.id !== self) found.add(resolved.id)
    if (resolved.kind === 'frame' && resolved.precedes) found.add(frame.idOf(resolved.name))
  }
  return [...found]
}

const proposedStep = (
  id: number,
  draft: DraftStep,
  vocabulary: Vocabulary,
  frame: FrameView,
  dependencies: (self: number) => ReadonlyArray<number>,
): ProposedStep => {
  const capability = draft.handler === undefined ? undefined : capabilityOf(vocabulary, draft.handler)
  const type = draft.type ?? usualType(capability)
  const name = draft.name ?? draft.place
  return {
    id,
    draft,
    name,
    fullName: materialised(frame, name),
    capability,
    type,
    dependencies: dependencies(id),
    units: unitsOf(draft, capability, type, vocabulary),
  }
}

/** What a step is where nobody says: an ordinary one, if its handler may stand in that. */
const usualType = (capability: Capability | undefined): StepType =>
  capability === undefined || capability.stepTypes.includes('standard')
    ? 'standard'
    : (capability.stepTypes[0] ?? 'standard')

const dependantsOf = (steps: ReadonlyArray<ProposedStep>): ReadonlyArray<ReadonlyArray<number>> => {
  const dependants: number[][] = steps.map(() => [])
  for (const { id, dependencies } of steps) for (const dependency of dependencies) dependants[dependency]?.push(id)
  return dependants
}

/** Numbers for those steps of the frame that the fragment waits for, directly or through others. */
class FrameNodes {
  private readonly ids = new Map<string, number>()
  private readonly names: string[] = []
  private dependencies: ReadonlyArray<ReadonlyArray<number>> = []

  constructor(
    private readonly offset: number,
    private readonly frame: FrameView,
  ) {}

  idOf(name: string): number {
    const known = this.ids.get(name)
    if (known !== undefined) return known
    const id = this.offset + this.names.length
    this.ids.set(name, id)
    this.names.push(name)
    return id
  }

  /** Adds what stands above those that were named so far; the number of all nodes, the fragment's included. */
  complete(): number {
    const dependencies: ReadonlyArray<number>[] = []
    // `idOf` appends to the names, so that this loop reaches what it finds.
    for (let index = 0; index < this.names.length; index++) {
      dependencies.push(this.frame.above(this.nameAt(index)).map((name) => this.idOf(name)))
    }
    this.dependencies = dependencies
    return this.offset + this.names.length
  }

  known(name: string): number | undefined {
    return this.ids.get(name)
  }

  nameOf(id: number): string {
    return this.nameAt(id - this.offset)
  }

  dependenciesOf(id: number): ReadonlyArray<number> {
    return this.dependencies[id - this.offset] ?? []
  }

  private nameAt(index: number): string {
    return this.names[index] ?? ''
  }
}
