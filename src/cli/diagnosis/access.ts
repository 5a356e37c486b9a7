/** Who may come in over HTTP, and whether anybody could: keys, the issuer of tokens, and where the server listens. */
import { isLoopbackHost } from '../../core/host.js'
import type { TokenRules } from '../../ports/access.js'
import type { Config } from '../config/config.js'
import { counted } from '../counted.js'
import type { DatabaseReport, Probes } from '../system.js'
import { advice, bad, type Check, good } from './check.js'

export const examineAccess = async (
  { access, host }: Pick<Config, 'access' | 'host'>,
  database: DatabaseReport | undefined,
  probes: Pick<Probes, 'issuer'>,
): Promise<ReadonlyArray<Check>> => {
  const keys = database?.reachable === true ? database.activeKeys : undefined
  const issuer = access.jwt === undefined ? [] : [await issuerCheck(access.jwt, probes)]
  return [entryCheck(isLoopbackHost(host), access.required, access.jwt !== undefined, keys, host), ...issuer]
}

const entryCheck = (
  isLocal: boolean,
  required: boolean,
  hasIssuer: boolean,
  keys: number | undefined,
  host: string,
): Check => {
  const known = keys === undefined ? 'keys cannot be counted now' : counted(keys, 'key')
  if (isLocal && !required) {
    return good('access', `this machine alone (${host}), where nobody has to prove who they are; ${known}`)
  }
  const where = isLocal ? `${host}, with a proof` : `${host}, beyond this machine, with a proof`
  if (hasIssuer || (keys ?? 0) > 0) return good('access', `${where}; ${known}`)
  const remedy = `make a key (tasker keys create NAME --scope '*'), or set auth.jwt in tasker.yaml`
  return keys === undefined
    ? advice('access', `${where}; ${known}`, `see to it that there is a key: tasker keys list`)
    : bad('access', 'auth_not_configured', `${where}, and there is no key and no issuer: it will not start`, remedy)
}

const issuerCheck = async (rules: TokenRules, probes: Pick<Probes, 'issuer'>): Promise<Check> => {
  const report = await probes.issuer(rules)
  if (report.readable) return good('tokens', `of ${rules.issuer}, who has ${counted(report.keys, 'public key')}`)
  return bad('tokens', 'jwks_unreadable', report.message, 'correct auth.jwt.jwks_url or jwks_file, or reach its server')
}
