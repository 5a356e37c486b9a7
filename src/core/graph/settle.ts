/**
 * Settlement and readiness: the one definition of what waits for what (DESIGN, section 5, rules 2 to 4). The engine,
 * the projections and the tests all read it from here. Each call costs what it changes: a settled step is told to its
 * dependants once, and a convergence looks at its dependencies once, when the last of them has settled.
 */
import { touch } from '../journal.js'
import type { Settlement } from '../settlement.js'
import { nodeAt, type TaskState } from '../state.js'
import {
  asSeen,
  type CreatedBy,
  type FailureStrategy,
  type Group,
  isCompensation,
  isConvergence,
  isCreated,
  isWithheldDependency,
  isWorkerTemplate,
  type Node,
} from './node.js'
import { verdictOf } from './verdict.js'

/** The step exists from now on: created by a template, a decision, a batch, a fan-out or a fragment. */
export const markCreated = (state: TaskState, node: Node, createdBy: CreatedBy): void => {
  if (isCreated(node)) return
  node.createdBy = createdBy
  state.created += 1
  if (node.own === undefined) {
    state.live += 1
    if (isCompensation(node)) state.compensating += 1
  }
  evaluate(state, node)
}

/** The step itself has come to its end. What follows from that is worked off here, without recursion. */
export const settle = (state: TaskState, node: Node, settlement: Settlement): void => {
  const settled: Node[] = []
  settleOwn(state, node, settlement, settled)
  for (let next = settled.pop(); next !== undefined; next = settled.pop()) {
    for (const id of next.dependents) tell(state, nodeAt(state, id), next, settled)
    if (next.parent !== undefined) tellParent(state, nodeAt(state, next.parent), next, settled)
  }
}

/** Looks whether the step can run, or can never run, by what is known of its dependencies. */
export const evaluate = (state: TaskState, node: Node): void => {
  const fate = fateOf(state, node)
  if (fate !== undefined) settle(state, node, fate)
}

/** A step with a batch or a fan-out: its instances settle with it, as one dependency. */
export const openGroup = (
  node: Node,
  parallelism: number | undefined,
  failureStrategy: FailureStrategy = 'continue_on_failure',
): void => {
  node.group ??= {
    instances: [],
    open: 0,
    parallelism: parallelism ?? Number.POSITIVE_INFINITY,
    failureStrategy,
    inFlight: 0,
    backlog: [],
    backlogHead: 0,
  }
}

/** Puts a step on the ready list, or behind the window of its batch's or fan-out's parallelism. */
export const makeReady = (state: TaskState, node: Node): void => {
  const parent = node.parent === undefined ? undefined : nodeAt(state, node.parent)
  const group = parent?.group
  if (parent === undefined || group === undefined) {
    state.ready.items.push(node.id)
  } else if (group.inFlight < group.parallelism) {
    touch(state, parent)
    group.inFlight += 1
    state.ready.items.push(node.id)
  } else {
    group.backlog.push(node.id)
  }
}

const tell = (state: TaskState, node: Node, dependency: Node, settled: Node[]): void => {
  touch(state, node)
  const withheld = isWithheldDependency(dependency)
  node.open -= 1
  if (withheld) node.openWithheld -= 1
  if (dependency.settlement === 'failed') {
    node.failedDependency = true
    if (withheld) node.failedWithheld = true
  }
  const fate = fateOf(state, node)
  if (fate !== undefined) settleOwn(state, node, fate, settled)
}

const tellParent = (state: TaskState, parent: Node, instance: Node, settled: Node[]): void => {
  const group = parent.group
  if (group === undefined) return
  touch(state, parent)
  group.open -= 1
  group.inFlight -= 1
  if (instance.settlement === 'failed' && group.failureStrategy === 'fail_fast' && group.open > 0) {
    if (!state.toStop.includes(parent.id)) state.toStop.push(parent.id)
  }
  letThrough(state, group)
  publish(state, parent, settled)
}

