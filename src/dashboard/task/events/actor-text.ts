/** Who did something, in words. */
import type { Actor } from '../../../core/event.js'

export const actorText = (actor: Actor): string => {
  switch (actor.kind) {
    case 'engine':
      return 'the engine'
    case 'worker':
      return `worker ${actor.id}`
    case 'planner':
      return `planner ${actor.id}`
    case 'person':
      return actor.authenticated ? actor.id : `${actor.id} (not authenticated)`
    default:
      return nobody(actor)
  }
}

const nobody = (actor: never): never => {
  throw new Error(`nobody is ${JSON.stringify(actor)}`)
}
