/** Small briefs for the planner's tests: a frame with one planning step between a preparation and a convergence. */
import * as t from 'io-ts'
import type { Capability, Vocabulary } from '../../src/core/capability.js'
import type { Frame } from '../../src/core/frame.js'
import type { PlanningBrief } from '../../src/planner/planning-session.js'

const capability = (callable: string, summary: string): Capability => ({
  callable,
  version: '1.0.0',
  summary,
  stepTypes: ['standard'],
  config: t.UnknownRecord,
  configSchema: { type: 'object', properties: { url: { type: 'string' } }, additionalProperties: false },
  inputs: {},
  output: {},
  errors: [{ code: 'http_status', retryable: true, when: 'the status is not expected' }],
  hints: { network: true, latency: 'slow', idempotent: true, cost: 'none' },
  fields: { urls: ['url'], secrets: [], connections: [], expressions: [], schemas: [], nested: [], stepNames: [] },
})

export const vocabulary: Vocabulary = {
  digest: 'sha256:vocabulary',
  capabilities: new Map(
    [capability('catalog:transform', 'Transforms'), capability('catalog:http_request', 'Asks over HTTP')].map(
      (one): [string, Capability] => [one.callable, one],
    ),
  ),
  checkExpression: () => undefined,
  checkSchema: () => undefined,
}

export const frame: Frame = {
  planningStep: 'plan',
  steps: [
    { name: 'load', type: 'standard', handler: 'catalog:http_request', dependencies: [], started: true },
    { name: 'plan', type: 'planning', handler: 'catalog:plan', dependencies: ['load'], started: true },
    { name: 'aside', type: 'standard', handler: 'catalog:transform', dependencies: [], started: false },
    { name: 'gather', type: 'deferred_convergence', handler: 'report', dependencies: ['plan'], started: false },
    { name: 'last', type: 'deferred_convergence', handler: 'report', dependencies: ['gather'], started: false },
  ],
}

export const brief = (changes: Partial<PlanningBrief> = {}): PlanningBrief => ({
  step: 'plan',
  goal: 'Report by region',
  maxRevisions: 2,
  frame,
  vocabulary,
  boundsLeft: { max_steps: 20, max_planner_calls: 5 },
  context: { input: { year: 2005 }, results: { load: { rows: 3 } } },
  rejected: [],
  unjudged: false,
  callsSoFar: 0,
  ...changes,
})

export const fragment = (reasoning = 'One step is enough.') => ({
  fragment_version: '1.0',
  planning_context: { goal: 'Report by region', reasoning },
  steps: [{ name: 'fetch', handler: 'http_request', config: { url: 'https://example.org' }, dependencies: [] }],
  convergence: 'gather',
})
