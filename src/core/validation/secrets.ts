/**
 * Secrets: only those that the bounds list, and only in the fields that a handler keeps for them. The operator's
 * connections hold credentials too: they are listed among the secrets, and their names are written out.
 */
import { matchesAnyField } from '../field-path.js'
import type { Finding } from '../finding.js'
import { hasReference } from '../reference.js'
import { fieldsAt } from './fields.js'
import { clipped, finding, offered, placeOf, quoted } from './findings.js'
import type { Limits } from './limits-of.js'
import type { Proposal } from './proposal.js'
import type { Unit, WithUnits } from './units.js'

export const secretFindings = ({ steps, limits }: WithUnits & Pick<Proposal, 'limits'>): ReadonlyArray<Finding> =>
  steps.flatMap(({ units }) => units.flatMap((unit) => [...secretsIn(unit, limits), ...connectionsIn(unit, limits)]))

const secretsIn = (unit: Unit, limits: Limits): ReadonlyArray<Finding> =>
  unit.texts.flatMap(({ path, segments }) =>
    segments.flatMap((segment): ReadonlyArray<Finding> => {
      if (segment.kind !== 'reference' || segment.reference.root !== 'secrets') return []
      const { name } = segment.reference
      const place = placeOf(unit.place, ...path)
      const data = { secret: clipped(name) }
      const findings: Finding[] = []
      if (!limits.allowsSecret(name)) {
        const message = `the secret ${quoted(name)} is not allowed here; allowed are: ${offered(limits.secrets)}`
        findings.push(finding('secret_not_allowed', place, message, data))
      }
      if (isElsewhere(unit, path)) {
        const message = `no secret may stand in this field${whereAllowed(unit)}`
        findings.push(finding('secret_not_allowed', place, message, data))
      }
      return findings
    }),
  )

const connectionsIn = (unit: Unit, limits: Limits): ReadonlyArray<Finding> =>
  fieldsAt(unit.own, unit.kind === 'inputs' ? [] : (unit.capability?.fields.connections ?? [])).flatMap(
    ({ path, value }): ReadonlyArray<Finding> => {
      if (typeof value !== 'string') return []
      const place = placeOf(unit.place, ...path)
      if (hasReference(value)) {
        return [finding('secret_not_allowed', place, 'a connection must be written out, and this is a reference')]
      }
      if (limits.allowsSecret(value)) return []
      const message = `the connection ${quoted(value)} is not allowed here; among the allowed secrets are: ${offered(limits.secrets)}`
      return [finding('secret_not_allowed', place, message, { secret: clipped(value) })]
    },
  )

/** Which fields an unknown handler would keep for secrets, nobody knows. */
const isElsewhere = ({ kind, capability }: Unit, path: ReadonlyArray<string>): boolean =>
  kind === 'inputs' || (capability !== undefined && !matchesAnyField(capability.fields.secrets, path))

const whereAllowed = ({ capability }: Unit): string => {
  const fields = capability?.fields.secrets ?? []
  return fields.length === 0
    ? '; this handler takes none'
    : `; ${capability?.callable ?? ''} takes them in ${offered(fields)}`
}
