/**
 * `given(template).when(command).expect(…)`: the only way in which the core is tested. Commands are decided and folded as
 * the engine does it, `advance` after each; what is compared are the events, in short.
 */
import * as E from 'fp-ts/lib/Either.js'
import * as assert from 'uvu/assert'
import type { Command } from '../../src/core/decide/command.js'
import type { CreateTask } from '../../src/core/decide/create.js'
import { decide } from '../../src/core/decide/decide.js'
import type { Envelope } from '../../src/core/decide/envelope.js'
import type { TaskEvent } from '../../src/core/event.js'
import { evolve } from '../../src/core/evolve/evolve.js'
import { emptyState, findNode, type TaskState } from '../../src/core/state.js'
import type { Template } from '../../src/core/template.js'

/** A command with the step by its name, and the attempt and enqueueing that are current where they are left out. */
export type Asked =
  | { readonly start: string; readonly session?: number }
  | { readonly complete: string; readonly result?: string }
  | { readonly fail: string; readonly retryable?: boolean; readonly retryAfterMs?: number }
  | { readonly retry: string }
  | { readonly lose: number; readonly drained?: boolean }
  | Command

export interface Story {
  /** Decides and folds one command after the other; each must be accepted. */
  when(...asked: ReadonlyArray<Asked>): Story
  /** The events of the last `when`, each as `type` or `type step`. */
  expect(...expected: ReadonlyArray<string>): Story
  /** So many milliseconds after the task was created. */
  at(ms: number): Story
  /** Decides one command, which must be refused with this code; nothing changes. */
  refuses(asked: Asked, code: string): Story
  readonly state: TaskState
  readonly events: ReadonlyArray<TaskEvent>
}

export const NOW = Date.UTC(2026, 0, 1)

export const given = (template: Template, random = 0.5, created: Partial<CreateTask> = {}): Story => {
  const state = emptyState()
  const events: TaskEvent[] = []
  let last: TaskEvent[] = []
  let commands = 0
  let afterMs = 0

  const envelope = (): Envelope => {
    commands += 1
    const id = `01900000-0000-7000-8000-${commands.toString(16).padStart(7, '0')}00000`
    return { id, nowMs: NOW + afterMs, random, actor: { kind: 'engine' } }
  }
  const fold = (decided: ReadonlyArray<TaskEvent>): void => {
    for (const event of decided) {
      evolve(state, event)
      events.push(event)
      last.push(event)
    }
  }
  const ask = (command: Command): void => {
    const decision = decide(state, command, envelope())
    if (E.isLeft(decision))
      throw new Error(`${command.type} was refused: ${decision.left.code}: ${decision.left.message}`)
    fold(decision.right)
    for (;;) {
      const following = decide(state, { type: 'advance' }, envelope())
      if (E.isLeft(following) || following.right.length === 0) return
      fold(following.right)
    }
  }
  const story: Story = {
    when: (...asked) => {
      last = []
      for (const one of asked) ask(commandOf(state, one))
      return story
    },
    expect: (...expected) => {
      assert.equal(last.map(inShort), expected)
      return story
    },
    at: (ms) => {
      afterMs = ms
      return story
    },
    refuses: (asked, code) => {
      const before = state.version
      const decision = decide(state, commandOf(state, asked), envelope())
      assert.ok(E.isLeft(decision), 'it was accepted')
      if (E.isLeft(decision)) assert.is(decision.left.code, code)
      assert.is(state.version, before)
      return story
    },
    state,
    events,
  }
  return story.when(creationOf(template, created))
}

const creationOf = (template: Template, created: Partial<CreateTask>): Command => ({
  type: 'create-task',
  template,
  input: { value: {} },
  priority: 0,
  vocabulary: 'sha256:none',
  correlation: 'c',
  ...created,
})

const inShort = (event: TaskEvent): string =>
  'step' in event.data && event.data.step !== null ? `${event.type} ${event.data.step}` : event.type

const numberOf = (state: TaskState, step: string) => {
  const node = findNode(state, step)
  if (node === undefined) throw new Error(`there is no step ${step}`)
  return node
}

const commandOf = (state: TaskState, asked: Asked): Command => {
  if ('type' in asked) return asked
  if ('lose' in asked) return { type: 'lose-attempts', session: asked.lose, drained: asked.drained ?? false }
  if ('start' in asked) {
    const node = numberOf(state, asked.start)
    const { enqueues: enqueue, attempt } = node
    return {
      type: 'start-step',
      step: node.id,
      attempt: attempt + 1,
      enqueue,
      session: asked.session ?? 1,
      worker: 'w',
    }
  }
  if ('retry' in asked) {
    const node = numberOf(state, asked.retry)
    return { type: 'retry-due', step: node.id, attempt: node.attempt }
  }
  const node = numberOf(state, 'complete' in asked ? asked.complete : asked.fail)
  const of = { type: 'report-outcome', step: node.id, attempt: node.attempt } as const
  if ('complete' in asked) return { ...of, outcome: { kind: 'completed', result: { value: asked.result ?? null } } }
  const retryAfter = asked.retryAfterMs === undefined ? {} : { retryAfterMs: asked.retryAfterMs }
  const error = { code: 'broken', message: 'it broke' }
  return { ...of, outcome: { kind: 'failed', error, retryable: asked.retryable ?? true, ...retryAfter } }
}
