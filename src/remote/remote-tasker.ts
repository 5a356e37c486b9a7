/** A Tasker that is asked over HTTP, as commands handle one that is opened here: nothing but the server is needed. */

import type { AskedServer, OpenTasker } from '../cli/system.js'
import type { CapabilitySchema, Explanation as ShownExplanation } from '../client/client.js'
import type { JsonObject } from '../core/json.js'
import type { Explanation } from '../core/why/reason.js'
import { type Connection, type ConnectionOptions, connectionTo } from './connection.js'
import { notOverHttp, told } from './refusal.js'
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
    keys: {
      create: refused,
      list: refused,
      revoke: refused,
    },
    log: remoteRecord(connection),
    server: serverOf(connection),
    close: async () => undefined,
  }
}

const refused = async (): Promise<never> => {
  throw notOverHttp('the administration of keys')
}

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
    catalog: async () => schemaAsJson(await told(client.catalog.schema())),
  }
}

const schemaAsJson = (schema: CapabilitySchema): JsonObject => JSON.parse(JSON.stringify(schema))
