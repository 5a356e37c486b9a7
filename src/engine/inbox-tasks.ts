/**
 * Tasks and signals that hold exactly when a transaction of the user's own commits: what is asked for is a row of the
 * inbox, written by the user's client, and the leader acts on it once it is there. Nothing is created before.
 */
import type { Actor } from '../core/event.js'
import type { Json } from '../core/json.js'
import { INBOX_POLL_MS } from '../core/limits.js'
import type { Template } from '../core/template.js'
import type { InboxClient, InboxRow, Log } from '../ports/log.js'
import type { Traces } from '../ports/traces.js'
import { type CreateOptions, type CreationNeeds, creationOf, type NamedTemplate, PERSON_UNKNOWN } from './creation.js'
import { newId, streamOf, taskOf } from './ids.js'
import { createRow, signalRow } from './inbox-rows.js'

/** A task that comes into being with the user's transaction, or never. */
export interface PromisedTask<Handle> {
  readonly id: string
  /**
   * Resolves once the task exists: to be asked after the commit. Where one of the same identity existed already, to
   * that one. Rejects when `signal` is aborted; after a rollback there is nothing to wait for.
   */
  created(options?: { readonly signal?: AbortSignal }): Promise<Handle>
}

export interface SignalOptions {
  /** The same signal sent twice is one; absent, each is another. */
  readonly id?: string
  readonly actor?: Actor
}

export interface InboxTasks<Handle> {
  /**
   * Creates a task in a transaction of the user's own: `client` is a `pg` client, or anything with its `query`, between
   * `begin` and `commit`. Refuses what `create` refuses, before anything is written.
   */
  createIn(
    client: InboxClient,
    template: Template | NamedTemplate,
    input: Json,
    options?: CreateOptions,
  ): Promise<PromisedTask<Handle>>
  /** Sends a signal in the same way. Whether the task takes it is decided after the commit. */
  signalIn(
    client: InboxClient,
    taskId: string,
    name: string,
    payload: Json,
    options?: SignalOptions,
  ): Promise<{ readonly id: string }>
}

export interface InboxTasksNeeds extends CreationNeeds {
  readonly log: Pick<Log, 'head' | 'findByIdentity'>
  readonly traces: Pick<Traces, 'active'>
  putInInbox(client: InboxClient, row: Omit<InboxRow, 'id'>): Promise<number>
}

export const inboxTasks = <Handle>(
  needs: InboxTasksNeeds,
  handle: (id: string, duplicate: boolean) => Handle,
): InboxTasks<Handle> => ({
  createIn: async (client, template, input, options = {}) => {
    const creation = await creationOf(needs, template, input, { traceparent: needs.traces.active(), ...options })
    await needs.putInInbox(client, createRow(creation))
    const { id, identity } = creation
    return {
      id,
      created: async ({ signal } = {}) => {
        const stream = await appeared(needs, streamOf(id), identity, signal)
        return handle(taskOf(stream), stream !== streamOf(id))
      },
    }
  },
  signalIn: async (client, taskId, name, payload, options = {}) => {
    const { id = newId(needs.clock), actor = PERSON_UNKNOWN } = options
    await needs.putInInbox(client, signalRow(taskId, { id, name, payload, actor }))
    return { id }
  },
})

/** The stream, or the one that had its identity first. */
const appeared = async (
  { log, clock }: InboxTasksNeeds,
  stream: string,
  identity: string | undefined,
  signal: AbortSignal | undefined,
): Promise<string> => {
  for (;;) {
    signal?.throwIfAborted()
    if ((await log.head(stream)) !== undefined) return stream
    const owner = identity === undefined ? undefined : await log.findByIdentity(identity)
    if (owner !== undefined) return owner
    await pause(clock, INBOX_POLL_MS, signal)
  }
}

const pause = (clock: CreationNeeds['clock'], ms: number, signal: AbortSignal | undefined): Promise<void> =>
  new Promise((resolve) => {
    const end = (): void => {
      timer.cancel()
      signal?.removeEventListener('abort', end)
      resolve()
    }
    const timer = clock.after(ms, end)
    signal?.addEventListener('abort', end)
  })
