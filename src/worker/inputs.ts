/**
 * What an attempt sees of its task: how its dependencies settled and with which results. Read from the state when the
 * attempt starts; a settled result never changes, so it may be read later too.
 */
import { type Content, inline } from '../core/content.js'
import { resolveName, scopeOf } from '../core/frame.js'
import type { Node } from '../core/graph/node.js'
import type { Json } from '../core/json.js'
import type { Settlement } from '../core/settlement.js'
import { findNode, nodeAt, type TaskState } from '../core/state.js'
import type { DependencyView } from '../ports/handler.js'

type Unpack = (contents: ReadonlyArray<Content>) => Promise<ReadonlyArray<Json>>

/** Each dependency by the name under which the step knows it: without the scope that both share. */
export const dependencyViews = async (
  state: TaskState,
  node: Node,
  unpack: Unpack,
): Promise<Readonly<Record<string, DependencyView>>> => {
  const views: Record<string, DependencyView> = {}
  const scope = scopeOf(node.definition.name)
  for (const id of node.dependencies) {
    const dependency = nodeAt(state, id)
    views[localName(scope, dependency.definition.name)] = await viewOf(state, dependency, unpack)
  }
  return views
}

/** The result of a step by the name that somebody wrote in `scope`; undefined where there is no such step. */
export const resultByName = async (
  state: TaskState,
  scope: string,
  name: string,
  unpack: Unpack,
): Promise<Json | undefined> => {
  const full = resolveName(scope, name, (candidate) => state.byName.has(candidate))
  const node = full === undefined ? undefined : findNode(state, full)
  return node === undefined ? undefined : (await viewOf(state, node, unpack)).result
}

const viewOf = async (state: TaskState, node: Node, unpack: Unpack): Promise<DependencyView> => {
  const settlement: Settlement = node.settlement ?? 'absent'
  const error = errorOf(node)
  if (node.group === undefined) {
    const [result = null] = await unpack([resultOf(node)])
    return { settlement, result, ...error }
  }
  const leaves = node.group.instances.map((id) => nodeAt(state, id))
  const nested = leaves.some((leaf) => leaf.group !== undefined)
  const results = nested
    ? await Promise.all(leaves.map(async (leaf) => (await viewOf(state, leaf, unpack)).result))
    : await unpack(leaves.map(resultOf))
  const instances = leaves.map((leaf, index) => ({
    name: leaf.definition.name,
    settlement: leaf.settlement ?? ('absent' as const),
    result: results[index] ?? null,
    ...errorOf(leaf),
  }))
  return { settlement, result: results, instances, ...error }
}

/** Only what is complete has a result; what was resolved, skipped or failed has null. */
const resultOf = (node: Node): Content => (node.state.kind === 'complete' ? node.state.result : inline(null))

const errorOf = (node: Node): { readonly error?: { readonly code: string; readonly message: string } } =>
  node.state.kind === 'error' ? { error: { code: node.state.error.code, message: node.state.error.message } } : {}

const localName = (scope: string, name: string): string =>
  scope !== '' && name.startsWith(`${scope}/`) ? name.slice(scope.length + 1) : name
