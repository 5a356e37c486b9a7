/** The catalog as it is shown: that of this process, with the user's own handlers, or that of a server. */
import { capabilitySchema } from '../core/capability-schema.js'
import { isJsonObject, type Json, type JsonObject } from '../core/json.js'
import type { Invocation } from './command.js'
import { withServer } from './tasker.js'
import { vocabularyFor } from './templates.js'

/** All handlers as planners are shown them. */
export const shownCatalog = async (invocation: Invocation): Promise<JsonObject> => {
  if (invocation.config().server === undefined) return capabilitySchema((await vocabularyFor(invocation)).capabilities)
  return withServer(invocation, (server) => server.catalog())
}

export const handlersIn = ({ handlers }: JsonObject): ReadonlyArray<JsonObject> =>
  (isList(handlers) ? handlers : []).filter(isJsonObject)

export const isList = (value: Json | undefined): value is ReadonlyArray<Json> => Array.isArray(value)
