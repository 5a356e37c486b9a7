/**
 * One partition as its member works through it: one event at a time, in position order. What fails is set among the
 * faults and holds its own task only; the rest goes on.
 *
 * waiting → (events, or a fault that is due) working → waiting …; `stop` ends it after what is under way, `lose` at
 * once. When the store is in trouble the lane breaks: nobody knows how far it came, so its member drops it and begins
 * another one from what is stored.
 */
import type { RetryPolicy } from '../core/step.js'
import type { Clock } from '../ports/clock.js'
import type { StoredEvent } from '../ports/log.js'
import type { Attempt, Attempted } from './attempting.js'
import { failureOf } from './failure.js'
import { Faults, type Pending } from './faults.js'
import type { Slots } from './slots.js'
import type { Fault, Hold, OwnedPartition, Settlement, SubscriptionStore } from './store.js'

export interface LaneNeeds {
  readonly member: number
  readonly store: SubscriptionStore
  readonly clock: Clock
  readonly slots: Slots
  readonly attempt: Attempt
  /** Acknowledgements are written down with each step, not by and by. */
  readonly isTransactional: boolean
  readonly burst: number
  readonly retry: RetryPolicy
  readonly onPark: 'continue' | 'hold_task'
  /** Nothing passes an event that is being tried again. */
  readonly isStrict: boolean
  readonly readFaults: (partition: number) => Promise<ReadonlyArray<Fault>>
  /** The first wanted events of a stream above a position, up to another. */
  readonly readStream: (stream: string, after: number, upTo: number) => Promise<ReadonlyArray<StoredEvent>>
  /** False while the member cannot tell whether the partition is still its own. */
  readonly mayWork: () => boolean
  readonly onChange: (lane: Lane) => void
  readonly onLost: (lane: Lane) => void
  readonly onBroken: (lane: Lane, error: unknown) => void
}

export class Lane {
  readonly hold: Hold
  /** What is written down in the store. */
  stored: number
  /** The reader looked up to here on this lane's behalf. */
  readTo: number
  /** Something was acknowledged since this was last set back. */
  hasAcknowledged = false
  readonly done: Promise<void>
  readonly #needs: LaneNeeds
  readonly #faults: Faults
  readonly #aborting = new AbortController()
  #queue: StoredEvent[] = []
  #reached: number
  #isWorking = false
  #isStopping = false
  #isRevised = false
  #wasRetry = false
  #wake: () => void = () => undefined

  constructor(owned: OwnedPartition, faults: ReadonlyArray<Fault>, needs: LaneNeeds) {
    this.hold = { partition: owned.partition, epoch: owned.epoch }
    this.stored = owned.reached
    this.readTo = owned.reached
    this.#reached = owned.reached
    this.#needs = needs
    this.#faults = new Faults(faults, needs.clock, () => this.wake())
    this.done = this.#run()
  }

  get queued(): number {
    return this.#queue.length
  }

  get isStopping(): boolean {
    return this.#isStopping
  }

