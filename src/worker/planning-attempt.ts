/** The planner's view of the log: one attempt of a planning step, as a session that asks the engine. */
import * as E from 'fp-ts/lib/Either.js'
import type { Vocabulary } from '../core/capability.js'
import type { Content } from '../core/content.js'
import { boundsLeftFor } from '../core/decide/bounds-left.js'
import type { Command } from '../core/decide/command.js'
import { withTimeLeft } from '../core/decide/time-left.js'
import type { Actor } from '../core/event.js'
import { resolveName, scopeOf } from '../core/frame.js'
import { frameOf } from '../core/graph/frame-of.js'
import type { Node, PlanningState } from '../core/graph/node.js'
import { isJsonObject, type Json, type JsonObject } from '../core/json.js'
import { findNode, nodeAt, type TaskState } from '../core/state.js'
import { digestOf, pack, unpackAll } from '../engine/contents.js'
import type { Claimed, Engine } from '../engine/engine.js'
import type { PlanningBrief, PlanningSession, Proposal, Verdict } from '../planner/planning-session.js'
import type { Clock } from '../ports/clock.js'
import { StepFailure } from '../ports/handler.js'
import type { Log, Payload } from '../ports/log.js'
import { resultByName } from './inputs.js'

export interface PlanningNeeds {
  readonly engine: Pick<Engine, 'ask' | 'look'>
  readonly log: Pick<Log, 'payloads'>
  readonly clock: Pick<Clock, 'now'>
  readonly vocabulary: Vocabulary
  readonly provider: string
}

/** What the configuration of a planning step says, decoded by its capability before. */
interface PlanConfig {
  readonly goal: string
  readonly model: string | undefined
  readonly maxRevisions: number
  readonly contextFrom: ReadonlyArray<string> | undefined
}

const DEFAULT_MAX_REVISIONS = 2

export const openPlanningSession = async (
  needs: PlanningNeeds,
  claimed: Claimed,
  config: JsonObject,
  signal: AbortSignal,
): Promise<PlanningSession> => {
  const { stream, node, attempt, trace } = claimed
  const ofAttempt = { step: node.id, attempt }
  const actor: Actor = { kind: 'planner', id: needs.provider }
  const ask = async (command: Command, payloads: ReadonlyArray<Payload>): Promise<void> => {
    const reply = await needs.engine.ask(stream, { command, actor, payloads, trace })
    if (E.isRight(reply)) return
    const { code, message } = reply.left
    const details = 'details' in reply.left ? reply.left.details : undefined
    // Only a stale attempt has lost its right to speak; what the core refuses otherwise will be refused again.
    throw new StepFailure(code, message, { retryable: code === 'stale_attempt', details })
  }
  return {
    brief: await briefOf(needs, claimed, planConfig(config)),
    signal,
    request: (call) => {
      const prompt = pack(call.prompt)
      const { vocabulary } = needs
      return ask(
        { type: 'request-plan', ...ofAttempt, ...call, prompt: prompt.content, vocabulary: vocabulary.digest },
        present(prompt.payload),
      )
    },
    propose: (proposal) => {
      const { command, payloads } = proposed(ofAttempt, proposal)
      return ask(command, payloads)
    },
    failCall: (failure) => ask({ type: 'fail-plan', ...ofAttempt, ...failure }, []),
    judge: async () => {
      const proposal = await waitingProposal(needs, stream, node)
      await ask({ type: 'judge-fragment', ...ofAttempt, ...proposal, vocabulary: needs.vocabulary }, [])
      return verdictOn(needs, stream, node)
    },
  }
}

const planConfig = (config: JsonObject): PlanConfig => ({
  goal: typeof config.goal === 'string' ? config.goal : '',
  model: typeof config.model === 'string' ? config.model : undefined,
  maxRevisions: typeof config.max_revisions === 'number' ? config.max_revisions : DEFAULT_MAX_REVISIONS,
  contextFrom: Array.isArray(config.context_from) ? config.context_from.map(String) : undefined,
})

