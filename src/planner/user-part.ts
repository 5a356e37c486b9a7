/**
 * The part of a prompt that belongs to one planning step: the goal, where the step stands in the graph, what is left of
 * the bounds, and the data. The same brief gives the same bytes.
 */
import type { JsonObject } from '../core/json.js'
import { textFaultsOf } from './answer-form.js'
import { type ContextPart, inSmall } from './context.js'
import { section } from './data-section.js'
import { graphShown } from './graph-shown.js'
import type { PlanningBrief, RejectedProposal } from './planning-session.js'

export const userPart = (brief: PlanningBrief, parts: ReadonlyArray<ContextPart>): string => {
  const omitted = parts.filter((part) => part.form === 'omitted').length
  return [
    section('goal', brief.goal),
    section('bounds_left', boundsOf(brief)),
    section('graph', graphShown(brief.frame)),
    `What the task has so far. \`name\` is how a reference names it. The form "whole" is the value; "outline" keeps its
structure and some samples; "reference" has its shape and one sample. References always reach the whole value.`,
    ...parts.filter((part) => part.form !== 'omitted').map((part) => part.text),
    ...(omitted > 0 ? [`${omitted} further results are not shown.`] : []),
    ...(brief.failures === undefined
      ? []
      : [
          'An earlier plan of this phase failed. This is what failed of it; plan so that it does not fail again.',
          section('failed_before', inSmall(brief.failures)),
        ]),
    'Propose the fragment.',
  ].join('\n\n')
}

/** What a rejected answer is answered with: every finding, and why a text could not be read or the answer ended early. */
export const findingsPart = (proposal: RejectedProposal): string => {
  const stopped = STOPPED[proposal.stopReason ?? '']
  return [
    ...(stopped === undefined ? [] : [stopped]),
    'Your fragment was rejected. These are all the findings; the paths are those of the fragment.',
    section('findings', [...proposal.findings, ...textFaultsOf(proposal.answer)]),
    'Propose the whole fragment again.',
  ].join('\n\n')
}

const STOPPED: Readonly<Record<string, string>> = {
  max_tokens: 'Your answer was cut off at its limit of tokens. Propose a smaller fragment, or write it shorter.',
  model_context_window_exceeded:
    'Your answer was cut off at the end of the context window. Propose a smaller fragment.',
  content_filter: 'Your answer was cut off by a filter of its content. Propose a fragment that needs no such content.',
  refusal: 'Your answer was a refusal. Propose a fragment for the goal that you can stand behind, or an empty one.',
}

const boundsOf = (brief: PlanningBrief): JsonObject =>
  Object.fromEntries(
    Object.entries({ allowed_hosts: [], allowed_secrets: [], ...brief.boundsLeft })
      .filter(([, bound]) => bound !== undefined)
      .sort(([left], [right]) => (left < right ? -1 : 1)),
  )
