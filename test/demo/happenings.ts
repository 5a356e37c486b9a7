/** Events as a test writes them: the type and the data, with an id by number and a plain engine behind them. */
import type { EventData, EventType, TaskEvent } from '../../src/core/event.js'
import type { StepDefinition, StepType } from '../../src/core/step.js'

export const happened = <T extends EventType>(id: string, type: T, data: EventData<T>): TaskEvent =>
  // The pair of type and data is what the signature demands; the compiler loses it in the union.
  ({ id, type, data, metadata: { actor: { kind: 'engine' }, causation: null, correlation: 'c' } }) as TaskEvent

export const step = (
  name: string,
  dependencies: ReadonlyArray<string> = [],
  more: Partial<StepDefinition> & { readonly type?: StepType } = {},
): StepDefinition => ({ name, type: 'standard', handler: 'catalog:transform', dependencies, ...more })

export const materialized = (
  id: string,
  origin: EventData<'steps-materialized'>['origin'],
  by: string | null,
  steps: ReadonlyArray<StepDefinition>,
  more: Partial<EventData<'steps-materialized'>> = {},
): TaskEvent =>
  happened(id, 'steps-materialized', {
    origin,
    by,
    decidedBy: by === null ? null : `${by}-decided`,
    steps: [...steps],
    ...more,
  })
