/**
 * Expressions and JSON Schemas that a planner wrote, paths of references among them: within the limits that keep their
 * evaluation bounded. One that is put together from data would escape the check, so only a whole one may be a reference.
 */
import type { Vocabulary } from '../capability.js'
import type { Finding } from '../finding.js'
import { isJsonObject } from '../json.js'
import { referencesIn, scanReferences } from '../reference.js'
import { fieldsAt } from './fields.js'
import { finding, placeOf, storable } from './findings.js'
import type { Proposal } from './proposal.js'
import type { Unit, WithUnits } from './units.js'

export const expressionFindings = ({
  steps,
  vocabulary,
}: WithUnits & Pick<Proposal, 'vocabulary'>): ReadonlyArray<Finding> =>
  steps.flatMap(({ units }) =>
    units.flatMap((unit) => [
      ...pathFindings(unit, vocabulary),
      ...(unit.kind === 'inputs' ? [] : [...fieldFindings(unit, vocabulary), ...schemaFindings(unit, vocabulary)]),
    ]),
  )

const refusal = (
  place: string,
  subject: string,
  fault: { readonly problem: string; readonly remedy: string },
): Finding => finding('expression_not_allowed', place, storable(`${subject} ${fault.problem}; ${fault.remedy}`))

const pathFindings = (unit: Unit, { checkExpression }: Vocabulary): ReadonlyArray<Finding> =>
  unit.texts.flatMap(({ path, segments }) =>
    segments.flatMap((segment): ReadonlyArray<Finding> => {
      if (segment.kind !== 'reference' || segment.reference.root === 'secrets') return []
      const fault = segment.reference.path === undefined ? undefined : checkExpression(segment.reference.path)
      return fault === undefined ? [] : [refusal(placeOf(unit.place, ...path), "the reference's path", fault)]
    }),
  )

const fieldFindings = (unit: Unit, { checkExpression }: Vocabulary): ReadonlyArray<Finding> =>
  fieldsAt(unit.own, unit.capability?.fields.expressions ?? []).flatMap(({ path, value }) => {
    if (typeof value !== 'string') return []
    const place = placeOf(unit.place, ...path)
    const segments = scanReferences(value)
    const [first] = segments
    if (segments.some(({ kind }) => kind !== 'text')) {
      return segments.length === 1
        ? []
        : [
            refusal(place, 'the expression', {
              problem: 'is put together from references',
              remedy: 'bring the values in by inputs and name them in the expression',
            }),
          ]
    }
    const fault = checkExpression(first?.kind === 'text' ? first.text : '')
    return fault === undefined ? [] : [refusal(place, 'the expression', fault)]
  })

const schemaFindings = (unit: Unit, { checkSchema }: Vocabulary): ReadonlyArray<Finding> =>
  fieldsAt(unit.own, unit.capability?.fields.schemas ?? []).flatMap(({ path, value }) => {
    if (!isJsonObject(value)) return []
    const place = placeOf(unit.place, ...path)
    if (referencesIn(value).some(({ segments }) => segments.some(({ kind }) => kind !== 'text'))) {
      return [
        refusal(place, 'the schema', {
          problem: 'holds references',
          remedy: 'write it out, or make the whole schema one reference',
        }),
      ]
    }
    const fault = checkSchema(value)
    return fault === undefined ? [] : [refusal(place, 'the schema', fault)]
  })
