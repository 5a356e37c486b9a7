/** The audit of a task in words, one piece for each thing that happened, in the order of the log. */
import type { Bounds, Usage } from '../core/bounds.js'
import type { Actor } from '../core/event.js'
import type { AuditStory, Intervention, StoryItem, Totals } from './audit-story.js'
import { dataLines } from './data-lines.js'
import type { GateStory } from './gate-story.js'
import { paragraph } from './paragraphs.js'
import type { PlanningCall } from './planning-story.js'
import { namesOf, outcomeText, verdictOf } from './planning-text.js'

export interface TextOptions {
  /** The time of an event by its version. */
  timeOf(version: number): string
  /** Prompts and answers as they were, too. */
  readonly full: boolean
}

export const auditText = (story: AuditStory, options: TextOptions): ReadonlyArray<string> => [
  ...beginning(story, options),
  ...story.items.flatMap((item) => ['', ...itemText(item, options)]),
  '',
  ...(story.items.some(({ kind }) => kind === 'call') ? totalsText(story.totals) : ['Nothing was planned.']),
]

const beginning = ({ template, createdBy, forkedFrom }: AuditStory, { timeOf }: TextOptions): ReadonlyArray<string> => [
  ...(template === null
    ? []
    : paragraph(
        '',
        `${template.namespace}/${template.name} ${template.version}, created ${timeOf(1)} by ${who(createdBy)}`,
      )),
  ...(forkedFrom === null ? [] : [`forked from ${forkedFrom.task} at version ${forkedFrom.version}`]),
]

const itemText = (item: StoryItem, options: TextOptions): ReadonlyArray<string> => {
  switch (item.kind) {
    case 'call':
      return callText(item.call, options)
    case 'gate':
      return gateText(item.gate, options)
    case 'intervention':
      return interventionText(item, options)
  }
}

/** One call, or one edit, with all that came of it. */
export const callText = (call: PlanningCall, { timeOf, full }: TextOptions): ReadonlyArray<string> => {
  const edited = call.by.kind === 'person'
  const title = edited ? `plan edited by ${who(call.by)}` : `call ${call.call}`
  return [
    `${placed(call.asked, timeOf)}  ${call.step}, ${title}: ${verdictOf(call)}`,
    ...(edited ? [] : askedText(call)),
    ...(full && call.prompt !== null ? ['    prompt:', ...dataLines(call.prompt, '      ').flatMap(verbatim)] : []),
    ...(call.reasoning === '' ? [] : paragraph('    reasoning: ', call.reasoning)),
    ...(call.proposedSteps.length === 0 ? [] : paragraph('    proposed:  ', namesOf(call.proposedSteps))),
    ...stoppedText(call),
    ...(full && call.thinking !== null ? ['    thinking:', ...verbatim(`      ${call.thinking}`)] : []),
    ...(full && call.answer !== null ? ['    answer:', ...verbatim(`      ${call.answer}`)] : []),
    ...(call.judged === null ? [] : paragraph('    judged:    ', judgedText(call, timeOf))),
    ...outcomeText(call.outcome),
    ...(call.approvedBy.length === 0 ? [] : paragraph('    approved:  ', `by ${call.approvedBy.join(', ')}`)),
    ...(call.dropped === null ? [] : paragraph('    dropped:   ', call.dropped)),
    ...(edited || call.answered === null ? [] : [`    cost:      ${costText(call)}`]),
  ]
}

/** How an answer ended, where it did not end by itself, and what the provider said of that. */
const stoppedText = ({ stopReason, stopDetails }: PlanningCall): ReadonlyArray<string> => {
  if (stopReason === null || stopReason === 'end_turn' || stopReason === 'edited') return []
  const said = stopDetails === null ? [] : Object.values(stopDetails).filter((part) => typeof part === 'string')
  return paragraph('    stopped:   ', [stopReason, ...said.filter((part) => part !== stopReason)].join(': '))
}

