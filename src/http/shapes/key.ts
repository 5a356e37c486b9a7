/** API keys as they are answered: everything but what opens something, which is answered once. */
import * as t from 'io-ts'
import type { KeyView } from '../../engine/keys.js'
import { list, named, orNull } from '../shape.js'

export const apiKey = named(
  'ApiKey',
  t.type({
    id: t.string,
    name: t.string,
    state: t.union([t.literal('active'), t.literal('expired'), t.literal('revoked')]),
    scopes: list(t.string),
    namespaces: orNull(list(t.string)),
    created_at: t.string,
    created_by: t.string,
    created_via: orNull(t.string),
    expires_at: orNull(t.string),
    last_used_at: orNull(t.string),
    revoked_at: orNull(t.string),
    revoked_by: orNull(t.string),
    revoked_via: orNull(t.string),
    revoke_reason: orNull(t.string),
  }),
)

export const apiKeys = named('ApiKeys', t.type({ items: list(apiKey) }))

export const createdKey = named('CreatedKey', t.type({ secret: t.string, key: apiKey }))

export const shownKey = (key: KeyView): t.TypeOf<typeof apiKey> => ({
  id: key.id,
  name: key.name,
  state: key.state,
  scopes: [...key.scopes],
  namespaces: key.namespaces === null ? null : [...key.namespaces],
  created_at: new Date(key.createdAt).toISOString(),
  created_by: key.createdBy,
  created_via: key.createdVia,
  expires_at: timeOf(key.expiresAt),
  last_used_at: timeOf(key.lastUsedAt),
  revoked_at: timeOf(key.revokedAt),
  revoked_by: key.revokedBy,
  revoked_via: key.revokedVia,
  revoke_reason: key.revokeReason,
})

const timeOf = (ms: number | null): string | null => (ms === null ? null : new Date(ms).toISOString())
