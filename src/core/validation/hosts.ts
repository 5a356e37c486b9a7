/**
 * Hosts: where a configuration sends a request must be plain to see before it runs. Scheme, host and port are written
 * out and on the allow-list, or the whole URL is one reference, whose value is held against the list when it is known.
 */
import * as E from 'fp-ts/lib/Either.js'
import type { Finding } from '../finding.js'
import { type Target, targetOf } from '../host.js'
import { scanReferences } from '../reference.js'
import { fieldsAt } from './fields.js'
import { clipped, finding, offered, placeOf } from './findings.js'
import type { Limits } from './limits-of.js'
import type { Proposal } from './proposal.js'
import type { Unit, WithUnits } from './units.js'

export const hostFindings = ({ steps, limits }: WithUnits & Pick<Proposal, 'limits'>): ReadonlyArray<Finding> =>
  steps.flatMap(({ units }) => units.flatMap((unit) => (unit.kind === 'inputs' ? [] : urlsIn(unit, limits))))

const urlsIn = (unit: Unit, limits: Limits): ReadonlyArray<Finding> =>
  fieldsAt(unit.own, unit.capability?.fields.urls ?? []).flatMap(({ path, value }) =>
    typeof value === 'string' ? against(value, placeOf(unit.place, ...path), limits) : [],
  )

/** Scheme, host and port, and the mark that ends them: nothing that follows can change where the request goes. */
const LITERAL_ORIGIN = /^[a-z][a-z0-9+.-]*:\/\/[^/?#\\]+[/?#]/i

const against = (url: string, place: string, limits: Limits): ReadonlyArray<Finding> => {
  const segments = scanReferences(url)
  const [first] = segments
  if (segments.length === 1 && first !== undefined && first.kind !== 'text') return []
  const literal = first?.kind === 'text' ? first.text : ''
  if (segments.length > 1 && !LITERAL_ORIGIN.test(literal)) {
    const message = 'scheme, host and port must be written out, followed by a /, or the whole URL must be one reference'
    return [finding('host_not_allowed', place, message)]
  }
  const target = targetOf(literal)
  if (E.isLeft(target))
    return [finding('host_not_allowed', place, `the URL ${target.left.problem}; write https://HOST/PATH`)]
  if (limits.allowsHost(target.right)) return []
  const host = hostOf(target.right)
  const message = `the host ${host} is not allowed; allowed are: ${offered(limits.hosts)}`
  return [finding('host_not_allowed', place, message, { host })]
}

const hostOf = ({ scheme, host, port }: Target): string => {
  const isDefault = port === (scheme === 'https' ? 443 : 80)
  return clipped(isDefault ? host : `${host}:${port}`)
}