const briefOf = async (needs: PlanningNeeds, claimed: Claimed, config: PlanConfig): Promise<PlanningBrief> => {
  const { stream, node, state } = claimed
  const unpack = (contents: ReadonlyArray<Content>) => unpackAll(needs.log, stream, contents)
  const planning = node.planning
  const [input = null] = await unpack([state.input])
  const answers = await unpack((planning?.rejected ?? []).map(({ raw }) => raw))
  const unjudged = planning?.proposal === undefined ? undefined : await unpack([planning.proposal.raw])
  return {
    step: node.definition.name,
    goal: config.goal,
    ...(config.model === undefined ? {} : { model: config.model }),
    maxRevisions: config.maxRevisions + (planning?.forgiven ?? 0),
    frame: frameOf(state, node),
    vocabulary: needs.vocabulary,
    boundsLeft: withTimeLeft(boundsLeftFor(state, node), state, node, needs.clock.now()),
    context: { input, results: await contextOf(state, node, config.contextFrom, unpack) },
    ...(node.definition.item === undefined ? {} : { failures: node.definition.item }),
    rejected: (planning?.rejected ?? []).map(({ findings, stopReason }, index) => ({
      answer: String(answers[index] ?? ''),
      findings,
      stopReason,
    })),
    unjudged: unjudged !== undefined,
    ...(unjudged === undefined ? {} : { unjudgedAnswer: String(unjudged[0] ?? '') }),
    callsSoFar: planning?.calls ?? 0,
    answersSoFar: planning?.answers ?? 0,
  }
}

/** The results that the planner is shown: those that it selected, or of every step that precedes it. */
const contextOf = async (
  state: TaskState,
  node: Node,
  selected: ReadonlyArray<string> | undefined,
  unpack: (contents: ReadonlyArray<Content>) => Promise<ReadonlyArray<Json>>,
): Promise<Readonly<Record<string, Json>>> => {
  const scope = scopeOf(node.definition.name)
  const names = selected ?? precedingNames(state, node)
  const results: Record<string, Json> = {}
  for (const name of names) {
    const full = resolveName(scope, name, (candidate) => state.byName.has(candidate))
    const result = full === undefined ? undefined : await resultByName(state, scope, full, unpack)
    if (full !== undefined && result !== undefined) results[full] = result
  }
  return results
}

const precedingNames = (state: TaskState, node: Node): ReadonlyArray<string> => {
  const seen = new Set<number>()
  const stack = [...node.dependencies]
  for (let id = stack.pop(); id !== undefined; id = stack.pop()) {
    if (seen.has(id)) continue
    seen.add(id)
    stack.push(...nodeAt(state, id).dependencies)
  }
  return [...seen].sort((left, right) => left - right).map((id) => nodeAt(state, id).definition.name)
}

const proposed = (
  ofAttempt: { readonly step: number; readonly attempt: number },
  proposal: Proposal,
): { readonly command: Command; readonly payloads: ReadonlyArray<Payload> } => {
  const raw = pack(proposal.raw)
  const fragment = proposal.fragment === null ? undefined : pack(proposal.fragment)
  const thinking = proposal.thinking === undefined ? undefined : pack(proposal.thinking)
  const { reasoning, stopReason, stopDetails, model, tokens, spent } = proposal
  const digest = digestOf(proposal.fragment === null ? proposal.raw : JSON.stringify(proposal.fragment))
  const command: Command = {
    type: 'propose-fragment',
    ...ofAttempt,
    reasoning,
    raw: raw.content,
    fragment: fragment?.content ?? null,
    digest,
    stopReason,
    ...(stopDetails === undefined ? {} : { stopDetails }),
    model,
    tokens,
    spent,
    ...(thinking === undefined ? {} : { thinking: thinking.content }),
  }
  return { command, payloads: [...present(raw.payload), ...present(fragment?.payload), ...present(thinking?.payload)] }
}

const waitingProposal = async (
  needs: PlanningNeeds,
  stream: string,
  node: Node,
): Promise<{ readonly raw: string; readonly fragment: JsonObject | null }> => {
  const proposal = (await planningNow(needs, stream, node))?.proposal
  if (proposal === undefined) return { raw: '', fragment: null }
  const contents = proposal.fragment === null ? [proposal.raw] : [proposal.raw, proposal.fragment]
  const [raw, fragment = null] = await unpackAll(needs.log, stream, contents)
  return { raw: String(raw), fragment: isJsonObject(fragment) ? fragment : null }
}

/** Accepted where the step has been completed by it; else the findings that were recorded last. */
const verdictOn = async (needs: PlanningNeeds, stream: string, node: Node): Promise<Verdict> => {
  let verdict: Verdict = { verdict: 'accepted' }
  await needs.engine.look(stream, (state) => {
    const now = findNode(state, node.definition.name)
    const findings = now?.planning?.rejected.at(-1)?.findings ?? []
    if (now?.state.kind === 'in_progress') verdict = { verdict: 'rejected', findings }
  })
  return verdict
}

const planningNow = async (needs: PlanningNeeds, stream: string, node: Node): Promise<PlanningState | undefined> => {
  let planning: PlanningState | undefined
  await needs.engine.look(stream, (state) => {
    const now = findNode(state, node.definition.name)?.planning
    planning = now === undefined ? undefined : { ...now }
  })
  return planning
}

const present = (payload: Payload | undefined): ReadonlyArray<Payload> => (payload === undefined ? [] : [payload])
