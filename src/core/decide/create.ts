/** A task comes into being: its own event, and the steps of its template that no decision has yet to create. */

import type { Content } from '../content.js'
import { deadlineOf } from '../evolve/deadline.js'
import { isDeciderType } from '../graph/node.js'
import { dependenciesFirst } from '../graph/order.js'
import type { TaskState } from '../state.js'
import type { StepDefinition } from '../step.js'
import type { Template } from '../template.js'
import { accept, type Decision, refuse } from './decision.js'
import { emitter } from './emit.js'
import type { Envelope } from './envelope.js'
import { materialize } from './materialize.js'

export interface CreateTask {
  readonly type: 'create-task'
  readonly template: Template
  readonly input: Content
  readonly priority: number
  readonly vocabulary: string
  readonly correlation: string
  readonly parentCorrelation?: string
  readonly identity?: string
  /** Milliseconds since the epoch: nothing is enqueued before. */
  readonly runAtMs?: number
  readonly partitions?: Readonly<Record<string, string>>
  readonly parent?: { readonly task: string; readonly step: string }
}

export const createTask = (state: TaskState, command: CreateTask, envelope: Envelope): Decision => {
  if (state.phase.kind !== 'new') return refuse('task_exists', 'the task exists')
  const { template } = command
  const to = emitter(state, envelope, {
    correlation: command.correlation,
    ...(command.parentCorrelation === undefined ? {} : { parentCorrelation: command.parentCorrelation }),
  })
  const created = to.emit('task-created', {
    template: {
      name: template.name,
      namespace: template.namespace,
      version: template.version,
      digest: template.digest,
    },
    input: command.input,
    priority: command.priority,
    bounds: template.bounds,
    vocabulary: command.vocabulary,
    ...(template.lifecycle.onBlocked === undefined ? {} : { onBlocked: template.lifecycle.onBlocked }),
    ...(command.partitions === undefined ? {} : { partitions: command.partitions }),
    ...inputSchemaOf(template),
    ...timesOf(command, envelope.nowMs),
    ...(command.identity === undefined ? {} : { identity: command.identity }),
    ...(command.parent === undefined ? {} : { parent: command.parent }),
  })
  const { steps, withheld } = splitFrame(dependenciesFirst(template.steps))
  materialize(to, { origin: 'template', by: null, decidedBy: null, steps, withheld, causation: created })
  return accept(to.events)
}

/** Only a fragment asks for it once the task exists. */
const inputSchemaOf = ({ steps, inputSchema }: Template) =>
  inputSchema === undefined || steps.every(({ type }) => type !== 'planning') ? {} : { inputSchema }

/** A time that has passed already delays nothing. */
const timesOf = ({ template, runAtMs }: CreateTask, nowMs: number) => {
  const { maxDurationMs, staleness, onTimeout } = template.lifecycle
  const deadline = deadlineOf(template, Math.max(nowMs, runAtMs ?? nowMs))
  return {
    ...(maxDurationMs === undefined ? {} : { maxDurationMs }),
    ...(runAtMs === undefined || runAtMs <= nowMs ? {} : { runAtMs }),
    ...(deadline === undefined ? {} : { deadline }),
    ...(staleness === undefined ? {} : { staleness }),
    ...(onTimeout === undefined ? {} : { onTimeout }),
  }
}

/** Steps below a decision or a planning step are withheld until it has decided. */
export const splitFrame = (
  ordered: ReadonlyArray<StepDefinition>,
): { readonly steps: ReadonlyArray<StepDefinition>; readonly withheld: ReadonlyArray<StepDefinition> } => {
  const held = new Set<string>()
  const steps: StepDefinition[] = []
  const withheld: StepDefinition[] = []
  for (const step of ordered) {
    const below = step.dependencies.some((name) => held.has(name))
    if (below || isDeciderType(step.type)) held.add(step.name)
    if (below) withheld.push(step)
    else steps.push(step)
  }
  return { steps, withheld }
}
