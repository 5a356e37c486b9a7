/**
 * `catalog:plan`: the definition of a planning step. What it does is the planner's loop, which the worker runs in its
 * place; where no planner is configured, the step fails here and says so.
 */
import * as t from 'io-ts'
import { closed } from '../src/core/closed.js'
import { described, integer, listOf, oneOf, ruled, text } from '../src/core/described.js'
import { MAX_NAME_CHARS, MAX_REVISIONS, MAX_TEXT_CHARS } from '../src/core/limits.js'
import { StepFailure } from '../src/ports/handler.js'
import { defineHandler } from './define-handler.js'
import { data, stepName } from './fields.js'
import { channelFields } from './notify/channel.js'
import { WAITING_RULE, waitingFor, waitingProblem } from './waiting-for-people.js'

/** A plan is never approved by nobody. */
const approvers = ruled(closed({}, waitingFor(['reject', 'escalate'])), WAITING_RULE, waitingProblem)

const config = closed(
  { goal: text({ maxChars: MAX_TEXT_CHARS, description: 'What the planned steps are to reach, in words.' }) },
  {
    model: text({ maxChars: MAX_NAME_CHARS, description: 'Absent, the configured one.' }),
    max_revisions: integer({
      min: 0,
      max: MAX_REVISIONS,
      description: 'Proposals after the first one: 2 where absent.',
    }),
    context_from: listOf(stepName, {
      maxItems: 500,
      description: 'Steps before this one whose results the planner is shown; absent, all of them.',
    }),
    approve_plan: described(
      t.union([t.boolean, approvers], 'true, false, or who approves'),
      'An accepted plan waits until somebody approves it.',
    ),
    max_replans: integer({
      min: 0,
      max: MAX_REVISIONS,
      description: 'How often the phase is planned anew when its steps fail: 0 where absent.',
    }),
    on_exhausted: oneOf(
      ['fail', 'converge', 'gate'],
      'When no proposal is accepted, or a bound is reached. fail (where absent): the step fails, or what is open of its phase; converge: it goes on with what there is; gate: people decide, and may raise the bounds.',
    ),
  },
)

export const plan = () =>
  defineHandler({
    name: 'catalog:plan',
    summary:
      'Plans the next phase when this step is reached, from what the steps before it have found: a planner is given the goal, their results and the bounds that are left, and its steps come in between this step and the convergence.',
    config,
    output: data('What was planned.'),
    errors: [
      { code: 'planner_not_configured', retryable: false, when: 'this process has no planner' },
      { code: 'plan_rejected', retryable: false, when: 'no proposal was accepted and on_exhausted is fail' },
      { code: 'bounds_exceeded', retryable: false, when: 'the bounds allow no further call' },
    ],
    hints: { network: true, latency: 'slow', cost: 'high', idempotent: false },
    fields: { ...channelFields('approve_plan.remind'), results: ['context_from.*'] },
    stepTypes: ['planning'],
    run: () => {
      throw new StepFailure(
        'planner_not_configured',
        'this process has no planner; start it with --planner anthropic, openai[:BASE_URL], recorded:FILE or rules:MODULE',
        { retryable: false },
      )
    },
  })
