/**
 * A decision that a person makes in place of its handler, in the words in which a handler would: what it names is created
 * with it. One that names what it may not is refused, and nothing has happened.
 */
import * as E from 'fp-ts/lib/Either.js'
import * as t from 'io-ts'
import type { Content } from '../content.js'
import { createdByDecision } from '../graph/creation.js'
import type { Node } from '../graph/node.js'
import type { TaskState } from '../state.js'
import { type Refusal, refuse } from './decision.js'
import type { Emitter } from './emit.js'
import { materialize } from './materialize.js'

const spoken = t.union([
  t.type({ type: t.literal('no_branches') }),
  t.type({ type: t.literal('create_steps'), step_names: t.array(t.string) }),
])

/** Emits the decision and what it creates; the step's completion is for the caller to add. */
export const decideByHand = (
  state: TaskState,
  node: Node,
  result: Content,
): E.Either<Refusal, (to: Emitter) => void> => {
  const step = node.definition.name
  const decoded = spoken.decode('value' in result ? result.value : undefined)
  if (E.isLeft(decoded)) {
    return refuse(
      'decision_invalid',
      `${step} is a decision: its result is {"type": "no_branches"} or {"type": "create_steps", "step_names": […]}`,
    )
  }
  return decidedFor(state, node, decoded.right.type === 'create_steps' ? decoded.right.step_names : [])
}

/** As `no_branches` does: no name, so nothing can be refused of it. */
export const decideForNothing = (state: TaskState, node: Node, to: Emitter): void => {
  const decided = decidedFor(state, node, [])
  if (E.isRight(decided)) decided.right(to)
}

const decidedFor = (
  state: TaskState,
  node: Node,
  create: ReadonlyArray<string>,
): E.Either<Refusal, (to: Emitter) => void> => {
  const step = node.definition.name
  const created = createdByDecision(state, node, create)
  if (E.isLeft(created)) {
    const { message, allowed } = created.left
    return refuse('decision_invalid', message, { step: created.left.step, allowed })
  }
  return E.right((to) => {
    const made = to.emit('decision-made', { step, attempt: node.attempt, create: [...create] }, node.lastEvent)
    const steps = created.right.map((other) => other.definition)
    materialize(to, { origin: 'decision', by: step, decidedBy: made, steps, causation: made })
  })
}
