/**
 * The one codec of the configuration: what `tasker.yaml` may hold, and what flags and environment may set of it. It is
 * closed, and its messages say what a value must be.
 */
import * as t from 'io-ts'
import { closed } from '../../core/closed.js'
import { MAX_CLAIM_LIMIT, MAX_RATE_SECONDS, NAMESPACE } from '../../core/limits.js'
import { WrittenAuth } from './auth.js'
import { matching } from './matching.js'
import { WrittenWebhooks } from './webhooks.js'

const text = matching(t.string, 'text that is not empty', (value) => value.trim() !== '')
const urlOf = (schemes: ReadonlyArray<string>, name: string): t.Type<string, string, unknown> =>
  matching(t.string, name, (value) => URL.canParse(value) && schemes.includes(new URL(value).protocol))
const amount = matching(t.number, 'a number from 0', (value) => Number.isFinite(value) && value >= 0)
const port = matching(t.number, 'a whole number from 0 to 65535', (n) => Number.isInteger(n) && n >= 0 && n <= 65_535)
const namespace = matching(
  t.string,
  'lower-case letters, digits, - and _, beginning with a letter, 63 at most',
  (value) => NAMESPACE.test(value),
)
const host = matching(t.string, 'a host with an optional port', (value) => /^[^\s/@?#]+$/.test(value))
const texts = matching(t.array(t.string), 'a list of texts', (list) => list.every((one) => one.trim() !== ''))

/** `{env: VAR}` or `{file: PATH}`: the value itself never stands in the configuration. */
const kept = { env: text, file: text }

const secret = closed({ hosts: t.array(host) }, kept)

const IDENTIFIER = /^[A-Za-z_][\w$]{0,62}$/
const column = matching(t.string, 'the name of a column', (value) => IDENTIFIER.test(value))
const columns = matching(t.array(column), 'a list of names of columns', (list) => list.length > 0)
const operations = matching(
  t.array(t.keyof({ insert: null, upsert: null, delete: null })),
  'a list of insert, upsert and delete',
  (list) => list.length > 0,
)
const writableTable = closed({ operations, columns }, { key: columns, idempotency_column: column })
const mail = closed(
  {
    from: matching(t.string, 'an address', (value) => /^[^\r\n]*@[^\r\n]*$/.test(value)),
    recipients: matching(t.array(t.string), 'a list of addresses, or of @ with a domain', (list) =>
      list.every((one) => /^[^\s@]*@[^\s@]+$/.test(one)),
    ),
  },
  {},
)
const connection = closed({}, { ...kept, tables: t.record(t.string, writableTable), mail })
const price = closed(
  { input: amount, output: amount },
  { cache_read: amount, cache_write: amount, date: text, source: text },
)

const count = matching(
  t.number,
  `a whole number from 1 to ${MAX_CLAIM_LIMIT}`,
  (n) => Number.isInteger(n) && n >= 1 && n <= MAX_CLAIM_LIMIT,
)
const seconds = matching(
  t.number,
  `seconds from 0.001 to ${MAX_RATE_SECONDS}`,
  (n) => n >= 0.001 && n <= MAX_RATE_SECONDS,
)
const claimLimit = closed({}, { concurrency: count, rate: closed({ max: count, per_seconds: seconds }) })

export const Written = closed(
  {},
  {
    database_url: urlOf(['postgres:', 'postgresql:'], 'a URL that begins with postgres://'),
    redis_url: urlOf(['redis:', 'rediss:'], 'a URL that begins with redis:// or rediss://'),
    data_dir: text,
    namespace,
    handlers: texts,
    planner_model: text,
    actor: text,
    environment: text,
    log_level: t.keyof({ debug: null, info: null, warn: null, error: null }, 'debug, info, warn or error'),
    host: text,
    server: urlOf(['http:', 'https:'], 'a URL that begins with http:// or https://'),
    port,
    metrics_port: port,
    auth: WrittenAuth,
    secrets: t.record(t.string, secret),
    groups: t.record(t.string, texts),
    connections: t.record(t.string, connection),
    limits: closed({}, { queues: t.record(namespace, claimLimit), keys: t.record(namespace, claimLimit) }),
    private_hosts: t.array(matching(host, 'host:port, exactly', (value) => /:\d+$/.test(value))),
    prices: t.record(t.string, price),
    webhooks: WrittenWebhooks,
    projections: texts,
  },
)

export type Written = t.TypeOf<typeof Written>
