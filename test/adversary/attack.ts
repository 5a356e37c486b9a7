/**
 * One hostile or foolish proposal, run through everything: a scripted planner proposes it to a real engine with the real
 * catalog, while two servers stand by that nobody may ever call. What it came to is read from the log.
 */
import { createHttpClient } from '../../catalog/http/http-client.js'
import type { TaskEvent } from '../../src/core/event.js'
import type { Finding } from '../../src/core/finding.js'
import type { Json, JsonObject } from '../../src/core/json.js'
import type { TaskResult, TaskUsage } from '../../src/engine/tasks.js'
import type { Connections } from '../../src/ports/connections.js'
import type { PlanRequest } from '../../src/ports/planner.js'
import { type LocalServer, startServer } from '../catalog/http/local-server.js'
import { broken, ok, plannedTasker, type Script } from '../support/planned-tasker.js'
import { found } from './found.js'

/** Where an attack happens: hosts and ports of this machine, which nobody knows before. */
export interface Scene {
  /** Never to be called: nothing allows it. */
  readonly canary: LocalServer
  /** Allowed and granted; it can be told what to answer. */
  readonly allowed: LocalServer
}

export interface Attack {
  readonly name: string
  /** A fragment, or the raw text of an answer; a list is one answer after the other. */
  readonly proposes: (scene: Scene) => JsonObject | string
  /** Codes of the findings of the verdict, each once, in order of the alphabet. */
  readonly finds?: ReadonlyArray<string>
  /** For what only a run can tell: the step that fails, and the code of its error. */
  readonly fails?: Readonly<Record<string, string>>
  readonly bounds?: JsonObject | ((scene: Scene) => JsonObject)
  /** Configuration of the planning step. */
  readonly plan?: JsonObject
  /** What the step before the planning step has found: data, whatever it says. */
  readonly upstream?: Json
  /** Addresses of names, one answer a look-up; the last one stands. */
  readonly dns?: Readonly<Record<string, ReadonlyArray<string>>>
  readonly privateHosts?: (scene: Scene) => ReadonlyArray<string>
}

export interface Outcome {
  readonly result: TaskResult
  readonly usage: TaskUsage
  readonly events: ReadonlyArray<TaskEvent>
  /** Of each verdict. */
  readonly findings: ReadonlyArray<ReadonlyArray<Finding>>
  readonly requests: ReadonlyArray<PlanRequest>
  readonly canary: LocalServer['requests']
  readonly allowed: LocalServer['requests']
}

const CONNECTIONS: Connections = {
  warehouse: {
    url: () => Promise.reject(new Error('nobody may ask for it')),
    tables: { results: { operations: ['insert'], columns: ['value'] } },
  },
}

export const attempt = async (attack: Attack): Promise<Outcome> => {
  const canary = await startServer((_, response) => response.end('{"caught": true}'))
  const allowed = await startServer(({ url }, response) => {
    const to = new URL(url, 'http://x').searchParams.get('to')
    if (to !== null) response.writeHead(302, { location: to }).end()
    else response.setHeader('content-type', 'application/json').end('{"rows": [1, 2, 3]}')
  })
  const scene = { canary, allowed }
  try {
    return await attemptIn(scene, attack)
  } finally {
    await Promise.all([canary.close(), allowed.close()])
  }
}

const attemptIn = async (scene: Scene, attack: Attack): Promise<Outcome> => {
  const requests: PlanRequest[] = []
  const script: Script = (request) => {
    requests.push(request)
    return attack.proposes(scene)
  }
  const local = `127.0.0.1:${scene.allowed.port}`
  const tools = { connections: CONNECTIONS, http: createHttpClient({ resolve: resolverOf(attack.dns) }) }
  const { tasker, events } = await plannedTasker(
    script,
    {
      handlers: [ok, broken, found(attack.upstream ?? null)],
      secrets: async (name) => (name === 'API_KEY' ? { value: 'k3y-of-the-api', hosts: [local] } : undefined),
      privateHosts: attack.privateHosts?.(scene) ?? [local],
    },
    tools,
  )
  const bounds = typeof attack.bounds === 'function' ? attack.bounds(scene) : (attack.bounds ?? {})
  const template = await tasker.template(frameOf(attack.plan ?? {}, { allowed_hosts: [local], ...bounds }))
  const task = await tasker.tasks.create(template, {})
  const result = await task.result({ until: ({ status }) => status === 'waiting_for_approval' })
  const usage = await tasker.tasks.usage(task.id)
  const all = await events(task.id)
  await tasker.close({ graceMs: 0 })
  const findings = all.flatMap((event) => (event.type === 'fragment-validated' ? [event.data.findings] : []))
  const { canary, allowed } = scene
  return { result, usage, events: all, findings, requests, canary: canary.requests, allowed: allowed.requests }
}

const resolverOf = (dns: Attack['dns'] = {}) => {
  const asked = new Map<string, number>()
  return async (hostname: string): Promise<ReadonlyArray<string>> => {
    const answers = dns[hostname] ?? []
    const turn = asked.get(hostname) ?? 0
    asked.set(hostname, turn + 1)
    const address = answers[Math.min(turn, answers.length - 1)]
    return address === undefined ? [] : [address]
  }
}

/** look → plan → merge → approve (a gate) → publish → finale, and a step beside them. */
const frameOf = (plan: JsonObject, bounds: JsonObject): Json => ({
  name: 'attacked',
  namespace_name: 'default',
  version: '1.0.0',
  bounds: {
    max_steps: 30,
    max_depth: 5,
    max_fan_out: 10,
    max_phases: 3,
    max_planner_calls: 4,
    max_wall_clock_seconds: 3_600,
    required_convergence: ['merge'],
    allowed_secrets: ['API_KEY'],
    ...bounds,
  },
  steps: [
    { name: 'look', handler: { callable: 'found' } },
    { name: 'beside', handler: { callable: 'ok' } },
    {
      name: 'plan',
      type: 'planning',
      handler: { callable: 'catalog:plan', initialization: { goal: 'do it', max_revisions: 0, ...plan } },
      dependencies: ['look'],
    },
    {
      name: 'merge',
      type: 'deferred_convergence',
      handler: { callable: 'ok' },
      dependencies: ['plan'],
    },
    {
      name: 'approve',
      type: 'gate',
      handler: { callable: 'catalog:gate', initialization: { question: 'Publish?' } },
      dependencies: ['merge'],
    },
    { name: 'publish', handler: { callable: 'ok' }, dependencies: ['approve'] },
    { name: 'finale', type: 'deferred_convergence', handler: { callable: 'ok' }, dependencies: ['publish'] },
  ],
})

export const proposal = (steps: ReadonlyArray<Json>, rest: JsonObject = {}): JsonObject => ({
  fragment_version: '1.0',
  planning_context: { goal: 'do it', reasoning: 'because I say so' },
  steps,
  convergence: 'merge',
  ...rest,
})

/** A step that does no harm by itself. */
export const harmless = (name: string, more: JsonObject = {}): JsonObject => ({
  name,
  handler: 'transform',
  config: { input: 1, expression: '@' },
  ...more,
})

export const request = (url: string, more: JsonObject = {}): JsonObject => ({
  name: 'ask',
  handler: 'http_request',
  config: { url, ...more },
  retry: { max_attempts: 1 },
})
