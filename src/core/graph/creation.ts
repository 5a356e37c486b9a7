/**
 * What a decision brings into being (DESIGN, section 5, rule 1): the steps that it names, every step downstream of
 * those whose dependencies all exist then, up to and including the next decision, and the convergences below it.
 * Pure: it reads the graph and answers with the numbers of steps, dependencies first.
 */
import * as E from 'fp-ts/lib/Either.js'
import { resolveName, scopeOf } from '../frame.js'
import { nodeAt, type TaskState } from '../state.js'
import { isConvergence, isCreated, isDecider, isWorkerTemplate, type Node } from './node.js'

export interface UnreachableStep {
  readonly code: 'unreachable_step'
  readonly message: string
  readonly step: string
  readonly allowed: ReadonlyArray<string>
}

/** The steps that come into being when `decider` names `names`; a name that it may not name is refused. */
export const createdByDecision = (
  state: TaskState,
  decider: Node,
  names: ReadonlyArray<string>,
): E.Either<UnreachableStep, ReadonlyArray<Node>> => {
  const below = descendantsOf(state, decider)
  const allowed = [...below].map((id) => nodeAt(state, id).definition.name)
  const named = new Set<number>()
  for (const name of names) {
    const resolved = resolveName(scopeOf(decider.definition.name), name, (full) => state.byName.has(full))
    const id = resolved === undefined ? undefined : state.byName.get(resolved)
    if (id === undefined || !below.has(id)) {
      return E.left(unreachable(name, allowed, `"${name}" is no step downstream of "${decider.definition.name}"`))
    }
    const node = nodeAt(state, id)
    if (!isConvergence(node) && !isCreated(node)) named.add(id)
  }
  const created = closure(state, named, convergencesBelow(state, decider, below), undefined)
  for (const id of named) {
    const missing = missingDependency(state, nodeAt(state, id), created, isOrdinary)
    if (missing !== undefined) {
      const name = nodeAt(state, id).definition.name
      const message = `"${name}" depends on "${missing.definition.name}", which neither exists nor is created with it`
      return E.left(unreachable(name, allowed, message))
    }
  }
  return E.right(inOrder(state, created))
}

/** The frame's steps that come into being when a planning step's fragment is accepted: it chooses among none of them. */
export const createdByPlan = (state: TaskState, planning: Node): ReadonlyArray<Node> => {
  const below = descendantsOf(state, planning)
  return inOrder(state, closure(state, new Set(), convergencesBelow(state, planning, below), planning))
}

/** A convergence that was withheld by a failure which it tolerates, and what follows from it. */
export const createdByRevival = (state: TaskState, convergence: Node): ReadonlyArray<Node> =>
  inOrder(state, closure(state, new Set(), new Set([convergence.id]), undefined))

/** Everything downstream of a step that does not exist yet. */
const descendantsOf = (state: TaskState, from: Node): Set<number> => {
  const found = new Set<number>()
  const stack = [...from.dependents]
  for (let id = stack.pop(); id !== undefined; id = stack.pop()) {
    if (found.has(id)) continue
    found.add(id)
    stack.push(...nodeAt(state, id).dependents)
  }
  return found
}

const convergencesBelow = (state: TaskState, decider: Node, below: ReadonlySet<number>): Set<number> => {
  const found = new Set<number>()
  for (const id of below) {
    const node = nodeAt(state, id)
    if (isConvergence(node) && node.creators.includes(decider.id)) found.add(id)
  }
  return found
}

/**
 * The smallest set that holds what was named, the convergences below, and each step downstream of a member whose
 * dependencies all exist or are members. A decision is a member, but nothing follows from it until it has decided;
 * `through` is the planning step that just has.
 */
const closure = (
  state: TaskState,
  named: ReadonlySet<number>,
  convergences: ReadonlySet<number>,
  through: Node | undefined,
): Set<number> => {
  const members = new Set<number>([...named, ...convergences])
  const follows = (id: number): boolean => {
    const node = nodeAt(state, id)
    return through?.id === id || (members.has(id) && !isDecider(node))
  }
  const work = through === undefined ? [...members] : [through.id, ...members]
  for (let id = work.pop(); id !== undefined; id = work.pop()) {
    for (const next of nodeAt(state, id).dependents) {
      const node = nodeAt(state, next)
      if (members.has(next) || isCreated(node)) continue
      if (!node.dependencies.some(follows)) continue
      if (!isConvergence(node)) {
        if (missingDependency(state, node, members) !== undefined) continue
        // It is below the next decision, which may leave it out.
        if (node.dependencies.some((above) => isDecider(nodeAt(state, above)) && !follows(above) && members.has(above)))
          continue
      }
      members.add(next)
      work.push(next)
    }
  }
  return members
}

const missingDependency = (
  state: TaskState,
  node: Node,
  created: ReadonlySet<number>,
  counts: (dependency: Node) => boolean = () => true,
): Node | undefined =>
  node.dependencies
    .map((id) => nodeAt(state, id))
    .find((dependency) => counts(dependency) && !exists(state, dependency, created))

/** A convergence may come when a later decision enters its part; the step waits for it, or is absent with it. */
const isOrdinary = (dependency: Node): boolean => !isConvergence(dependency)

/** A batch worker's pattern is never created itself: it is there as soon as its batchable step is. */
const exists = (state: TaskState, node: Node, created: ReadonlySet<number>): boolean =>
  isCreated(node) ||
  created.has(node.id) ||
  (isWorkerTemplate(node) && node.dependencies.every((id) => exists(state, nodeAt(state, id), created)))

/** Numbers are given out dependencies first, except that attachments come later: and those are no declarations. */
const inOrder = (state: TaskState, ids: ReadonlySet<number>): ReadonlyArray<Node> =>
  [...ids]
    .sort((left, right) => left - right)
    .map((id) => nodeAt(state, id))
    .filter((node) => !isWorkerTemplate(node) && !isCreated(node))

const unreachable = (step: string, allowed: ReadonlyArray<string>, fault: string): UnreachableStep => ({
  code: 'unreachable_step',
  message: `${fault}; it may name ${allowed.join(', ') || 'nothing: no step stands below it'}`,
  step,
  allowed,
})
