/**
 * Puts declared steps into the graph and joins them to what they depend on. It presumes what `decide` has checked:
 * names are new, dependencies exist and come first. It settles nothing by itself but asks `settle.ts` to look.
 */
import type { TaskState } from '../state.js'
import { nodeAt } from '../state.js'
import type { StepDefinition } from '../step.js'
import { type CreatedBy, isDecider, isWithheldDependency, type Node } from './node.js'
import { evaluate, markCreated } from './settle.js'

/** Declares a step; with `createdBy` it also exists from now on. */
export const declare = (state: TaskState, definition: StepDefinition, createdBy: CreatedBy | undefined): Node => {
  const dependencies = definition.dependencies.map((name) => {
    const id = state.byName.get(name)
    if (id === undefined) throw new Error(`step ${definition.name} depends on ${name}, which no event has declared`)
    return id
  })
  const node = newNode(state.nodes.length, definition, dependencies, creatorsOf(state, dependencies))
  state.nodes.push(node)
  state.byName.set(definition.name, node.id)
  joinParent(state, node)
  for (const id of dependencies) wait(node, nodeAt(state, id))
  if (createdBy !== undefined) markCreated(state, node, createdBy)
  else evaluate(state, node)
  return node
}

/** A convergence step gains dependencies: the terminals of a fragment. It cannot have started (`decide` refuses that). */
export const attach = (convergence: Node, terminals: ReadonlyArray<Node>): void => {
  for (const terminal of terminals) {
    if (convergence.dependencies.includes(terminal.id)) continue
    convergence.dependencies.push(terminal.id)
    wait(convergence, terminal)
  }
}

const wait = (node: Node, dependency: Node): void => {
  dependency.dependents.push(node.id)
  const withheld = isWithheldDependency(dependency)
  if (dependency.settlement === undefined) {
    node.open += 1
    if (withheld) node.openWithheld += 1
  } else if (dependency.settlement === 'failed') {
    node.failedDependency = true
    if (withheld) node.failedWithheld = true
  }
}

const joinParent = (state: TaskState, node: Node): void => {
  if (node.parent !== undefined) return
  const name = node.definition.instanceOf
  const parentId = name === undefined ? undefined : state.byName.get(name)
  if (parentId === undefined) return
  const parent = nodeAt(state, parentId)
  if (parent.group === undefined)
    throw new Error(`step ${node.definition.name} is an instance of ${name}, which planned none`)
  node.parent = parentId
  parent.group.instances.push(node.id)
  parent.group.open += 1
}

/** The nearest deciders above: each dependency that decides, and the deciders above each one that does not. */
const creatorsOf = (state: TaskState, dependencies: ReadonlyArray<number>): ReadonlyArray<number> => {
  let found: ReadonlyArray<number> = []
  let merged: Set<number> | undefined
  for (const id of dependencies) {
    const dependency = nodeAt(state, id)
    const above = isDecider(dependency) ? [id] : dependency.creators
    if (above.length === 0 || above === found) continue
    if (found.length === 0) found = above
    else {
      merged ??= new Set(found)
      for (const creator of above) merged.add(creator)
    }
  }
  return merged === undefined ? found : [...merged]
}

const newNode = (
  id: number,
  definition: StepDefinition,
  dependencies: number[],
  creators: ReadonlyArray<number>,
): Node => ({
  id,
  definition,
  createdBy: undefined,
  dependencies,
  dependents: [],
  creators,
  open: 0,
  openWithheld: 0,
  failedDependency: false,
  failedWithheld: false,
  own: undefined,
  settlement: undefined,
  group: undefined,
  parent: undefined,
  state: { kind: 'pending' },
  attempt: 0,
  failures: 0,
  losses: 0,
  enqueues: 0,
  generation: 0,
  checkpoint: undefined,
  child: undefined,
  planning: undefined,
  trace: undefined,
  lastEvent: '',
})
