/** `tasker keys create|list|revoke`: who may call the HTTP side, and do what. */
import type { Json } from '../../core/json.js'
import { PERMISSIONS } from '../../core/permission.js'
import type { KeyView } from '../../engine/keys.js'
import type { Command } from '../command.js'
import { EXIT } from '../exit-code.js'
import { expiryOf } from '../expiry.js'
import { BY_OPTIONS, byOf, withTasker } from '../tasker.js'
import { usageError } from '../user-error.js'

/** For the help: as many lines as it takes to fit a terminal. */
const SCOPE_LINES = [0, 5, 10, 15, 20].map((from) => `  ${PERMISSIONS.slice(from, from + 5).join(', ')}`).join('\n')

export const keysCreateCommand: Command = {
  name: 'keys create',
  summary: 'make an API key; it is shown once',
  arguments: [{ name: 'NAME' }],
  options: {
    scope: {
      type: 'string',
      multiple: true,
      value: 'SCOPE',
      summary: 'what it may do, as tasks:read; may be repeated',
    },
    namespace: {
      type: 'string',
      multiple: true,
      value: 'NAME',
      summary: 'only there; may be repeated (every namespace)',
    },
    expires: { type: 'string', value: 'WHEN', summary: 'as 90d, 12h or 2027-01-31 (never)' },
    ...BY_OPTIONS,
  },
  details:
    `NAME is who acts, as the log records it and as groups in tasker.yaml name it. Scopes are\n${SCOPE_LINES}\n` +
    'as well as RESOURCE:* for whatever can be done to it, *:read for all that only looks, and * for everything.\n' +
    'Only a digest of the key is stored: one that was lost cannot be shown again, only revoked and replaced.',
  examples: [
    { command: 'tasker keys create ci --scope tasks:read --scope tasks:write --expires 90d', says: 'for a pipeline' },
    { command: 'tasker keys create ada --scope "*:read" --scope gates:vote --namespace billing', says: 'for a person' },
  ],
  run: (invocation) => {
    const [name = ''] = invocation.arguments
    const { json, option, options, output } = invocation
    const [scopes, namespaces, expires] = [options('scope'), options('namespace'), option('expires')]
    if (scopes.length === 0)
      throw usageError('--scope is missing', 'such as --scope tasks:read; see tasker keys create --help')
    const expiresAt = expires === undefined ? undefined : expiryOf(expires, '--expires', Date.now())
    return withTasker(invocation, async ({ keys }) => {
      const { secret, key } = await keys.create(
        {
          name,
          scopes,
          ...(namespaces.length === 0 ? {} : { namespaces }),
          ...(expiresAt === undefined ? {} : { expiresAt }),
        },
        byOf(invocation),
      )
      if (json) output.printJson({ secret, key: asJson(key) })
      else {
        output.print(secret)
        output.note('this is the only time that it is shown; send it as "Authorization: Bearer …"')
      }
      return EXIT.complete
    })
  },
}

export const keysListCommand: Command = {
  name: 'keys list',
  summary: 'list the API keys, and when each was used last',
  examples: [{ command: 'tasker keys list', says: 'one line a key; revoked and expired ones too' }],
  run: (invocation) =>
    withTasker(invocation, async ({ keys }) => {
      const { json, output } = invocation
      const listed = await keys.list()
      if (json) output.printJson({ keys: listed.map(asJson) })
      else if (listed.length === 0) output.print('There is no key.')
      else output.table(listed.map(rowOf))
      return EXIT.complete
    }),
}

export const keysRevokeCommand: Command = {
  name: 'keys revoke',
  summary: 'let a key open nothing any more, at once and for good',
  arguments: [{ name: 'NAME' }],
  options: BY_OPTIONS,
  details:
    'NAME is its name or its id. Whoever logged in to the pages with it is logged out. Its row stays, as the log names it.',
  examples: [{ command: 'tasker keys revoke ci --reason "it was in a build log"', says: 'who did it stays on record' }],
  run: (invocation) =>
    withTasker(invocation, async ({ keys }) => {
      const [name = ''] = invocation.arguments
      const key = await keys.revoke(name, byOf(invocation))
      const { json, output } = invocation
      if (json) output.printJson({ key: asJson(key) })
      else output.print(`${key.name} (${key.id}) is revoked`)
      return EXIT.complete
    }),
}

const rowOf = (key: KeyView): ReadonlyArray<string> => [
  key.name,
  key.id,
  key.state,
  key.scopes.join(' '),
  key.namespaces === null ? 'every namespace' : key.namespaces.join(' '),
  key.expiresAt === null ? 'never expires' : `until ${minuteOf(key.expiresAt)}`,
  key.lastUsedAt === null ? 'never used' : `used ${minuteOf(key.lastUsedAt)}`,
]

const minuteOf = (ms: number): string => new Date(ms).toISOString().slice(0, 16)

const asJson = (key: KeyView): Json => ({
  id: key.id,
  name: key.name,
  state: key.state,
  scopes: [...key.scopes],
  namespaces: key.namespaces === null ? null : [...key.namespaces],
  created_at: timeOf(key.createdAt),
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
