/** How the graph grows: declared steps are created, new ones are declared and created, terminals are attached. */
import type { EventOf } from '../event.js'
import { attach, declare } from '../graph/link.js'
import type { Node } from '../graph/node.js'
import { markCreated } from '../graph/settle.js'
import { findNode, type TaskState, takeFrom } from '../state.js'
import type { StepDefinition } from '../step.js'
import { planningOf, spend } from './spending.js'

export const evolveMaterialization = (state: TaskState, event: EventOf<'steps-materialized'>): void => {
  const { data } = event
  // The deciding event is what people ask for; the template's own steps were decided by nobody but their creation.
  const createdBy = { event: data.decidedBy ?? event.id, origin: data.origin, step: data.by }
  if (data.origin === 'compensation') state.compensated = true
  if (data.origin === 'template') noteSecrets(state, data)
  for (const listed of data.steps) {
    const definition: StepDefinition = data.shared === undefined ? listed : { ...data.shared, ...listed }
    const known = findNode(state, definition.name)
    if (known === undefined && isPattern(definition)) {
      declare(state, definition, undefined)
      continue
    }
    if (known === undefined) declare(state, definition, createdBy)
    else {
      takeFrom(state.toRevive, known.id)
      markCreated(state, known, createdBy)
    }
    spend(state, definition.name, { steps: 1, phases: definition.type === 'planning' ? 1 : 0 })
  }
  for (const definition of data.withheld ?? []) declare(state, definition, undefined)
  if (data.attach === undefined) return
  const convergence = findNode(state, data.attach.convergence)
  const planning = data.by === null ? undefined : findNode(state, data.by)
  if (planning?.definition.type === 'planning') planningOf(planning).convergence = data.attach.convergence
  if (convergence === undefined)
    throw new Error(`terminals are attached to ${data.attach.convergence}, which is no step`)
  attach(
    convergence,
    data.attach.terminals.map((name) => findNode(state, name)).filter((node): node is Node => node !== undefined),
  )
}

/** Only a template's steps name secrets that its bounds may not list. */
const noteSecrets = (state: TaskState, { steps, withheld = [] }: EventOf<'steps-materialized'>['data']): void => {
  const names = new Set(state.secretNames)
  for (const { config, onFailure, onCancel } of [...steps, ...withheld]) {
    if (config === undefined && onFailure === undefined && onCancel === undefined) continue
    for (const [, name] of JSON.stringify([config, onFailure, onCancel]).matchAll(SECRET)) names.add(name ?? '')
  }
  if (names.size > state.secretNames.length) state.secretNames = [...names]
}

const SECRET = /\$\{secrets\.([\w-]+)\}/g

/** A batch worker as the template declares it is the pattern of steps, and no step. */
const isPattern = (definition: StepDefinition): boolean =>
  definition.type === 'batch_worker' && definition.instanceOf === undefined
