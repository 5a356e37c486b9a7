/** A frame, and fragments for its planning step: what the tests of validation propose and how they read the answer. */
import type { Bounds, Usage } from '../../../src/core/bounds.js'
import { NOTHING_USED } from '../../../src/core/bounds.js'
import type { Vocabulary } from '../../../src/core/capability.js'
import type { Frame, FrameStep } from '../../../src/core/frame.js'
import type { Json, JsonObject } from '../../../src/core/json.js'
import { type Validation, validateFragment } from '../../../src/core/validation/validate-fragment.js'
import { SMALL_CATALOG } from './small-catalog.js'

export const frameStep = (
  name: string,
  dependencies: ReadonlyArray<string> = [],
  more: Partial<FrameStep> = {},
): FrameStep => ({
  name,
  type: 'standard',
  handler: 'catalog:transform',
  dependencies,
  started: false,
  ...more,
})

export const convergenceStep = (
  name: string,
  dependencies: ReadonlyArray<string>,
  more: Partial<FrameStep> = {},
): FrameStep => frameStep(name, dependencies, { type: 'deferred_convergence', handler: 'catalog:aggregate', ...more })

export const planningStep = (name: string, dependencies: ReadonlyArray<string> = []): FrameStep =>
  frameStep(name, dependencies, { type: 'planning', handler: 'catalog:plan', started: true })

/** load → check → plan → merge → report, with a side step, a second convergence beyond, and one behind a gate. */
export const FRAME: Frame = {
  planningStep: 'plan',
  steps: [
    frameStep('load', [], { handler: 'catalog:http_request' }),
    frameStep('check', ['load'], { handler: 'catalog:validate' }),
    frameStep('side'),
    planningStep('plan', ['check']),
    convergenceStep('merge', ['plan']),
    frameStep('approve', ['plan'], { type: 'gate', handler: 'catalog:gate' }),
    convergenceStep('approved', ['approve']),
    frameStep('report', ['merge']),
    convergenceStep('finale', ['report']),
  ],
}

export const BOUNDS: Bounds = {
  max_steps: 50,
  max_depth: 10,
  max_fan_out: 20,
  max_phases: 3,
  max_planner_calls: 10,
  allowed_hosts: ['api.example.com', 'intern.example.com:8443'],
  allowed_secrets: ['API_KEY'],
}

export const step = (name: string, more: JsonObject = {}): JsonObject => ({
  name,
  handler: 'persist',
  config: { table: 'results' },
  ...more,
})

export const request = (name: string, config: JsonObject = {}, more: JsonObject = {}): JsonObject => ({
  name,
  handler: 'http_request',
  config: { url: 'https://api.example.com/things', ...config },
  ...more,
})

export const fragmentOf = (steps: ReadonlyArray<Json>, more: JsonObject = {}): JsonObject => ({
  fragment_version: '1.0',
  planning_context: { goal: 'know the answer', reasoning: 'it follows' },
  steps,
  convergence: 'merge',
  ...more,
})

export interface Circumstances {
  readonly frame?: Frame
  readonly bounds?: Bounds
  readonly spent?: Usage
  readonly vocabulary?: Vocabulary
}

export const judge = (fragment: Json, { frame, bounds, spent, vocabulary }: Circumstances = {}): Validation =>
  validateFragment(fragment, frame ?? FRAME, vocabulary ?? SMALL_CATALOG, bounds ?? BOUNDS, spent ?? NOTHING_USED)

/** Findings as `code path`, which is what a test says of them. */
export const told = (validation: Validation): ReadonlyArray<string> =>
  validation.findings.map(({ code, path }) => (path === '' ? code : `${code} ${path}`))

export const findingsFor = (steps: ReadonlyArray<Json>, circumstances: Circumstances = {}): ReadonlyArray<string> =>
  told(judge(fragmentOf(steps), circumstances))
