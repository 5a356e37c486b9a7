/** A server as commands reach it: one client for each name that acts. */
import { createClient, type TaskerClient } from '../client/client.js'

export interface Connection {
  /** As somebody: their name counts where no key says who it is, on the server's own machine. */
  as(actor: string): TaskerClient
  /** As whoever the configuration says. */
  readonly client: TaskerClient
}

export interface ConnectionOptions {
  readonly url: string
  readonly apiKey: string | undefined
  readonly actor: string
}

export const connectionTo = ({ url, apiKey, actor }: ConnectionOptions): Connection => {
  const as = (name: string): TaskerClient =>
    createClient({ url, actor: name, ...(apiKey === undefined ? {} : { apiKey }) })
  return { as, client: as(actor) }
}

/** Why, as a request says it. */
export const reasonOf = ({ reason }: { readonly reason?: string }): { readonly reason?: string } =>
  reason === undefined ? {} : { reason }
