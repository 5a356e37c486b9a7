/** What each step waits for, and how it settled: the engine's own fold, written out as rows. */
import { isCreated, type Node } from '../../src/core/graph/node.js'
import type { Settlement } from '../../src/core/settlement.js'
import { isReady } from '../../src/core/why/direct.js'
import { type Projection, put } from '../projection.js'

export interface ReadinessRow {
  readonly task: string
  readonly step: string
  readonly number: number
  readonly type: string
  readonly handler: string
  readonly created: boolean
  readonly state: string
  readonly open_dependencies: number
  readonly failed_dependency: boolean
  readonly ready: boolean
  readonly own_settlement: Settlement | null
  readonly settlement: Settlement | null
}

export const readiness: Projection<ReadinessRow> = {
  name: 'readiness',
  version: 1,
  sql: 'projections/readiness/readiness.sql',
  key: ['task', 'step'],
  changes: (_, { task, touched }) => touched.map((node) => put([task, node.definition.name], () => rowOf(task, node))),
}

const rowOf = (task: string, node: Node): ReadinessRow => ({
  task,
  step: node.definition.name,
  number: node.id,
  type: node.definition.type,
  handler: node.definition.handler,
  created: isCreated(node),
  state: node.state.kind,
  open_dependencies: node.open,
  failed_dependency: node.failedDependency,
  ready: node.state.kind === 'pending' && isReady(node),
  own_settlement: node.own ?? null,
  settlement: node.settlement ?? null,
})
