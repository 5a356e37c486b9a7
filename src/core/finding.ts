/**
 * A finding is what validation has against a fragment: a stable code, the place, a sentence that tells the planner
 * what to change, and the data that the sentence is made of. The codes are a public contract: none changes its meaning.
 */
import type { Json } from './json.js'

export const FINDING_CODES = [
  'schema',
  'unknown_handler',
  'forbidden_handler',
  'invalid_config',
  'duplicate_step',
  'reserved_name',
  'unknown_dependency',
  'cycle',
  'dangling_reference',
  'contract_mismatch',
  'unknown_convergence',
  'convergence_not_reached',
  'frame_violation',
  'unreachable_step',
  'bounds_exceeded',
  'secret_not_allowed',
  'host_not_allowed',
  'expression_not_allowed',
] as const

export type FindingCode = (typeof FINDING_CODES)[number]

export interface Finding {
  readonly code: FindingCode
  /** Keys and indices joined by dots (`steps.0.config.url`); empty for the whole. */
  readonly path: string
  readonly message: string
  readonly [data: string]: Json
}
