/** A Tasker that is asked over HTTP, as commands handle one that is opened here: nothing but the server is needed. */

import type { AskedServer, OpenTasker } from '../cli/system.js'
import type { ApiKey, CapabilitySchema, Explanation as ShownExplanation } from '../client/client.js'
import type { JsonObject } from '../core/json.js'
import type { Explanation } from '../core/why/reason.js'
import type { KeyView } from '../engine/keys.js'
import { unshaped } from '../http/shape.js'
import { apiKey } from '../http/shapes/key.js'
import { type Connection, type ConnectionOptions, connectionTo, reasonOf } from './connection.js'
import { told } from './refusal.js'
import { remoteRecord } from './remote-log.js'
import { remoteDeadLetters, remoteSchedules, remoteTemplates } from './remote-registry.js'
import { createOn, remoteGates, remoteTasks } from './remote-tasks.js'

export const remoteTasker = (options: ConnectionOptions): OpenTasker => {
  const connection = connectionTo(options)
  return {
    tasks: remoteTasks(connection),
    gates: remoteGates(connection),
    templates: remoteTemplates(connection),
    schedules: remoteSchedules(connection),
    deadLetters: remoteDeadLetters(connection),
    why: whyOn(connection),
    keys: keysOn(connection),
    log: remoteRecord(connection),
    server: serverOf(connection),
    close: async () => undefined,
  }
}

const keysOn = ({ client, as }: Connection): OpenTasker['keys'] => ({
  create: async ({ name, scopes, namespaces, expiresAt }, by) => {
    const { secret, key } = await told(
      as(by.actor).keys.create({
        name,
        scopes,
        ...(namespaces === undefined ? {} : { namespaces }),
        ...(expiresAt === undefined ? {} : { expires_at: new Date(expiresAt).toISOString() }),
      }),
    )
    return { secret, key: keyOf(key) }
  },
  list: async () => (await told(client.keys.list())).items.map(keyOf),
  revoke: async (key, by) => keyOf(await told(as(by.actor).keys.revoke(key, reasonOf(by)))),
})

const keyOf = (shown: ApiKey): KeyView => {
  const { createdAt, expiresAt, lastUsedAt, revokedAt, ...key } = unshaped(apiKey, shown)
  return {
    ...key,
    createdAt: Date.parse(createdAt),
    expiresAt: timeOf(expiresAt),
    lastUsedAt: timeOf(lastUsedAt),
    revokedAt: timeOf(revokedAt),
  }
}

const timeOf = (iso: string | null): number | null => (iso === null ? null : Date.parse(iso))

const whyOn = ({ client }: Connection): OpenTasker['why'] => ({
  task: async (task) => {
    const { steps, others, ...explained } = await told(client.tasks.why(task))
    return { ...explanationOf(explained), steps: steps.map(explanationOf), others }
  },
  step: async (task, step) => explanationOf(await told(client.tasks.whyStep(task, step))),
})

/** Reasons are plain data, in the words in which they were told. */
const explanationOf = ({ step, reasons, sentences }: ShownExplanation): Explanation => ({
  step,
  reasons: JSON.parse(JSON.stringify(reasons)),
  sentences,
})

const serverOf = (connection: Connection): AskedServer => {
  const { client } = connection
  return {
    create: (definition, input, options) => createOn(connection, { definition }, input, options),
    validate: async (text) => (await told(client.templates.validate({ text }))).problems,
    judge: async (definition, step, answer) => told(client.plans.validateFragment({ definition, step, answer })),
    catalog: async () => schemaAsJson(await told(client.catalog.schema())),
  }
}

const schemaAsJson = (schema: CapabilitySchema): JsonObject => JSON.parse(JSON.stringify(schema))
