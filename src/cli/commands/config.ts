/** `tasker config`: every value that applies and where it came from. Passwords and secrets are never shown. */
import type { JsonObject } from '../../core/json.js'
import { columns } from '../columns.js'
import type { Command } from '../command.js'
import { type Config, FILE_ONLY, type Source } from '../config/config.js'
import { CONFIG_KEYS } from '../config/keys.js'
import { masked, secretText } from '../config/masked.js'
import { EXIT } from '../exit-code.js'
import { placeText } from '../user-error.js'

export const configCommand: Command = {
  name: 'config',
  summary: 'print the configuration that applies, and where each value came from',
  details: 'A flag wins over the environment, the environment over tasker.yaml, the file over the default.',
  examples: [
    { command: 'tasker config', says: 'what a command would use if it were started here and now' },
    { command: 'TASKER_PORT=8080 tasker config --json', says: 'the same as one JSON object' },
  ],
  run: async ({ config, json, output }) => {
    const rows = rowsOf(config())
    if (json) output.printJson(Object.fromEntries(rows.map(({ key, value, source }) => [key, { value, source }])))
    else {
      const lines = columns(rows.map(({ key, text, source }) => [key, text, output.paint.dim(source)]))
      for (const line of lines) output.print(line)
    }
    return EXIT.complete
  },
}

interface Row {
  readonly key: string
  readonly value: JsonObject[string]
  readonly text: string
  readonly source: string
}

const rowsOf = (config: Config): ReadonlyArray<Row> => {
  const values: JsonObject = {
    database_url: config.databaseUrl === undefined ? null : masked(config.databaseUrl),
    redis_url: config.redisUrl === undefined ? null : masked(config.redisUrl),
    data_dir: config.dataDir,
    namespace: config.namespace,
    handlers: config.handlers,
    planner_model: config.plannerModel,
    actor: config.actor,
    environment: config.environment ?? null,
    log_level: config.logLevel,
    server: config.server === undefined ? null : masked(config.server),
    host: config.host,
    port: config.port,
    metrics_port: config.metricsPort ?? null,
    auth: JSON.parse(JSON.stringify(config.access)),
    secrets: Object.fromEntries(
      Object.entries(config.secrets).map(([name, secret]) => [
        name,
        { kept: secretText(secret), hosts: [...secret.hosts] },
      ]),
    ),
    groups: config.groups,
    connections: Object.fromEntries(
      Object.entries(config.connections).map(([name, { tables, mail, ...source }]) => [
        name,
        {
          kept: secretText(source),
          ...(tables === undefined ? {} : { tables: Object.keys(tables) }),
          ...(mail === undefined ? {} : { from: mail.from, recipients: [...mail.recipients] }),
        },
      ]),
    ),
    limits: JSON.parse(JSON.stringify(config.limits)),
    private_hosts: config.privateHosts,
    projections: config.projections,
    webhooks: config.webhooks.map(({ name, url, secret, types }) => ({
      name,
      url,
      kept: secretText(secret),
      ...(types === undefined ? {} : { types: [...types] }),
    })),
    prices: Object.fromEntries(Object.entries(config.prices).map(([model, price]) => [model, { ...price }])),
  }
  return [...Object.keys(CONFIG_KEYS), ...FILE_ONLY].map((key) => {
    const value = values[key] ?? null
    return { key, value, text: textOf(key, value), source: sourceText(config.sources[key]) }
  })
}

const ABSENT: Readonly<Record<string, string>> = {
  database_url: 'the embedded Postgres of data_dir',
  redis_url: "BullMQ's Postgres backend",
  server: 'none: the database itself',
}

const textOf = (key: string, value: JsonObject[string]): string => {
  if (value === null) return ABSENT[key] ?? 'none'
  if (typeof value === 'string') return value
  const empty = typeof value === 'object' && Object.keys(value).length === 0
  return empty ? 'none' : JSON.stringify(value)
}

const sourceText = (source: Source | undefined): string =>
  source === undefined || source.kind === 'default' ? 'default' : placeText(source.place)
