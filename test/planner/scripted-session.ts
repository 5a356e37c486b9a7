/**
 * A planning session in memory: it notes all that the loop does, in order, and judges by a script. What the real one
 * guarantees is asserted here too: an answer or a failure only after its request, a verdict only after a proposal.
 */
import type { Finding } from '../../src/core/finding.js'
import type { PlanCall, PlanningBrief, PlanningSession, Proposal, Verdict } from '../../src/planner/planning-session.js'

export interface ScriptedSession extends PlanningSession {
  /** `request 1`, `propose`, `judge rejected`, `fail rate_limited`, … in order. */
  readonly story: string[]
  readonly calls: PlanCall[]
  readonly proposals: Proposal[]
  readonly failures: Parameters<PlanningSession['failCall']>[0][]
  readonly abort: () => void
}

export const finding = (path: string): Finding => ({
  code: 'invalid_config',
  path,
  message: `${path} is wrong; mend it`,
})

export const accepted: Verdict = { verdict: 'accepted' }
export const rejected = (...paths: ReadonlyArray<string>): Verdict => ({
  verdict: 'rejected',
  findings: paths.map(finding),
})

export const scriptedSession = (
  brief: PlanningBrief,
  verdicts: ReadonlyArray<Verdict>,
  refuse?: (call: PlanCall) => void,
): ScriptedSession => {
  const waiting = [...verdicts]
  const controller = new AbortController()
  const story: string[] = []
  const calls: PlanCall[] = []
  const proposals: Proposal[] = []
  const failures: ScriptedSession['failures'] = []
  let asked = false
  let proposed = brief.unjudged
  const settle = (what: string): void => {
    if (!asked) throw new Error(`${what} without a request`)
    asked = false
  }
  return {
    brief,
    signal: controller.signal,
    abort: () => controller.abort(new Error('the lease is lost')),
    story,
    calls,
    proposals,
    failures,
    request: async (call) => {
      refuse?.(call)
      calls.push(call)
      story.push(`request ${call.revision}`)
      asked = true
    },
    propose: async (proposal) => {
      settle('a proposal')
      proposals.push(proposal)
      story.push('propose')
      proposed = true
    },
    failCall: async (failure) => {
      settle('a failure')
      failures.push(failure)
      story.push(`fail ${failure.code}`)
    },
    judge: async () => {
      const verdict = waiting.shift()
      if (!proposed) throw new Error('a verdict without a proposal')
      if (verdict === undefined) throw new Error('the script has no further verdict')
      proposed = false
      story.push(`judge ${verdict.verdict}`)
      return verdict
    },
  }
}
