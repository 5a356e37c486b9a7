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
      if (!actor.authenticated) return `${actor.id} (not authenticated)`
      return actor.via === undefined ? actor.id : `${actor.id} (by ${actor.via})`
    default:
      return nobody(actor)
  }
}

const nobody = (actor: never): never => {
  throw new Error(`nobody is ${JSON.stringify(actor)}`)
}