  /** Everything up to here is acknowledged, or stands among the faults: where nothing is left, all that was read. */
  reached(): number {
    if (!this.#isWorking && this.#queue.length === 0) this.#reached = Math.max(this.#reached, this.readTo)
    return this.#reached
  }

  /** Takes what the reader found for this lane; it may begin with what the lane has had. */
  offer(events: ReadonlyArray<StoredEvent>, lookedTo: number): void {
    for (const event of events) if (event.position > this.readTo) this.#queue.push(event)
    this.readTo = Math.max(this.readTo, lookedTo)
    if (this.#queue.length > 0) this.wake()
  }

  /** Parked events may have been settled by hand: the faults are read again before the next step. */
  revise(): void {
    this.#isRevised = true
    this.wake()
  }

  wake(): void {
    this.#wake()
  }

  /** Resolves when what is under way has ended. */
  stop(): Promise<void> {
    this.#isStopping = true
    this.wake()
    return this.done
  }

  /** The events are no longer this member's, or nobody wants to wait for them. */
  lose(): void {
    this.#aborting.abort()
    void this.stop()
  }

  async #run(): Promise<void> {
    try {
      while (!this.#isStopping) {
        const step = this.#nextStep()
        if (step === undefined) await this.#change()
        else await this.#work(step)
      }
    } catch (error) {
      this.#isStopping = true
      this.#needs.onBroken(this, error)
    } finally {
      this.#faults.close()
    }
  }

  #change(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve
    })
  }

  async #work(step: () => Promise<void>): Promise<void> {
    this.#isWorking = true
    try {
      await this.#needs.slots.within(async () => {
        if (!this.#isStopping) await step()
      })
    } finally {
      this.#isWorking = false
      this.#needs.onChange(this)
    }
  }

  /** What fails and what is new take turns, so that neither waits for ever. */
  #nextStep(): (() => Promise<void>) | undefined {
    if (!this.#needs.mayWork()) return undefined
    if (this.#isRevised) return () => this.#readFaults()
    const due = this.#faults.due()
    const isBlocked = this.#needs.isStrict && this.#faults.isRetrying()
    const hasNew = this.#queue.length > 0 && !isBlocked
    if (due !== undefined && !(this.#wasRetry && hasNew)) {
      this.#wasRetry = true
      return () => this.#retry(due)
    }
    this.#wasRetry = false
    return hasNew ? () => this.#advance() : undefined
  }

  /** Between two steps, so that nothing that is under way is taken for what is stored. */
  async #readFaults(): Promise<void> {
    this.#isRevised = false
    this.#faults.replace(await this.#needs.readFaults(this.hold.partition))
  }

  async #advance(): Promise<void> {
    const held = this.#queue.findIndex((event) => !this.#faults.holds(event.stream))
    const passed = this.#queue.splice(0, held === -1 ? this.#queue.length : held)
    this.#reached = passed.at(-1)?.position ?? this.#reached
    const { burst, isTransactional } = this.#needs
    const next = this.#queue.slice(0, burst).findIndex((event) => this.#faults.holds(event.stream))
    const events = this.#queue.slice(0, next === -1 ? burst : next)
    if (events.length === 0) return
    const reachedAt = (count: number): number => events[count - 1]?.position ?? this.#reached
    const attempted = await this.#attempt(
      events,
      1,
      isTransactional ? (count) => ({ reached: reachedAt(count), put: [] }) : undefined,
    )
    if (attempted.kind === 'lost') return this.#needs.onLost(this)
    this.#queue.splice(0, attempted.count)
    this.#reached = reachedAt(attempted.count)
    this.hasAcknowledged = true
    if (isTransactional && attempted.count > 0) this.stored = this.#reached
    const failed = attempted.kind === 'failed' ? this.#queue.shift() : undefined
    if (attempted.kind === 'failed' && failed !== undefined) await this.#fail(failed, attempted.error, undefined)
  }

  async #retry(pending: Pending): Promise<void> {
    const { fault } = pending
    const event = pending.event ?? (await this.#eventOf(fault))
    const next = fault.holds ? await this.#nextHeld(pending) : undefined
    const settlement: Settlement = {
      reached: this.#reached,
      remove: fault.position,
      put: next === undefined ? [] : [catchingUp(fault.partition, next)],
    }
    const events = fault.state === 'skipped' || event === undefined ? [] : [event]
    const attempted = await this.#attempt(events, fault.attempts + 1, () => settlement)
    if (attempted.kind === 'lost') return this.#needs.onLost(this)
    if (attempted.kind === 'failed' && event !== undefined) return this.#fail(event, attempted.error, pending)
    this.#faults.settle(pending, settlement.put[0], next)
  }

  #attempt(
    events: ReadonlyArray<StoredEvent>,
    attempt: number,
    settlement: ((count: number) => Settlement) | undefined,
  ): Promise<Attempted> {
    const { member } = this.#needs
    return this.#needs.attempt({
      member,
      hold: this.hold,
      events,
      call: { attempt, signal: this.#aborting.signal },
      settlement,
    })
  }

  async #fail(event: StoredEvent, error: unknown, before: Pending | undefined): Promise<void> {
    const { clock, retry, onPark, store, member } = this.#needs
    const attempts = (before?.fault.attempts ?? 0) + 1
    const { delayMs, code, message, mayPass } = failureOf(error, attempts, retry, clock.random())
    const held = before?.fault.holds ?? true
    const { position, stream } = event
    const fault: Fault = {
      partition: this.hold.partition,
      position,
      stream,
      state: delayMs === undefined ? 'parked' : 'retrying',
      holds: held && (delayMs !== undefined || onPark === 'hold_task' || !mayPass),
      attempts,
      dueInMs: delayMs ?? 0,
      code,
      message,
    }
    this.#reached = Math.max(this.#reached, position)
    // A task that is let go catches up with what waited behind the event that is parked.
    const next = held && !fault.holds && before !== undefined ? await this.#nextHeld(before) : undefined
    const catching = next === undefined ? [] : [catchingUp(fault.partition, next)]
    const settlement: Settlement = { reached: this.#reached, put: [fault, ...catching] }
    if (!(await store.settle(member, this.hold, settlement))) return this.#needs.onLost(this)
    this.#faults.fail(fault, event, before, catching[0], next)
  }

  async #eventOf({ stream, position }: Fault): Promise<StoredEvent | undefined> {
    return (await this.#needs.readStream(stream, position - 1, position))[0]
  }

  /** The next event of the task that went by while it was held. */
  async #nextHeld(pending: Pending): Promise<StoredEvent | undefined> {
    if (pending.behind.length === 0) {
      const { stream, position } = pending.fault
      pending.behind = [...(await this.#needs.readStream(stream, position, this.#reached))]
    }
    return pending.behind[0]
  }
}

/** A held event whose turn has come: it stands among the faults, so that the task stays held until it has caught up. */
const catchingUp = (partition: number, { position, stream }: StoredEvent): Fault => ({
  partition,
  position,
  stream,
  state: 'retrying',
  holds: true,
  attempts: 0,
  dueInMs: 0,
  code: '',
  message: '',
})