/** The next instance behind the window; one that a person has settled meanwhile needs no place in it. */
const letThrough = (state: TaskState, group: Group): void => {
  for (let id = group.backlog[group.backlogHead]; id !== undefined; id = group.backlog[group.backlogHead]) {
    group.backlogHead += 1
    const node = nodeAt(state, id)
    if (node.own === undefined) return makeReady(state, node)
  }
}

const settleOwn = (state: TaskState, node: Node, settlement: Settlement, settled: Node[]): void => {
  if (node.own !== undefined) return
  touch(state, node)
  node.own = settlement
  if (isCreated(node)) state.live -= 1
  if (isCompensation(node)) state.compensating -= 1
  publish(state, node, settled)
}

/** Dependants see a step when it and all its instances have settled. */
const publish = (state: TaskState, node: Node, settled: Node[]): void => {
  if (node.own === undefined || node.settlement !== undefined) return
  if (node.group !== undefined && node.group.open > 0) return
  node.settlement = node.own !== 'satisfied' || node.group === undefined ? node.own : ofInstances(state, node.group)
  settled.push(node)
}

const ofInstances = (state: TaskState, group: Group): Settlement => {
  let absent = 0
  for (const id of group.instances) {
    const settlement = asSeen(group, nodeAt(state, id).settlement)
    if (settlement === 'failed') return 'failed'
    if (settlement === 'absent') absent += 1
  }
  return absent > 0 && absent === group.instances.length ? 'absent' : 'satisfied'
}

/**
 * What becomes of a step that has not settled: a settlement, or undefined where it waits, became ready, or was noted
 * as one to skip or to revive.
 */
const fateOf = (state: TaskState, node: Node): Settlement | undefined => {
  if (node.own !== undefined || node.state.kind !== 'pending') return undefined
  if (isWorkerTemplate(node)) return workerTemplate(state, node)
  if (!isCreated(node)) return isConvergence(node) ? withheldConvergence(state, node) : withheldStep(node)
  if (isConvergence(node)) return node.open === 0 ? convergence(state, node) : undefined
  if (node.failedDependency) return 'failed'
  if (node.open > 0) return undefined
  if (hasAbsentDependency(state, node)) return 'absent'
  makeReady(state, node)
  return undefined
}

const hasAbsentDependency = (state: TaskState, node: Node): boolean =>
  node.dependencies.some((id) => nodeAt(state, id).settlement === 'absent')

/** Satisfied with the batchable step above it, whose append has materialised the instances that settle with it. */
const workerTemplate = (state: TaskState, node: Node): Settlement | undefined => {
  if (node.failedDependency) return 'failed'
  if (node.open > 0) return undefined
  return hasAbsentDependency(state, node) ? 'absent' : 'satisfied'
}

const convergence = (state: TaskState, node: Node): Settlement | undefined => {
  const verdict = verdictOf(state, node)
  if (verdict === 'run') makeReady(state, node)
  else if (verdict === 'skip') state.toSkip.push(node.id)
  else return 'failed'
  return undefined
}

/** Nobody created it yet: dependencies that no decision can leave out do not count until somebody does. */
const withheldStep = (node: Node): Settlement | undefined => {
  if (node.failedWithheld) return 'failed'
  return node.openWithheld === 0 && node.creators.length > 0 ? 'absent' : undefined
}

/**
 * Every decision above that was taken has created the convergences below it. So one that is still withheld when all of
 * them have settled was entered by nobody (absent), or kept out by a failure that it may tolerate (revived).
 */
const withheldConvergence = (state: TaskState, node: Node): Settlement | undefined => {
  if (node.openWithheld > 0 || node.creators.length === 0) return undefined
  if (!node.failedWithheld) return 'absent'
  if (node.open > 0) return undefined
  const verdict = verdictOf(state, node)
  if (verdict === 'failed') return 'failed'
  state.toRevive.push(node.id)
  return undefined
}
