/** What a step's handler has against its step: the name, the type it may stand in. */
import type { Capability, Vocabulary } from '../capability.js'
import { didYouMean } from '../near-names.js'
import { CATALOG_PREFIX, DEFAULT_METHOD, isCatalogHandler, type StepDefinition, type StepType } from '../step.js'
import type { PlacedStep } from './normal-form.js'
import type { TemplateProblem } from './problem.js'

/** Types whose work only one handler does, so that no vocabulary is needed to tell that another stands there. */
const ONLY: ReadonlyMap<StepType, string> = new Map([
  ['planning', `${CATALOG_PREFIX}plan`],
  ['gate', `${CATALOG_PREFIX}gate`],
])

export const handlerProblems = (
  steps: ReadonlyArray<PlacedStep>,
  vocabulary: Vocabulary | undefined,
): ReadonlyArray<TemplateProblem> =>
  steps.flatMap((step) => [...typeAgreement(step, vocabulary), ...known(step, vocabulary)])

const typeAgreement = (
  { definition, path, written }: PlacedStep,
  vocabulary: Vocabulary | undefined,
): ReadonlyArray<TemplateProblem> => {
  const { type, handler } = definition
  const at = written.type === undefined && written.step_type !== undefined ? `${path}.step_type` : `${path}.type`
  const only = ONLY.get(type)
  if (only !== undefined && handler !== only) {
    const message = `a ${type} step has the handler ${only}, and "${handler}" is another`
    return [{ code: 'step_type_mismatch', path: at, message }]
  }
  const may = vocabulary?.capabilities.get(handler)?.stepTypes
  if (may === undefined || may.includes(type)) return []
  const message = `${handler} may stand in ${may.join(', ')}, and this step is ${type}`
  return [{ code: 'step_type_mismatch', path: at, message }]
}

const known = (
  { definition, path }: PlacedStep,
  vocabulary: Vocabulary | undefined,
): ReadonlyArray<TemplateProblem> => {
  const { handler } = definition
  if (vocabulary === undefined) return []
  const capability = vocabulary.capabilities.get(handler)
  if (capability !== undefined) return methodProblems(definition, capability, path)
  const callables = [...vocabulary.capabilities.keys()]
  const hint = vocabulary.capabilities.has(`${CATALOG_PREFIX}${handler}`)
    ? `; did you mean "${CATALOG_PREFIX}${handler}"?`
    : didYouMean(handler, callables)
  const where = isCatalogHandler(handler) ? 'the catalog has no' : 'no module of handlers defines'
  return [
    { code: 'unknown_handler', path: `${path}.handler.callable`, message: `${where} handler "${handler}"${hint}` },
  ]
}

/** A method that the handler does not look at would be left undone without a word. */
const methodProblems = (
  { method, handler }: StepDefinition,
  capability: Capability,
  path: string,
): ReadonlyArray<TemplateProblem> => {
  const { methods = [] } = capability
  if (method === undefined || method === DEFAULT_METHOD || methods.includes(method)) return []
  const known = methods.length === 0 ? 'has one entry point' : `has the methods ${methods.join(', ')}`
  const message = `${handler} ${known}, and "${method}" is none of them${didYouMean(method, methods)}`
  return [{ code: 'unknown_method', path: `${path}.handler.method`, message }]
}
