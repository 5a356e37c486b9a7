/** The story of planning in words: what each call proposed and why, what was found against it, and what came of it. */
import { paragraph } from './paragraphs.js'
import type { CallOutcome, PlanningCall } from './planning-story.js'

const MAX_NAMES = 12

export const planningText = (calls: ReadonlyArray<PlanningCall>): ReadonlyArray<string> =>
  calls.flatMap((call, index) => [...(index === 0 ? [] : ['']), ...callText(call)])

const callText = (call: PlanningCall): ReadonlyArray<string> => [
  `${call.step}, call ${call.call}: ${verdictOf(call)}`,
  `    by ${call.provider} (${call.model}); ${call.inputTokens} tokens in, ${call.outputTokens} out, $${call.costUsd.toFixed(4)}`,
  ...(call.reasoning === '' ? [] : paragraph('    reasoning: ', call.reasoning)),
  ...(call.proposedSteps.length === 0 ? [] : paragraph('    proposed:  ', namesOf(call.proposedSteps))),
  ...outcomeText(call.outcome),
]

/** A plan that waits for people, that they rejected, or that has no steps, was accepted, and nothing has come of it. */
export const verdictOf = ({ outcome, dropped }: PlanningCall): string =>
  dropped !== null
    ? `accepted by validation; nothing of it was created: ${dropped}`
    : outcome.kind === 'accepted' && outcome.materialised.length === 0
      ? 'accepted by validation'
      : VERDICTS[outcome.kind]

const VERDICTS: Record<CallOutcome['kind'], string> = {
  asked: 'no answer was recorded',
  failed: 'the call failed',
  proposed: 'proposed, and not judged yet',
  rejected: 'REJECTED by validation; nothing of it was created',
  accepted: 'accepted and materialised',
}

export const outcomeText = (outcome: CallOutcome): ReadonlyArray<string> => {
  switch (outcome.kind) {
    case 'rejected':
      return outcome.findings.flatMap((finding) =>
        paragraph(
          '    finding:   ',
          `${finding.code} at ${finding.path === '' ? 'the whole' : finding.path}: ${finding.message}`,
        ),
      )
    case 'failed':
      return paragraph('    failure:   ', `${outcome.code}: ${outcome.message}`)
    case 'accepted':
      return outcome.materialised.length === 0 ? [] : paragraph('    created:   ', namesOf(outcome.materialised))
    case 'asked':
    case 'proposed':
      return []
  }
}

export const namesOf = (names: ReadonlyArray<string>): string => {
  const more = names.length > MAX_NAMES ? `, and ${names.length - MAX_NAMES} more` : ''
  return names.slice(0, MAX_NAMES).join(', ') + more
}
