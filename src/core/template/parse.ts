/**
 * The one way from what an author wrote to a template. Every check that can run does, so that all that is wrong is told
 * at once; nothing is repaired, and nothing is read from anywhere else.
 */
import * as E from 'fp-ts/lib/Either.js'
import type { Vocabulary } from '../capability.js'
import type { Json } from '../json.js'
import type { Template } from '../template.js'
import { boundsProblems } from './bounds-checks.js'
import { compensationProblems, compensationSteps } from './compensation-checks.js'
import { configurationProblems, withUnits } from './configuration-checks.js'
import { contractProblems } from './contract-checks.js'
import { domainEventProblems } from './domain-events.js'
import { environmentProblems, overlay } from './environment.js'
import { graphProblems } from './graph-checks.js'
import { handlerProblems } from './handler-checks.js'
import { lifecycleOf } from './lifecycle.js'
import { limitProblems } from './limit-checks.js'
import { type PlacedStep, placedSteps } from './normal-form.js'
import { inOrder } from './order.js'
import type { TemplateProblem } from './problem.js'
import { referenceProblems } from './reference-checks.js'
import { schemaProblems } from './schema-checks.js'
import { systemProblems } from './systems.js'
import { typeProblems } from './type-checks.js'
import { unsupported } from './unsupported.js'
import { readTemplate, type WrittenTemplate } from './written.js'

export const DEFAULT_NAMESPACE = 'default'
export const DEFAULT_VERSION = '1.0.0'

export interface ParseOptions {
  /** `sha256:<hex>` of the canonical JSON of the value: digests are made outside of the core. */
  readonly digest: string
  /** The environment whose overrides apply; absent, none do. */
  readonly environment?: string | undefined
}

/**
 * Reads a template from JSON. Without a vocabulary, handlers and their configurations are not checked. On the left every
 * problem with its path; on the right the normal form, dependencies before dependants.
 */
export const parseTemplate = (
  value: Json,
  vocabulary: Vocabulary | undefined,
  options: ParseOptions,
): E.Either<ReadonlyArray<TemplateProblem>, Template> => {
  const reading = readTemplate(value)
  const schema = reading.problems.map((problem): TemplateProblem => ({ code: 'schema', ...problem }))
  if (reading.template === undefined) return E.left(schema)
  const written = overlay(reading.template, options.environment)
  const steps = placedSteps(written)
  const problems = [...schema, ...problemsOf(written, steps, vocabulary)]
  const order = inOrder(steps.map(({ definition }) => definition))
  // A cycle is among the problems already.
  if (problems.length > 0 || E.isLeft(order)) return E.left(problems)
  return E.right({
    name: written.name,
    namespace: written.namespace_name ?? DEFAULT_NAMESPACE,
    version: written.version ?? DEFAULT_VERSION,
    description: written.description ?? '',
    steps: order.right,
    ...(written.input_schema === undefined ? {} : { inputSchema: written.input_schema }),
    ...(written.metadata === undefined ? {} : { metadata: written.metadata }),
    bounds: written.bounds ?? {},
    lifecycle: lifecycleOf(written),
    digest: options.digest,
  })
}

const problemsOf = (
  written: WrittenTemplate,
  steps: ReadonlyArray<PlacedStep>,
  vocabulary: Vocabulary | undefined,
): ReadonlyArray<TemplateProblem> => {
  const compensations = compensationSteps(steps)
  const units = withUnits([...steps, ...compensations], vocabulary ?? NOTHING_KNOWN)
  const bounds = written.bounds ?? {}
  return [
    ...unsupported(written),
    ...domainEventProblems(written),
    ...environmentProblems(written),
    ...graphProblems(steps),
    ...handlerProblems(steps, vocabulary),
    ...compensationProblems(compensations, vocabulary),
    ...referenceProblems(units, vocabulary !== undefined),
    ...(vocabulary === undefined ? [] : configurationProblems(units, vocabulary, bounds)),
    ...(vocabulary === undefined ? [] : contractProblems(units, vocabulary, written.input_schema)),
    ...schemaProblems(written, vocabulary),
    ...typeProblems(steps),
    ...limitProblems(steps),
    ...systemProblems(written),
    ...boundsProblems(steps, bounds),
  ]
}

const NOTHING_KNOWN: Vocabulary = {
  digest: '',
  capabilities: new Map(),
  checkExpression: () => undefined,
  checkSchema: () => undefined,
}
