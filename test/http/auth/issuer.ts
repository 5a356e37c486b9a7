/** An issuer of tokens on a port of this machine: it signs with keys that a test may change, and counts who reads them. */
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { exportJWK, generateKeyPair, type JWK, type JWTHeaderParameters, SignJWT } from 'jose'
import type { TokenRules } from '../../../src/ports/access.js'

/** As a test writes them; what is undefined is left out. */
export type Claims = Readonly<Record<string, unknown>>

export interface Issuer {
  readonly url: string
  readonly rules: TokenRules
  /** How often its keys were read. */
  reads(): number
  /** Signs with a key that it may not have published. */
  sign(claims: Claims, key?: SigningKey, header?: Partial<JWTHeaderParameters>): Promise<string>
  readonly key: SigningKey
  publish(keys: ReadonlyArray<JWK>): void
  /** What it answers from now on in place of its keys. */
  breakDown(status: number, headers?: Readonly<Record<string, string>>): void
  close(): Promise<void>
}

export interface SigningKey {
  readonly kid: string
  readonly alg: string
  readonly privateKey: Awaited<ReturnType<typeof generateKeyPair>>['privateKey']
  readonly jwk: JWK
}

export const signingKey = async (kid: string, alg = 'ES256'): Promise<SigningKey> => {
  const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true })
  return { kid, alg, privateKey, jwk: { ...(await exportJWK(publicKey)), kid, alg, use: 'sig' } }
}

export const NAME = 'https://issuer.example'
export const AUDIENCE = 'tasker'

export const openIssuer = async (more: Partial<TokenRules> = {}): Promise<Issuer> => {
  const key = await signingKey('first')
  const state = { keys: [key.jwk] as ReadonlyArray<JWK>, reads: 0, status: 200, headers: {} }
  const server = createServer((_, response) => {
    state.reads += 1
    response.writeHead(state.status, { 'content-type': 'application/json', ...state.headers })
    response.end(JSON.stringify({ keys: state.keys }))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const url = `http://127.0.0.1:${port}/keys`
  return {
    url,
    key,
    rules: {
      issuer: NAME,
      audience: AUDIENCE,
      keys: { url },
      algorithms: ['ES256', 'RS256'],
      actorClaim: 'sub',
      groupsClaim: 'groups',
      permissionsClaim: 'scope',
      permissions: { operators: ['tasks:*'] },
      ...more,
    },
    reads: () => state.reads,
    sign: (claims, { kid, alg, privateKey } = key, header = {}) =>
      new SignJWT({ ...claims }).setProtectedHeader({ alg, kid, ...header }).sign(privateKey),
    publish: (keys) => {
      state.keys = keys
    },
    breakDown: (status, headers = {}) => {
      Object.assign(state, { status, headers })
    },
    close: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/** Claims that are right in everything but what a test says. */
export const claims = (nowMs: number, more: Claims = {}): Claims => {
  const now = Math.floor(nowMs / 1_000)
  return { iss: NAME, aud: AUDIENCE, sub: 'ada', iat: now, exp: now + 600, ...more }
}
