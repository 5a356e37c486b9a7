/** Events of a gate: people are asked, and the log keeps what they were shown and what they said. */
import * as t from 'io-ts'
import { content, nullable, stepError } from './codecs.js'

const ofStep = { step: t.string }

export const gateEvents = {
  'gate-opened': t.intersection([
    t.type({
      ...ofStep,
      attempt: t.number,
      question: t.string,
      groups: t.array(t.string),
      required: t.number,
      context: content,
      /** Digest of exactly what is shown; an approval is bound to it. */
      digest: t.string,
    }),
    t.partial({
      timeoutAtMs: t.number,
      /** What is decided beside the step itself: an accepted plan, or what follows when a planner may not go on. */
      about: t.keyof({ plan: null, exhausted: null }),
      onTimeout: t.keyof({ approve: null, reject: null, escalate: null }),
      escalateTo: t.array(t.string),
      escalateTimeoutMs: t.number,
      remindEveryMs: t.number,
      /** When the people are reminded first. */
      remindAtMs: t.number,
    }),
  ]),
  'gate-voted': t.type({
    ...ofStep,
    actor: t.string,
    vote: t.keyof({ approve: null, reject: null }),
    comment: nullable(t.string),
    digest: t.string,
  }),
  'gate-approved': t.type({ ...ofStep, by: t.array(t.string) }),
  'gate-rejected': t.type({ ...ofStep, by: t.array(t.string), error: stepError }),
  'gate-expired': t.type({ ...ofStep, action: t.keyof({ approve: null, reject: null, escalate: null }) }),
  'gate-escalated': t.type({ ...ofStep, groups: t.array(t.string), timeoutAtMs: nullable(t.number) }),
  'gate-reminded': t.intersection([
    t.type({ ...ofStep, groups: t.array(t.string) }),
    /** Which reminder of this gate it is, from 1, and when the next one follows. */
    t.partial({ number: t.number, nextAtMs: t.number }),
  ]),
}
