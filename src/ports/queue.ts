/**
 * Distribution: hints to work, never truth. A hint that is lost is sent again by the sweeper; one that arrives twice is
 * refused by the claim.
 */
export interface Hint {
  /** `task-<uuid>`. */
  readonly stream: string
  /** The step's number in its task. */
  readonly step: number
  readonly attempt: number
  /** Which enqueueing of that step this is: a reset may enqueue the same attempt again. */
  readonly enqueue: number
  /** The version of the event that enqueued it: an older cached state is refreshed first. */
  readonly version: number
  /** The callable of the step, so that whoever is handed the hint knows whether it can follow it. */
  readonly handler?: string
  /** Lower runs first. */
  readonly priority: number
  /** The task's own priority, of which `priority` was made; higher runs first. */
  readonly taskPriority?: number
  /** Since when the step waits, in milliseconds since the epoch. */
  readonly since?: number
  /** The task's trace: a `traceparent`. */
  readonly trace?: string
}

/** What became of a hint: it was dealt with, or it is for another process, and goes back to where that one finds it. */
export type HintEnd = 'done' | 'elsewhere'

export interface Queue {
  /** Adds hints in bulk; the same hint twice is one. */
  send(queue: string, hints: ReadonlyArray<Hint>): Promise<void>
  /** The same for hints that may wait there already: these move to the place of their priority now. */
  resend(queue: string, hints: ReadonlyArray<Hint>): Promise<void>
  /**
   * Calls back for each hint with at most `concurrency` calls under way; resolves when consuming. A hint that is for
   * another process is handed out again, a bounded number of times.
   */
  consume(queue: string, concurrency: number, handle: HintHandler): Promise<Consumer>
  /** Hints that wait, by queue. */
  depth(queue: string): Promise<number>
  /** True once, after the store behind the queue was emptied or replaced: everything due must be sent again. */
  wasReset(queue: string): Promise<boolean>
  /** The object by which the store's own client knows a queue, for tools that know it and only look. Absent: it has none. */
  readonly own?: (queue: string) => Promise<object>
  close(): Promise<void>
}

/** Nothing said means `done`. */
export type HintHandler = (hint: Hint) => Promise<HintEnd | undefined>

export interface Consumer {
  /** Stops taking hints; the calls under way go on. */
  pause(): Promise<void>
  resume(): Promise<void>
  close(): Promise<void>
}
