/**
 * What a handler promised of its result, held against the result. Plans were accepted because of that promise, so a result
 * that breaks it fails the step for good, before anything that follows can read it.
 */
import * as E from 'fp-ts/lib/Either.js'
import type { Capability } from '../core/capability.js'
import { decode } from '../core/closed.js'
import type { Json } from '../core/json.js'
import { MAX_SCHEMA_FAULTS } from '../core/limits.js'
import { StepFailure } from '../ports/handler.js'

/** Throws a permanent `output_contract_violated` with every path at fault. */
export const heldToContract = ({ callable, outputCodec }: Capability, step: string, result: Json): void => {
  if (outputCodec === undefined) return
  const decoded = decode(outputCodec, result)
  if (E.isRight(decoded)) return
  const faults = decoded.left.slice(0, MAX_SCHEMA_FAULTS)
  const said = faults.map(({ path, message }) => (path === '' ? message : `${path} ${message}`)).join('; ')
  throw new StepFailure('output_contract_violated', `the result of ${step} is not what ${callable} promises: ${said}`, {
    retryable: false,
    details: faults.map((fault) => ({ ...fault })),
  })
}