const askedText = (call: PlanningCall): ReadonlyArray<string> => [
  ...paragraph('    asked:     ', `${call.provider} (${call.model})${call.goal === null ? '' : `: ${call.goal}`}`),
  ...(call.revision === 0 ? [] : [`    again:     after ${call.revision} rejected`]),
  ...(call.context.length === 0
    ? []
    : paragraph(
        '    shown:     ',
        call.context.map(({ name, form, bytes }) => `${name} ${form} (${bytes} bytes)`).join(', '),
      )),
  ...paragraph('    bounds:    ', `left: ${boundsText(call.boundsLeft)}`),
  ...(call.reserves === null ? [] : paragraph('    reserved:  ', usageText(call.reserves))),
]

const judgedText = (call: PlanningCall, timeOf: TextOptions['timeOf']): string =>
  `${timeOf(call.judged ?? 1)} by the catalog ${call.vocabulary.slice(0, DIGEST_CHARS)}`

const DIGEST_CHARS = 'sha256:'.length + 12

const costText = ({ inputTokens, outputTokens, costUsd }: PlanningCall): string =>
  `${inputTokens} tokens in, ${outputTokens} out, ${dollars(costUsd)}`

const gateText = (gate: GateStory, { timeOf }: TextOptions): ReadonlyArray<string> => [
  ...paragraph(`${placed(gate.opened, timeOf)}  ${gate.step} asked people: `, gate.question),
  ...(gate.about === 'plan' ? [] : dataLines(gate.context, '    ').flatMap(verbatim)),
  ...gate.votes.flatMap(({ actor, authenticated, vote, comment }) =>
    paragraph(
      `    ${vote === 'approve' ? 'approved' : 'rejected'} by `,
      `${actor}${authenticated ? '' : ' (not authenticated)'}${comment === null ? '' : `: ${comment}`}`,
    ),
  ),
  `    ${gate.ended === 'open' ? 'it is still open' : `so it was ${gate.ended}`}`,
]

const interventionText = (
  { version, type, by, step, reason, change }: Intervention,
  { timeOf }: TextOptions,
): ReadonlyArray<string> => [
  ...paragraph(
    `${placed(version, timeOf)}  `,
    `${type}${step === null ? '' : ` ${step}`} by ${who(by)}${reason === null ? '' : `: ${reason}`}`,
  ),
  ...(change === null ? [] : dataLines(change, '    ').flatMap(verbatim)),
]

const totalsText = (totals: Totals): ReadonlyArray<string> =>
  paragraph(
    '',
    `${totals.calls} calls: ${totals.accepted} plans accepted, ${totals.rejected} rejected, ${totals.failed} failed; ` +
      `${totals.stepsCreated} steps created; ${totals.inputTokens} tokens in, ${totals.outputTokens} out, ${dollars(totals.costUsd)}`,
  )

export const placed = (version: number, timeOf: TextOptions['timeOf']): string =>
  `${String(version).padStart(5)}  ${timeOf(version)}`

export const who = (actor: Actor | null): string => {
  if (actor === null || actor.kind === 'engine') return 'the engine'
  if (actor.kind !== 'person') return `the ${actor.kind} ${actor.id}`
  if (!actor.authenticated) return `${actor.id} (not authenticated)`
  return actor.via === undefined ? actor.id : `${actor.id} (by ${actor.via})`
}

/** Line for line, without what would move a cursor. */
const verbatim = (text: string): ReadonlyArray<string> => {
  const indent = /^ */.exec(text)?.[0] ?? ''
  return text
    .trimStart()
    .split('\n')
    .map((line) => indent + line.replace(/\p{Cc}/gu, ''))
}

export const boundsText = (bounds: Bounds): string =>
  Object.entries(bounds)
    .map(([name, value]) => `${name} ${Array.isArray(value) ? `[${value.join(', ')}]` : value}`)
    .join(', ') || 'none'

const usageText = ({ plannerCalls, tokens, costUsd }: Usage): string =>
  `${plannerCalls} call, ${tokens} tokens, ${dollars(costUsd)}`

const dollars = (usd: number): string => `$${usd.toFixed(4)}`
