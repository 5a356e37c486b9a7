/** The keys that can be set by flag, environment and file: their names in each, what they mean, what applies else. */
export type ConfigKey =
  | 'database_url'
  | 'redis_url'
  | 'data_dir'
  | 'namespace'
  | 'handlers'
  | 'planner_model'
  | 'actor'
  | 'environment'
  | 'log_level'
  | 'host'
  | 'port'
  | 'metrics_port'
  | 'server'

export interface KeyDefinition {
  /** Its name in `tasker.yaml`. */
  readonly name: ConfigKey
  readonly variable: string
  readonly flag: string
  /** What the value is called in the help. */
  readonly value: string
  readonly summary: string
  /** Never printed whole: it may hold a password. */
  readonly secret?: true
}

const key = (
  name: ConfigKey,
  variable: string,
  flag: string,
  value: string,
  summary: string,
  secret?: true,
): KeyDefinition => ({ name, variable, flag, value, summary, ...(secret ? { secret } : {}) })

const DEFINITIONS: ReadonlyArray<KeyDefinition> = [
  key('database_url', 'DATABASE_URL', '--database-url', 'URL', 'Postgres; without it, the embedded one', true),
  key('redis_url', 'REDIS_URL', '--redis-url', 'URL', 'Redis for the queues; without it, Postgres', true),
  key('data_dir', 'TASKER_DATA_DIR', '--data-dir', 'FOLDER', "the embedded database's folder (.tasker)"),
  key('namespace', 'TASKER_NAMESPACE', '--namespace', 'NAME', 'the namespace that a worker serves (default)'),
  key(
    'handlers',
    'TASKER_HANDLERS',
    '--handlers',
    'MODULE',
    "a module of your own handlers; may be repeated (',' between several in TASKER_HANDLERS)",
  ),
  key('planner_model', 'TASKER_PLANNER_MODEL', '--model', 'MODEL', 'the model that plans where a step names none'),
  key('actor', 'TASKER_ACTOR', '--actor', 'NAME', 'who acts, as the log records it (your login name)'),
  key(
    'environment',
    'TASKER_ENVIRONMENT',
    '--environment',
    'NAME',
    "which of a template's environments applies (none)",
  ),
  key('log_level', 'TASKER_LOG_LEVEL', '--log-level', 'LEVEL', 'debug, info, warn or error (info)'),
  key(
    'server',
    'TASKER_SERVER',
    '--server',
    'URL',
    'a Tasker to be asked over HTTP, in place of a database (TASKER_API_KEY is its key)',
  ),
  key('host', 'TASKER_HOST', '--host', 'ADDRESS', 'the address that `serve` and `dev` listen on (127.0.0.1)'),
  key('port', 'TASKER_PORT', '--port', 'NUMBER', 'the port that `serve` and `dev` listen on (7300)'),
  key('metrics_port', 'TASKER_METRICS_PORT', '--metrics-port', 'NUMBER', 'a port for the page of metrics alone (none)'),
]

export const CONFIG_KEYS: Readonly<Record<ConfigKey, KeyDefinition>> = Object.fromEntries(
  DEFINITIONS.map((definition) => [definition.name, definition]),
) as Record<ConfigKey, KeyDefinition>
