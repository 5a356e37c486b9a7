/** Time and chance, so that a test or a simulation can decide both. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number
  /** Calls back once; the handle cancels it. Never keeps a process alive by itself. */
  after(ms: number, callback: () => void): { cancel(): void }
  /** 0 ≤ x < 1. */
  random(): number
  /** Ids of tasks and commands, where they too have to be the same each time; absent, they are made of real chance. */
  newId?(): string
}
