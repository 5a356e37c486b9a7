/** The core, driven by hand: one task in memory, in which each step comes to what the caller says, in its order. */
import * as E from 'fp-ts/lib/Either.js'
import type { Command } from '../../../src/core/decide/command.js'
import { decide } from '../../../src/core/decide/decide.js'
import { evolve } from '../../../src/core/evolve/evolve.js'
import type { Outcome } from '../../../src/core/outcome.js'
import type { Settlement } from '../../../src/core/settlement.js'
import { emptyState, findNode, type TaskState } from '../../../src/core/state.js'
import { statusOf } from '../../../src/core/status.js'
import type { Happened, Intervention, ModelStep } from './model.js'

export class CoreRun {
  private readonly state: TaskState = emptyState()
  private commands = 0

  constructor(steps: ReadonlyArray<ModelStep>) {
    this.ask({
      type: 'create-task',
      template: {
        name: 'graph',
        namespace: 'default',
        version: '1.0.0',
        description: '',
        steps: steps.map((step) => ({ ...step, handler: 'any' })),
        bounds: {},
        lifecycle: {},
        digest: 'sha256:0',
      },
      input: { value: null },
      priority: 0,
      vocabulary: 'sha256:0',
      correlation: 'graph',
    })
    this.settle()
  }

  /** Runs one attempt of a step that is ready, and everything that follows from it. */
  take(happened: Exclude<Happened, Intervention>): void {
    const node = findNode(this.state, happened.step)
    if (node?.state.kind !== 'enqueued') throw new Error(`${happened.step} is ${node?.state.kind}, and cannot run`)
    const { attempt, enqueue } = node.state
    this.ask({ type: 'start-step', step: node.id, attempt, enqueue, session: 1, worker: 'test' })
    this.ask({ type: 'report-outcome', step: node.id, attempt, outcome: outcomeOf(happened) })
    this.settle()
  }

  /** Whether a person may do it; if so, it was done, with everything that follows. */
  meddle({ step, came }: Intervention): boolean {
    const type = COMMANDS[came]
    const decided = this.decide({ type, step, reason: null })
    if (E.isLeft(decided)) return false
    for (const event of decided.right) evolve(this.state, event)
    this.settle()
    return true
  }

  /** What a person may do now; nothing of it is done. */
  interventions(): ReadonlyArray<Intervention> {
    return this.state.nodes.flatMap(({ definition: { name: step } }) =>
      (['resolved', 'skipped', 'reset'] as const)
        .filter((came) => E.isRight(this.decide({ type: COMMANDS[came], step, reason: null })))
        .map((came) => ({ step, came })),
    )
  }

  ready(): ReadonlyArray<string> {
    return this.state.nodes.filter((node) => node.state.kind === 'enqueued').map((node) => node.definition.name)
  }

  skipped(): ReadonlyArray<string> {
    return this.state.nodes.filter((node) => node.state.kind === 'skipped').map((node) => node.definition.name)
  }

  settlements(): ReadonlyMap<string, Settlement | 'open'> {
    return new Map(this.state.nodes.map((node) => [node.definition.name, node.settlement ?? 'open']))
  }

  status(): 'open' | 'complete' | 'blocked' {
    const status = statusOf(this.state)
    return status === 'complete' ? 'complete' : status === 'blocked_by_failures' ? 'blocked' : 'open'
  }

  private settle(): void {
    while (this.ask({ type: 'advance' }) > 0) {
      // Until nothing more follows.
    }
  }

  /** How many events it led to. */
  private ask(command: Command): number {
    const decided = this.decide(command)
    if (E.isLeft(decided)) throw new Error(`${command.type} was refused: ${decided.left.message}`)
    for (const event of decided.right) evolve(this.state, event)
    return decided.right.length
  }

  private decide(command: Command) {
    this.commands += 1
    const id = `00000000-0000-7000-8000-${String(this.commands).padStart(12, '0')}`
    return decide(this.state, command, { id, nowMs: 0, random: 0, actor: { kind: 'engine' } })
  }
}

const COMMANDS = { resolved: 'resolve-step', skipped: 'skip-step', reset: 'reset-step' } as const

const outcomeOf = (happened: Exclude<Happened, Intervention>): Outcome => {
  switch (happened.came) {
    case 'completed':
      return { kind: 'completed', result: { value: null } }
    case 'failed':
      return { kind: 'failed', error: { code: 'broken', message: 'it broke' }, retryable: false }
    case 'decided':
      return { kind: 'decided', create: happened.create, result: { value: null } }
  }
}
