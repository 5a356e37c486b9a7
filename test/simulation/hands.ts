/**
 * A person who does something to tasks now and then, at random; mostly it makes no sense, and is refused. What was
 * paused is resumed in the end, since nobody else would.
 */
import type { Command } from '../../src/core/decide/command.js'
import type { Actor } from '../../src/core/event.js'
import { streamOf, taskOf } from '../../src/engine/ids.js'
import { TaskRefused, type Tasks } from '../../src/engine/tasks.js'
import type { MemoryStore } from '../../src/log/memory-store.js'
import { foldStored } from './invariants.js'
import type { World } from './world.js'

const ON_STEPS = ['reset-step', 'retry-step-now', 'resolve-step', 'complete-step', 'skip-step'] as const
const ON_TASKS = ['pause-task', 'change-priority'] as const
const PERSON: Actor = { kind: 'person', id: 'operator', authenticated: false }
const REASON = 'the simulation'
const MOST = 6

export class Hands {
  #done = 0

  constructor(
    private readonly world: World,
    private readonly store: MemoryStore,
    private readonly tasks: Pick<Tasks, 'ask'>,
    private readonly faults: string[],
  ) {}

  /** To be called before each turn of the world. */
  meddle(): void {
    this.#resumeSome()
    if (this.#done >= MOST || this.world.random() > 0.01) return
    const streams = [...this.store.streams.keys()]
    const stream = streams[this.world.pick(streams.length)]
    const command = stream === undefined ? undefined : this.#commandFor(stream)
    if (stream === undefined || command === undefined) return
    this.#done += 1
    this.#ask(stream, command)
  }

  #resumeSome(): void {
    for (const [stream, { status }] of this.store.heads) {
      if (status === 'paused' && this.world.random() < 0.02) this.#ask(stream, { type: 'resume-task', reason: REASON })
    }
  }

  #commandFor(stream: string): Command | undefined {
    const { pick } = this.world
    const onTask = ON_TASKS[pick(ON_STEPS.length + ON_TASKS.length)]
    if (onTask === 'pause-task') return { type: onTask, reason: REASON }
    if (onTask === 'change-priority') return { type: onTask, priority: pick(11) - 5, reason: REASON }
    const { nodes } = foldStored(this.store.streams.get(stream) ?? [])
    const step = nodes[pick(Math.max(1, nodes.length))]?.definition.name
    const type = ON_STEPS[pick(ON_STEPS.length)] ?? 'reset-step'
    if (step === undefined) return undefined
    return type === 'complete-step'
      ? { type, step, reason: REASON, result: { value: 'by hand' } }
      : { type, step, reason: REASON }
  }

  #ask(stream: string, command: Command): void {
    this.tasks.ask(taskOf(stream), command, PERSON).catch((error) => {
      if (!(error instanceof TaskRefused)) this.faults.push(`${streamOf(taskOf(stream))}: ${error}`)
    })
  }
}
