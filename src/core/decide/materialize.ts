/** Writes one materialisation as events: at most `MAX_STEPS_PER_EVENT` steps in each, all of them in one append. */
import type { EventData } from '../event.js'
import { MAX_STEPS_PER_EVENT } from '../limits.js'
import type { StepDefinition } from '../step.js'
import type { Emitter } from './emit.js'

export interface Materialization {
  readonly origin: EventData<'steps-materialized'>['origin']
  readonly by: string | null
  readonly decidedBy: string | null
  readonly steps: ReadonlyArray<StepDefinition>
  /** Keys that all `steps` have in common; instances of a fan-out carry little else. */
  readonly shared?: Partial<StepDefinition>
  readonly withheld?: ReadonlyArray<StepDefinition>
  readonly attach?: { readonly convergence: string; readonly terminals: ReadonlyArray<string> }
  readonly causation: string
}

export const materialize = (to: Emitter, what: Materialization): void => {
  const withheld = what.withheld ?? []
  const origin = { origin: what.origin, by: what.by, decidedBy: what.decidedBy }
  const chunks = Math.max(chunksOf(what.steps.length), chunksOf(withheld.length))
  // Withheld steps may depend on any created one, so they begin after the last of those; likewise attachments.
  const total =
    withheld.length === 0 ? chunksOf(what.steps.length) : chunksOf(what.steps.length) + chunksOf(withheld.length)
  if (chunks === 0 && what.attach === undefined) return
  const last = Math.max(total, 1) - 1
  for (let index = 0; index <= last; index += 1) {
    const steps = chunkOf(what.steps, index)
    const held = chunkOf(withheld, index - chunksOf(what.steps.length))
    to.emit(
      'steps-materialized',
      {
        ...origin,
        steps,
        ...(what.shared === undefined ? {} : { shared: what.shared }),
        ...(held.length === 0 ? {} : { withheld: held }),
        ...(index === last && what.attach !== undefined && what.attach.terminals.length > 0
          ? { attach: { convergence: what.attach.convergence, terminals: [...what.attach.terminals] } }
          : {}),
      },
      what.causation,
    )
  }
}

const chunksOf = (count: number): number => Math.ceil(count / MAX_STEPS_PER_EVENT)

const chunkOf = (steps: ReadonlyArray<StepDefinition>, index: number): StepDefinition[] =>
  index < 0 ? [] : steps.slice(index * MAX_STEPS_PER_EVENT, (index + 1) * MAX_STEPS_PER_EVENT)
