/** The frame of a planning step, read from the graph as it stands: what a fragment is held against. */
import type { Frame } from '../frame.js'
import { nodeAt, type TaskState } from '../state.js'
import { hasStarted, type Node } from './node.js'

export const frameOf = (state: TaskState, planning: Node): Frame => ({
  planningStep: planning.definition.name,
  ...(state.inputSchema === undefined ? {} : { inputSchema: state.inputSchema }),
  steps: state.nodes
    // Instances are reached by the name of what they are instances of.
    .filter((node) => node.parent === undefined)
    .map((node) => ({
      name: node.definition.name,
      type: node.definition.type,
      handler: node.definition.handler,
      dependencies: node.dependencies.map((id) => nodeAt(state, id).definition.name),
      started: hasStarted(node),
      ...(node.definition.description === undefined ? {} : { description: node.definition.description }),
      ...(node.definition.config === undefined ? {} : { config: node.definition.config }),
      ...(node.definition.resultSchema === undefined ? {} : { resultSchema: node.definition.resultSchema }),
    })),
})
