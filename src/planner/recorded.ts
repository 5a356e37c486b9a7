/**
 * The planner that answers from a file: the same proposals through the very same path, without a model. The answers of
 * a step are used in order, and which one is next is read off the log, so that a restart neither repeats nor skips one.
 * It never falls back to anything: a step without a further answer fails.
 */
import * as E from 'fp-ts/lib/Either.js'
import * as t from 'io-ts'
import { closed, decode } from '../core/closed.js'
import { integer, quantity } from '../core/described.js'
import { jsonObject } from '../core/events/codecs.js'
import { MAX_BOUND, MAX_SOURCE_BYTES } from '../core/limits.js'
import type { Planner, PlanRequest, PlanUsage } from '../ports/planner.js'

const count = integer({ min: 0, max: MAX_BOUND })

const usage = closed(
  { input_tokens: count, output_tokens: count },
  { cache_read_tokens: count, cache_write_tokens: count },
)

const recordedAnswer = closed(
  { step: t.string, answer: t.union([t.string, jsonObject], 'a fragment or the raw text of an answer') },
  { usage, cost_usd: quantity({ min: 0, max: MAX_BOUND }), stop_reason: t.string, thinking: t.string },
)

const recordedFile = closed({
  recorded_version: t.literal('1.0', 'the text 1.0'),
  answers: t.array(recordedAnswer),
})

export type RecordedFile = t.TypeOf<typeof recordedFile>
type RecordedAnswer = t.TypeOf<typeof recordedAnswer>

export interface RecordedInvalid {
  readonly code: 'recorded_invalid'
  /** Keys and indices joined by dots; empty for the whole. */
  readonly path: string
  readonly message: string
}

/** Decodes the text of a file of recorded answers. Left names the first fault with its path. */
export const parseRecorded = (text: string): E.Either<RecordedInvalid, RecordedFile> => {
  if (Buffer.byteLength(text) > MAX_SOURCE_BYTES) return E.left(invalid('', `has more than ${MAX_SOURCE_BYTES} bytes`))
  const parsed = E.tryCatch(
    (): unknown => JSON.parse(text),
    (error) => invalid('', `is no JSON: ${error instanceof Error ? error.message : String(error)}`),
  )
  if (E.isLeft(parsed)) return parsed
  const decoded = decode(recordedFile, parsed.right)
  if (E.isRight(decoded)) return decoded
  const [problem] = decoded.left
  return E.left(invalid(problem?.path ?? '', problem?.message ?? 'is no file of recorded answers'))
}

const invalid = (path: string, message: string): RecordedInvalid => ({ code: 'recorded_invalid', path, message })

export const recordedPlanner = (file: RecordedFile): Planner => {
  const nextOf = (request: PlanRequest): RecordedAnswer | undefined =>
    file.answers.filter((answer) => answer.step === request.step)[request.answered]
  return {
    provider: 'recorded',
    model: 'recorded',
    foresee: (request) => ({ usage: usageOf(nextOf(request)), costUsd: nextOf(request)?.cost_usd ?? 0 }),
    plan: async (request) => {
      const next = nextOf(request)
      if (next === undefined) {
        return {
          kind: 'failed',
          code: 'no_recorded_answer',
          message: `the recorded answers have none for answer ${request.answered + 1} of step ${request.step}`,
          retryable: false,
          usage: usageOf(undefined),
        }
      }
      return {
        kind: 'answered',
        raw: typeof next.answer === 'string' ? next.answer : JSON.stringify(next.answer),
        ...(next.thinking === undefined ? {} : { thinking: next.thinking }),
        stopReason: next.stop_reason ?? 'end_turn',
        model: 'recorded',
        usage: usageOf(next),
        costUsd: next.cost_usd ?? 0,
      }
    },
  }
}

const usageOf = (answer: RecordedAnswer | undefined): PlanUsage => ({
  inputTokens: answer?.usage?.input_tokens ?? 0,
  outputTokens: answer?.usage?.output_tokens ?? 0,
  cacheReadTokens: answer?.usage?.cache_read_tokens ?? 0,
  cacheWriteTokens: answer?.usage?.cache_write_tokens ?? 0,
})
