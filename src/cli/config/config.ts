/**
 * What applies: flag over environment over `tasker.yaml` in the working directory over default, and for each value
 * where it came from. Whatever is wrong in any of them is refused with its place, also where something else would win.
 */
import * as E from 'fp-ts/lib/Either.js'
import { decode, type Problem } from '../../core/closed.js'
import { isJsonObject, type Json, type JsonObject } from '../../core/json.js'
import type { ConfiguredLimits } from '../../engine/configured-limits.js'
import type { AccessRules } from '../../ports/access.js'
import type { Connection } from '../../ports/connections.js'
import type { LogLevel } from '../../ports/logger.js'
import { type Detail, type Place, UserError } from '../user-error.js'
import { accessRulesOf, authProblems } from './auth.js'
import { Written } from './codec.js'
import { readConfigFile } from './config-file.js'
import { API_KEY, mistypedVariables, writtenOutside } from './environment.js'
import { CONFIG_KEYS } from './keys.js'
import { limitProblems, limitsOf } from './limits.js'
import { type ConfiguredWebhook, webhookProblems, webhooksOf } from './webhooks.js'

export type Source =
  | { readonly kind: 'flag'; readonly place: Place }
  | { readonly kind: 'environment'; readonly place: Place }
  | { readonly kind: 'file'; readonly place: Place }
  | { readonly kind: 'default' }

export interface Config {
  readonly databaseUrl: string | undefined
  readonly redisUrl: string | undefined
  readonly dataDir: string
  readonly namespace: string
  readonly handlers: ReadonlyArray<string>
  readonly plannerModel: string
  readonly actor: string
  readonly environment: string | undefined
  readonly logLevel: LogLevel
  /** A Tasker to be asked over HTTP, and the key for it. */
  readonly server: string | undefined
  readonly apiKey: string | undefined
  readonly host: string
  readonly port: number
  readonly metricsPort: number | undefined
  /** Who may come in over HTTP. */
  readonly access: AccessRules
  readonly secrets: Readonly<Record<string, SecretSource & { readonly hosts: ReadonlyArray<string> }>>
  readonly groups: Readonly<Record<string, ReadonlyArray<string>>>
  readonly connections: Readonly<Record<string, SecretSource & Omit<Connection, 'url'>>>
  readonly limits: ConfiguredLimits
  readonly privateHosts: ReadonlyArray<string>
  readonly prices: Readonly<Record<string, ModelPrice>>
  readonly webhooks: ReadonlyArray<ConfiguredWebhook>
  /** Modules of a user's own. */
  readonly projections: ReadonlyArray<string>
  /** Where each key's value came from; keys of the file alone stand there by their own names. */
  readonly sources: Readonly<Record<string, Source>>
}

/** Exactly one of the two. */
export interface SecretSource {
  readonly env?: string
  readonly file?: string
}

/** US dollars per million tokens. */
export interface ModelPrice {
  readonly input: number
  readonly output: number
  readonly cache_read?: number
  readonly cache_write?: number
  readonly date?: string
  readonly source?: string
}

export interface ConfigInput {
  readonly flags: Readonly<Record<string, ReadonlyArray<string>>>
  readonly environment: Readonly<Record<string, string | undefined>>
  /** The folder whose `tasker.yaml` counts. */
  readonly cwd: string
  readonly defaults: { readonly plannerModel: string; readonly actor: string }
}

/** Left lists everything that is wrong, in the code `config_invalid`. */
export const loadConfig = (input: ConfigInput): E.Either<UserError, Config> => {
  const file = readConfigFile(input.cwd)
  if (E.isLeft(file)) return file
  const outside = writtenOutside(input.flags, input.environment)
  const details = [
    ...mistypedVariables(input.environment),
    ...problemsOf(file.right.value).map((problem) => detailOf(problem, file.right.place(problem.path))),
    ...problemsOf(outside.value).map((problem) => detailOf(problem, outside.places[topOf(problem)])),
  ]
  if (details.length > 0) return E.left(invalid(details))
  const fromFile = written(file.right.value)
  const fromOutside = written(outside.value)
  return E.right(
    configOf({ ...fromFile, ...fromOutside }, input, (key) => {
      const place = outside.places[key]
      if (place !== undefined) return { kind: place.source.startsWith('--') ? 'flag' : 'environment', place }
      return key in fromFile ? { kind: 'file', place: file.right.place(key) } : { kind: 'default' }
    }),
  )
}

