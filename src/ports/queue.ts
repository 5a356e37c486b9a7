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
  /** Lower runs first. */
  readonly priority: number
  /** The task's own priority, of which `priority` was made; higher runs first. */
  readonly taskPriority?: number
  /** Since when the step waits, in milliseconds since the epoch. */
  readonly since?: number
  /** The task's trace: a `traceparent`. */
  readonly trace?: string
}

export interface Queue {
  /** Adds hints in bulk; the same hint twice is one. */
  send(queue: string, hints: ReadonlyArray<Hint>): Promise<void>
  /** The same for hints that may wait there already: these move to the place of their priority now. */
  resend(queue: string, hints: ReadonlyArray<Hint>): Promise<void>
  /** Calls back for each hint with at most `concurrency` calls under way; resolves when consuming. */
  consume(queue: string, concurrency: number, handle: (hint: Hint) => Promise<void>): Promise<Consumer>
  /** Hints that wait, by queue. */
  depth(queue: string): Promise<number>
  /** True once, after the store behind the queue was emptied or replaced: everything due must be sent again. */
  wasReset(queue: string): Promise<boolean>
  close(): Promise<void>
}

export interface Consumer {
  /** Stops taking hints; the calls under way go on. */
  pause(): Promise<void>
  resume(): Promise<void>
  close(): Promise<void>
}
