/** A phase as the core sees it: a planning step before a convergence, what it plans, and what of it is due. */
import type { Command } from '../../../src/core/decide/command.js'
import { dueChanges } from '../../../src/core/due.js'
import { evolve } from '../../../src/core/evolve/evolve.js'
import type { Json, JsonObject } from '../../../src/core/json.js'
import { emptyState, findNode } from '../../../src/core/state.js'
import type { StepDefinition } from '../../../src/core/step.js'
import type { Template } from '../../../src/core/template.js'
import { NOW, type Story } from '../../support/given.js'
import { SMALL_CATALOG as vocabulary } from '../validation/small-catalog.js'

export const MINUTE = 60_000
const USAGE = { steps: 0, phases: 0, plannerCalls: 1, tokens: 10, costUsd: 0 }

export const template = (config: JsonObject, bounds: StepDefinition['bounds'] = {}): Template => ({
  name: 'planned',
  namespace: 'default',
  version: '1.0.0',
  description: '',
  steps: [
    { name: 'plan', type: 'planning', handler: 'catalog:plan', dependencies: [], config, bounds },
    { name: 'finish', type: 'deferred_convergence', handler: 'Orders::Ship', dependencies: ['plan'] },
  ],
  bounds: {
    max_steps: 20,
    max_depth: 9,
    max_fan_out: 9,
    max_phases: 4,
    max_planner_calls: 6,
    allowed_handlers: ['Orders::Ship', 'plan', 'wait'],
  },
  lifecycle: {},
  digest: 'sha256:0',
})

export const fragmentOf = (bounds: JsonObject = {}): JsonObject => ({
  fragment_version: '1.0',
  planning_context: { goal: 'g', reasoning: 'r' },
  steps: [
    { name: 'a', handler: 'Orders::Ship' },
    { name: 'b', handler: 'Orders::Ship' },
    { name: 'c', handler: 'Orders::Ship', dependencies: ['b'] },
  ],
  convergence: 'finish',
  ...(Object.keys(bounds).length === 0 ? {} : { resource_bounds: bounds }),
})

export const attemptOf = (story: Story, step = 'plan') => {
  const node = findNode(story.state, step)
  if (node === undefined) throw new Error(`there is no step ${step}`)
  return { step: node.id, attempt: node.attempt }
}

export const request = (story: Story, step = 'plan'): Command => ({
  type: 'request-plan',
  ...attemptOf(story, step),
  provider: 'p',
  model: 'm',
  revision: 0,
  prompt: { value: '' },
  contextDigest: '',
  vocabulary: '',
  reserves: USAGE,
})

/** A worker has claimed the planning step, and its planner is asked. */
export const asked = (story: Story, step = 'plan'): Story => {
  story.when({ start: step })
  return story.when(request(story, step))
}

export const planned = (story: Story, fragment: JsonObject = fragmentOf(), step = 'plan'): Story =>
  proposed(asked(story, step), fragment, step)

export const proposed = (story: Story, fragment: JsonObject, step = 'plan'): Story => {
  const raw = JSON.stringify(fragment)
  const tokens = { inputTokens: 0, outputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0 }
  const propose: Command = {
    type: 'propose-fragment',
    ...attemptOf(story, step),
    reasoning: '',
    raw: { value: raw },
    fragment: { value: fragment },
    digest: 'sha256:plan',
    stopReason: 'end',
    model: 'm',
    tokens,
    spent: USAGE,
  }
  return story.when(propose, { type: 'judge-fragment', ...attemptOf(story, step), raw, fragment, vocabulary })
}

export const timeUp = (story: Story, level: 'phase' | 'fragment' = 'phase', step = 'plan'): Command => ({
  type: 'pass-phase-deadline',
  step: attemptOf(story, step).step,
  level,
})

/** What is due after all that has happened, by the keys of the rows. */
export const due = (story: Story): Readonly<Record<string, number>> => {
  const state = emptyState()
  const rows = new Map<string, number>()
  for (const event of story.events) {
    for (const { key, row } of dueChanges(state, event, NOW)) {
      if (row === undefined) rows.delete(key)
      else rows.set(key, (row.dueAtMs - NOW) / 1000)
    }
    evolve(state, event)
  }
  return Object.fromEntries([...rows].filter(([key]) => !key.startsWith('queue/')))
}

export const queued = (story: Story): ReadonlyArray<string> => {
  const state = emptyState()
  const rows = new Set<string>()
  for (const event of story.events) {
    for (const { key, row } of dueChanges(state, event, NOW)) {
      if (row?.kind === 'queue') rows.add(key)
      else rows.delete(key)
    }
    evolve(state, event)
  }
  return [...rows].map((key) => story.state.nodes[Number(key.slice('queue/'.length))]?.definition.name ?? key)
}

export const kindOf = (story: Story, step: string): string | undefined => findNode(story.state, step)?.state.kind

export const lastData = (story: Story, type: string): Json =>
  JSON.parse(JSON.stringify(story.events.findLast((event) => event.type === type)?.data ?? null))
