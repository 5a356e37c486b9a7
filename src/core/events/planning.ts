/**
 * Events of planning. The order in the log is the order of trust: asked, answered, judged. Bounds are reserved by
 * `plan-requested` and settled by `fragment-proposed` or `plan-failed`; nothing else counts them.
 */
import * as t from 'io-ts'
import type { Finding } from '../finding.js'
import { content, jsonObject, nullable, usage } from './codecs.js'
import { bounds } from './task.js'

const finding = jsonObject as unknown as t.Type<Finding, Finding, unknown>

const ofCall = {
  step: t.string,
  attempt: t.number,
  /** The call's number within its step, from 1. */
  call: t.number,
}

const tokens = t.type({
  inputTokens: t.number,
  outputTokens: t.number,
  cacheReadTokens: t.number,
  cacheWriteTokens: t.number,
})

export const planningEvents = {
  'plan-requested': t.intersection([
    t.type({
      ...ofCall,
      /** How many proposals of this step were rejected before. */
      revision: t.number,
      provider: t.string,
      model: t.string,
      /** System, prompt and revisions as they are sent. */
      prompt: content,
      contextDigest: t.string,
      /** Digest of the capability schema that the planner was shown. */
      vocabulary: t.string,
      boundsLeft: bounds,
      reserves: usage,
    }),
    /** Of the first call: when the phase must have ended, where its bounds say so. */
    t.partial({ endsAtMs: t.number }),
  ]),
  'fragment-proposed': t.intersection([
    t.type({
      ...ofCall,
      reasoning: t.string,
      raw: content,
      /** The parsed fragment; null where the answer was no JSON object. */
      fragment: nullable(content),
      digest: t.string,
      stopReason: t.string,
      model: t.string,
      tokens,
      /** What the call used in truth; the reservation ends here. */
      spent: usage,
    }),
    /** `stopDetails`: what the provider says of a refusal. */
    t.partial({ thinking: content, stopDetails: jsonObject }),
  ]),
  'fragment-validated': t.intersection([
    t.type({
      step: t.string,
      /** Id of the `fragment-proposed` that was judged, and the digest of its fragment. */
      proposal: t.string,
      digest: t.string,
      verdict: t.keyof({ accepted: null, rejected: null }),
      findings: t.array(finding),
      vocabulary: t.string,
    }),
    /**
     * Of an accepted fragment: what it takes from the bounds, how it narrows them for itself, and when its steps must have
     * ended, where it says so.
     */
    t.partial({ takes: usage, bounds, endsAtMs: t.number }),
  ]),
  'plan-failed': t.type({ ...ofCall, code: t.string, message: t.string, retryable: t.boolean, spent: usage }),
  /** `step`: the planning step for which more was asked; the bounds of its phase and of those around it are raised, too. */
  'bounds-raised': t.intersection([t.type({ bounds, reason: nullable(t.string) }), t.partial({ step: t.string })]),
  /**
   * The time of a phase, of its fragment, or of the whole task is up; what was open of it ends with it (`fail`), is left out (`converge`), or
   * stands still until people have decided (`gate`). `none`: nothing was open any more.
   */
  'phase-deadline-passed': t.intersection([
    t.type({
      step: t.string,
      level: t.keyof({ phase: null, fragment: null, task: null }),
      seconds: t.number,
      action: t.keyof({ fail: null, converge: null, gate: null, none: null }),
    }),
    /** The gate for which the phase stands still, and since when. */
    t.partial({ gate: t.string, atMs: t.number }),
  ]),
  /** A phase that stood still goes on, and has to end by then; where the time of the task had been up, the task has to. */
  'phase-released': t.intersection([
    t.type({ step: t.string, stoodStillMs: t.number }),
    t.partial({ endsAtMs: t.number, taskEndsAtMs: t.number }),
  ]),
}
