/** A fragment's steps as they are pictured, between the step that planned them and the convergence that they lead to. */
import { fragmentGraph } from '../../audit/fragment-graph.js'
import type { JsonObject } from '../../core/json.js'
import type { PicturedStep } from './steps-picture.js'

export const fragmentSteps = (fragment: JsonObject, planningStep: string): ReadonlyArray<PicturedStep> =>
  fragmentGraph(fragment, planningStep).map(({ name, handler, type, dependencies, phase }) => ({
    name,
    type,
    dependencies,
    handler: handler === '' ? 'convergence' : handler,
    ...(phase === '' ? {} : { isProposed: true }),
  }))
