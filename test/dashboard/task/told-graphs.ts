/** Folded states for the pages of tasks: of kept histories, and of graphs as a test writes them. */
import { join } from 'node:path'
import * as E from 'fp-ts/lib/Either.js'
import { foldOf, readTask } from '../../../src/audit/told-task.js'
import type { TaskEvent } from '../../../src/core/event.js'
import { evolve } from '../../../src/core/evolve/evolve.js'
import { emptyState, type TaskState } from '../../../src/core/state.js'
import type { StepDefinition } from '../../../src/core/step.js'
import { packageRoot } from '../../../src/package-root.js'
import { recordIn } from '../../audit/kept-history.js'
import { happened, materialized, step } from '../../demo/happenings.js'

export const keptEvents = async (name: string): Promise<ReadonlyArray<TaskEvent>> => {
  const { record, stream } = recordIn(join(packageRoot, 'test/audit/histories', `${name}.ndjson`))
  const told = await readTask(record, stream)
  if (E.isLeft(told)) throw new Error(told.left.message)
  return told.right.events
}

/** The state after so many events; of all of them where no number is given. */
export const keptState = async (name: string, version?: number): Promise<TaskState> =>
  foldOf((await keptEvents(name)).slice(0, version))

export const stateOf = (events: ReadonlyArray<TaskEvent>): TaskState => events.reduce(evolve, emptyState())

export const stepsOf = (...steps: ReadonlyArray<StepDefinition>): TaskState =>
  stateOf([materialized('m', 'template', null, steps)])

/** A fan-out of so many instances of one step, before a convergence. */
export const wideState = (instances: number): TaskState => {
  const names = Array.from({ length: instances }, (_, index) => `each[${index}]`)
  return stateOf([
    materialized('m', 'template', null, [
      step('list'),
      step('each', ['list'], { handler: 'catalog:fan_out' }),
      step('gather', ['each'], { type: 'deferred_convergence' }),
    ]),
    happened('s', 'step-started', { step: 'each', attempt: 1, session: 1, worker: 'w' }),
    happened('f', 'fan-out-planned', { step: 'each', attempt: 1, instances }),
    materialized(
      'i',
      'fan-out',
      'each',
      names.map((name) => step(name, [], { instanceOf: 'each', handler: 'work' })),
    ),
    happened('c', 'step-completed', { step: 'each', attempt: 1, result: { value: null } }),
    ...names
      .slice(0, 3)
      .map((name, index) => happened(`r${index}`, 'step-started', { step: name, attempt: 1, session: 1, worker: 'w' })),
  ])
}
