/**
 * How long a fragment takes to be judged, by its size: what a planner may answer is as large as a model likes, and it is
 * judged inside a decision. Needs no server. The fragments are of the real catalog, with expressions, schemas, hosts and
 * references in them, and they are valid, so that every check runs to its end. The best of several runs counts: whatever
 * else the machine does only adds to it.
 */
import { createCatalog } from '../../catalog/catalog.js'
import { vocabularyOf } from '../../catalog/vocabulary.js'
import { NOTHING_USED } from '../../src/core/bounds.js'
import type { Frame } from '../../src/core/frame.js'
import type { Json, JsonObject } from '../../src/core/json.js'
import { parseAnswer } from '../../src/core/validation/parse-answer.js'
import { validateFragment } from '../../src/core/validation/validate-fragment.js'

export interface ValidationMeasurement {
  readonly steps: number
  /** Of the answer as a text. */
  readonly bytes: number
  readonly parseMs: number
  readonly validateMs: number
  /** Both together, of one step. */
  readonly usPerStep: number
}

/** 1,000 has a target; the others show how it grows. */
export const FRAGMENT_SIZES = [125, 250, 500, 1_000, 2_000, 4_000]

const WARM_UP = 15
const RUNS = 31

export const measureValidation = async (sizes: ReadonlyArray<number> = FRAGMENT_SIZES) => {
  const catalog = createCatalog()
  try {
    const vocabulary = vocabularyOf(catalog.handlers)
    const measured: ValidationMeasurement[] = []
    for (const steps of sizes) {
      const text = JSON.stringify(fragmentOf(steps))
      const runs = Array.from({ length: WARM_UP + RUNS }, () => once(text, vocabulary)).slice(WARM_UP)
      const parseMs = Math.min(...runs.map(({ parse }) => parse))
      const validateMs = Math.min(...runs.map(({ validate }) => validate))
      const usPerStep = ((parseMs + validateMs) * 1_000) / steps
      measured.push({ steps, bytes: Buffer.byteLength(text), parseMs, validateMs, usPerStep })
    }
    return measured
  } finally {
    await catalog.close()
  }
}

const once = (text: string, vocabulary: Parameters<typeof validateFragment>[2]) => {
  const begun = performance.now()
  const parsed = parseAnswer(text)
  const read = performance.now()
  if ('findings' in parsed) throw new Error(`the fragment cannot be read: ${parsed.findings[0]?.message}`)
  const { findings } = validateFragment(parsed.fragment, FRAME, vocabulary, BOUNDS, NOTHING_USED)
  const judged = performance.now()
  if (findings.length > 0) throw new Error(`the fragment is not valid: ${findings[0]?.path} ${findings[0]?.message}`)
  return { parse: read - begun, validate: judged - read }
}

const FRAME: Frame = {
  planningStep: 'plan',
  steps: [
    { name: 'plan', type: 'planning', handler: 'catalog:plan', dependencies: [], started: true },
    {
      name: 'finish',
      type: 'deferred_convergence',
      handler: 'catalog:aggregate',
      dependencies: ['plan'],
      started: false,
    },
  ],
}

const BOUNDS = {
  ...{ max_steps: 100_000, max_depth: 100, max_fan_out: 100_000, max_phases: 5, max_planner_calls: 5 },
  allowed_hosts: ['api.example.org'],
}

/** Rows of ten: fetched, held against a schema, given another shape, and brought together by a convergence of the row. */
const fragmentOf = (count: number): JsonObject => ({
  fragment_version: '1.0',
  planning_context: { goal: 'measure', reasoning: 'to see how long it takes' },
  steps: Array.from({ length: count }, (_, index) => stepOf(index)),
  convergence: 'finish',
})

const ROW = 10

const stepOf = (index: number): Json => {
  const row = Math.floor(index / ROW)
  const inRow = index % ROW
  const before = `step_${index - 1}`
  const name = `step_${index}`
  if (inRow === 0) {
    const url = `https://api.example.org/rows/${row}?after=\${task.context.since}`
    return { name, handler: 'http_request', dependencies: [], config: { url, headers: { accept: 'application/json' } } }
  }
  if (inRow === ROW - 1) {
    const all = Array.from({ length: ROW - 1 }, (_, at) => `step_${row * ROW + at}`)
    const config = { operation: 'collect', where: 'counts.valid > `0`' }
    return { name, handler: 'aggregate', step_type: 'deferred_convergence', dependencies: all, config }
  }
  if (inRow === 1) {
    const schema = {
      type: 'object',
      required: ['id'],
      properties: { id: { type: 'integer' }, name: { type: 'string' } },
    }
    const config = { items: `\${steps.${before}.result.body}`, schema, mode: 'partition' }
    return { name, handler: 'validate', dependencies: [before], config }
  }
  // No two steps say the same, as in a plan: what is remembered of one tells nothing of another.
  const mapping = { ids: `sort([].id_${index})`, names: `join(', ', sort([].name_${index}))`, first: `[${index}]` }
  return {
    name,
    handler: 'transform',
    dependencies: [before],
    config: { input: `\${steps.${before}.result}`, mapping },
  }
}
