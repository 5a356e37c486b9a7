/** `auth` of `tasker.yaml`: who may come in over HTTP. What its codec cannot say of it is told here. */
import { resolve } from 'node:path'
import * as t from 'io-ts'
import { closed, type Problem } from '../../core/closed.js'
import { isJsonObject, type Json, type JsonObject } from '../../core/json.js'
import { isGrant } from '../../core/permission.js'
import { type AccessRules, TOKEN_ALGORITHMS, type TokenAlgorithm, type TokenRules } from '../../ports/access.js'
import { matching } from './matching.js'

const text = matching(t.string, 'text that is not empty', (value) => value.trim() !== '')
const grants = matching(
  t.array(t.string),
  'a list of permissions, as tasks:read, tasks:*, *:read or *',
  (list) => list.length > 0 && list.every(isGrant),
)
const algorithm = new t.Type<TokenAlgorithm, TokenAlgorithm, unknown>(
  `one of ${TOKEN_ALGORITHMS.join(', ')}`,
  (value): value is TokenAlgorithm => TOKEN_ALGORITHMS.some((known) => known === value),
  (value, context) => {
    const known = TOKEN_ALGORITHMS.find((one) => one === value)
    return known === undefined ? t.failure(value, context) : t.success(known)
  },
  t.identity,
)

const isWeb = (value: string): boolean => URL.canParse(value) && ['http:', 'https:'].includes(new URL(value).protocol)

const isLoopback = (url: string): boolean => ['localhost', '127.0.0.1', '[::1]'].includes(new URL(url).hostname)

const jwt = closed(
  { issuer: text, audience: text },
  {
    jwks_url: matching(
      t.string,
      'an https:// URL (http:// only to this machine)',
      (value) => isWeb(value) && (value.startsWith('https:') || isLoopback(value)),
    ),
    jwks_file: text,
    algorithms: matching(t.array(algorithm), 'a list of algorithms', (list) => list.length > 0),
    actor_claim: text,
    groups_claim: text,
    permissions_claim: text,
    namespaces_claim: text,
    permissions: t.record(t.string, grants),
  },
)

export const WrittenAuth = closed(
  {},
  {
    required: t.boolean,
    public_url: matching(
      t.string,
      'a URL without a path, as https://tasker.example.org',
      (value) => isWeb(value) && new URL(value).href === `${new URL(value).origin}/`,
    ),
    jwt,
  },
)

type WrittenAuth = t.TypeOf<typeof WrittenAuth>

/** Where something stands before the server, whoever comes by it is a stranger: then everybody proves who they are. */
export const accessRulesOf = (written: WrittenAuth = {}, cwd: string): AccessRules => ({
  required: written.required ?? written.public_url !== undefined,
  ...(written.public_url === undefined ? {} : { publicUrl: new URL(written.public_url).origin }),
  ...(written.jwt === undefined ? {} : { jwt: tokenRulesOf(written.jwt, cwd) }),
})

const tokenRulesOf = (written: NonNullable<WrittenAuth['jwt']>, cwd: string): TokenRules => {
  const { issuer, audience, jwks_url: url, jwks_file: file = '' } = written
  const { groups_claim, permissions_claim, namespaces_claim } = written
  return {
    issuer,
    audience,
    keys: url === undefined ? { file: resolve(cwd, file) } : { url },
    algorithms: written.algorithms ?? ['RS256', 'ES256', 'EdDSA'],
    actorClaim: written.actor_claim ?? 'sub',
    ...(groups_claim === undefined ? {} : { groupsClaim: groups_claim }),
    ...(permissions_claim === undefined ? {} : { permissionsClaim: permissions_claim }),
    ...(namespaces_claim === undefined ? {} : { namespacesClaim: namespaces_claim }),
    permissions: written.permissions ?? {},
  }
}

/** Where keys are must be said once, and whoever comes in has to be able to do something. */
export const authProblems = ({ auth }: JsonObject): ReadonlyArray<Problem> => {
  const jwt = objectIn(auth).jwt
  if (!isJsonObject(jwt)) return []
  const path = 'auth.jwt'
  const isSilent = !('permissions_claim' in jwt) && !('permissions' in jwt)
  return [
    ...('jwks_url' in jwt === 'jwks_file' in jwt ? [{ path, message: 'must have either jwks_url or jwks_file' }] : []),
    ...(isSilent
      ? [{ path, message: 'must say what a token permits: permissions by group, or permissions_claim' }]
      : []),
    ...('permissions' in jwt && !('groups_claim' in jwt)
      ? [{ path: `${path}.permissions`, message: 'are by group, so groups_claim has to name the claim of groups' }]
      : []),
  ]
}

const objectIn = (value: Json | undefined): JsonObject => (isJsonObject(value) ? value : {})
