/** When a step's events are published, in Tasker Core's words: `failure` is any failed attempt, the last one included. */
import type { PublicationCondition } from '../step.js'

/** How an attempt ended: well, with another one to follow, or for good. */
export type EndOfStep = 'success' | 'retry' | 'failure'

const CONDITIONS: Readonly<Record<EndOfStep, ReadonlyArray<PublicationCondition>>> = {
  success: ['success', 'always'],
  retry: ['failure', 'retryable_failure', 'always'],
  failure: ['failure', 'permanent_failure', 'always'],
}

export const publishesOn = (condition: PublicationCondition, end: EndOfStep): boolean =>
  CONDITIONS[end].includes(condition)
