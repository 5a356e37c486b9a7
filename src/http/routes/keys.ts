/**
 * API keys, for whoever administers them: such a key can act under any name, so it is given to few. Nobody gives away
 * more than they have.
 */
import type * as t from 'io-ts'
import { closed } from '../../core/closed.js'
import { listOf, text } from '../../core/described.js'
import { MAX_KEY_GRANTS } from '../../core/limits.js'
import { grantsBeyond } from '../../core/permission.js'
import { byOf, type Caller } from '../caller.js'
import { MAX_NAME_CHARS, MAX_REASON_CHARS } from '../limits.js'
import { HttpProblem } from '../problem.js'
import { created, ok, type Route, route } from '../route.js'
import { apiKey, apiKeys, createdKey, shownKey } from '../shapes/key.js'

const name = text({ maxChars: MAX_NAME_CHARS })
const reason = text({ maxChars: MAX_REASON_CHARS, description: 'why, as its row keeps it' })

const newKey = closed(
  { name, scopes: listOf(name, { minItems: 1, maxItems: MAX_KEY_GRANTS }) },
  {
    namespaces: listOf(name, { minItems: 1, maxItems: MAX_KEY_GRANTS }),
    expires_at: text({ maxChars: 40, description: 'ISO 8601; never where it is absent' }),
  },
)

export type NewKey = t.TypeOf<typeof newKey>

const common = { tag: 'keys', permission: 'keys:admin' } as const

export const keyRoutes: ReadonlyArray<Route> = [
  route({
    ...common,
    id: 'listKeys',
    method: 'get',
    path: '/keys',
    summary: 'Every API key, the newest first, revoked and expired ones too; none with what opens something',
    answer: apiKeys,
    handle: async (_, { keys }) => ok({ items: (await keys.list()).map(shownKey) }),
  }),
  route({
    ...common,
    id: 'createKey',
    method: 'post',
    path: '/keys',
    summary: 'Make an API key; `secret` is in this answer and never again',
    body: newKey,
    answer: createdKey,
    statuses: [201],
    refuses: [
      'grants_beyond',
      'key_exists',
      'invalid_key_name',
      'invalid_scope',
      'invalid_namespace',
      'invalid_expiry',
    ],
    handle: async ({ body, caller }, { keys }) => {
      refuseBeyond(caller, body.scopes)
      const { name, scopes, namespaces, expires_at } = body
      const wanted = {
        name,
        scopes,
        ...(namespaces === undefined ? {} : { namespaces }),
        ...(expires_at === undefined ? {} : { expiresAt: Date.parse(expires_at) }),
      }
      const { secret, key } = await keys.create(wanted, byOf(caller))
      return created({ secret, key: shownKey(key) }, `/api/v1/keys/${key.id}`)
    },
  }),
  route({
    ...common,
    id: 'revokeKey',
    method: 'post',
    path: '/keys/:name/revoke',
    summary: 'Let a key, by its name or id, open nothing any more, at once and for good',
    body: closed({}, { reason }),
    answer: apiKey,
    refuses: ['key_unknown'],
    handle: async ({ params, body, caller }, { keys }) =>
      ok(shownKey(await keys.revoke(params.name, byOf(caller, body.reason)))),
  }),
]

const refuseBeyond = ({ permissions, actor }: Caller, scopes: ReadonlyArray<string>): void => {
  const beyond = permissions === 'all' ? [] : grantsBeyond(scopes, permissions)
  if (beyond.length === 0) return
  const detail = `${actor} cannot give away what they do not have: ${beyond.join(', ')}`
  throw new HttpProblem({ status: 403, code: 'grants_beyond', detail })
}
