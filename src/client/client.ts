/**
 * `tasker-es/client`: a Tasker over HTTP, typed by the very codecs that the server decodes with. It needs nothing but
 * `fetch`, and throws `TaskerProblem` for what is refused and `TaskerUnreachable` where nobody answers.
 */
import {
  deadLettersOver,
  eventsOver,
  keysOver,
  processOver,
  projectionsOver,
  schedulesOver,
  subscriptionsOver,
} from './operations.js'
import { catalogOver, gatesOver, plansOver, templatesOver } from './planning.js'
import { tasksOver } from './tasks.js'
import { type ClientOptions, createTransport } from './transport.js'

export type { StreamOptions, TaskerEvent } from './event-stream.js'
export type * from './operations.js'
export type * from './planning.js'
export { type ProblemFault, TaskerProblem, TaskerUnreachable } from './problem.js'
export type * from './tasks.js'
export type { ClientOptions } from './transport.js'

export type TaskerClient = ReturnType<typeof createClient>

/** Makes no connection before something is asked. */
export const createClient = (options: ClientOptions) => {
  const transport = createTransport(options)
  return {
    tasks: tasksOver(transport),
    gates: gatesOver(transport),
    plans: plansOver(transport),
    catalog: catalogOver(transport),
    templates: templatesOver(transport),
    schedules: schedulesOver(transport),
    deadLetters: deadLettersOver(transport),
    projections: projectionsOver(transport),
    subscriptions: subscriptionsOver(transport),
    keys: keysOver(transport),
    events: eventsOver(transport),
    ...processOver(transport),
  }
}