const configOf = (
  value: Written,
  { defaults, cwd, environment }: Pick<ConfigInput, 'defaults' | 'cwd' | 'environment'>,
  sourceOf: (key: string) => Source,
): Config => ({
  databaseUrl: value.database_url,
  redisUrl: value.redis_url,
  dataDir: value.data_dir ?? '.tasker',
  namespace: value.namespace ?? 'default',
  handlers: value.handlers ?? [],
  plannerModel: value.planner_model ?? defaults.plannerModel,
  actor: value.actor ?? defaults.actor,
  environment: value.environment,
  logLevel: value.log_level ?? 'info',
  server: value.server,
  apiKey: environment[API_KEY] === '' ? undefined : environment[API_KEY],
  host: value.host ?? '127.0.0.1',
  port: value.port ?? 7300,
  metricsPort: value.metrics_port,
  access: accessRulesOf(value.auth, cwd),
  secrets: value.secrets ?? {},
  groups: value.groups ?? {},
  connections: value.connections ?? {},
  limits: limitsOf(value.limits),
  privateHosts: value.private_hosts ?? [],
  prices: value.prices ?? {},
  webhooks: webhooksOf(value.webhooks),
  projections: value.projections ?? [],
  sources: Object.fromEntries([...Object.keys(CONFIG_KEYS), ...FILE_ONLY].map((key) => [key, sourceOf(key)])),
})

export const FILE_ONLY = [
  'auth',
  'secrets',
  'groups',
  'connections',
  'limits',
  'private_hosts',
  'prices',
  'webhooks',
  'projections',
] as const

const written = (value: JsonObject): Written => {
  const decoded = decode(Written, value)
  if (E.isLeft(decoded)) throw new Error('the configuration was decoded before')
  return decoded.right
}

const problemsOf = (value: JsonObject): ReadonlyArray<Problem> => {
  const decoded = decode(Written, value)
  return [
    ...(E.isLeft(decoded) ? decoded.left : []),
    ...keptTwice(value),
    ...tableProblems(value),
    ...limitProblems(value),
    ...authProblems(value),
    ...webhookProblems(value),
  ]
}

/** Names of tables become identifiers, and what changes or removes a row has to know which. */
const tableProblems = (value: JsonObject): ReadonlyArray<Problem> =>
  Object.entries(objectIn(value.connections)).flatMap(([name, connection]) =>
    Object.entries(objectIn(objectIn(connection).tables)).flatMap(([table, written]) => {
      const path = `connections.${name}.tables.${table}`
      const { operations, key } = objectIn(written)
      const needsKey = Array.isArray(operations) && (operations.includes('upsert') || operations.includes('delete'))
      return [
        ...(TABLE.test(table) ? [] : [{ path, message: 'must be the name of a table, with its schema or without' }]),
        ...(needsKey && key === undefined ? [{ path, message: 'must have a key for upsert and delete' }] : []),
      ]
    }),
  )

const TABLE = /^[A-Za-z_][\w$]{0,62}(?:\.[A-Za-z_][\w$]{0,62})?$/

/** A secret or connection is kept in exactly one place. */
const keptTwice = (value: JsonObject): ReadonlyArray<Problem> =>
  (['secrets', 'connections'] as const).flatMap((section) =>
    Object.entries(objectIn(value[section])).flatMap(([name, entry]) =>
      isJsonObject(entry) && 'env' in entry === 'file' in entry
        ? [{ path: `${section}.${name}`, message: 'must have either env or file' }]
        : [],
    ),
  )

const objectIn = (value: Json | undefined): JsonObject => (isJsonObject(value) ? value : {})

const topOf = (problem: Problem): string => problem.path.split('.')[0] ?? ''

const detailOf = (problem: Problem, place: Place | undefined): Detail => ({
  message: problem.message,
  path: problem.path,
  ...(place === undefined ? {} : { place }),
})

const invalid = (details: ReadonlyArray<Detail>): UserError =>
  new UserError({
    code: 'config_invalid',
    message: 'the configuration cannot be used',
    details,
    remedy: 'mend what is listed; README names every key with its meaning and default',
  })
