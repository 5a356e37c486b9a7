/** What one workload came to. Passed from its process to the one that prints, so it is plain data. */
import type { Spread } from './measure.js'
import type { Workload } from './workloads.js'

export interface Measurement {
  readonly id: string
  /** Separate worker processes; 0 where one process does everything. */
  readonly workers: number
  readonly steps: number
  readonly seconds: number
  readonly stepsPerSecond: number
  /** Wall clock of a task, divided by its steps, in milliseconds. */
  readonly taskMsPerStep: Spread | undefined
  /** From one step's call to the next one's, in milliseconds; unknown where other processes run the steps. */
  readonly stepMs: Spread | undefined
  readonly cpuSecondsPer1000: {
    readonly client: number
    readonly server: number | undefined
    readonly redis: number | undefined
  }
  /** Of all node processes together. */
  readonly peakMemoryBytes: number
  readonly bytesPerStep: { readonly database: number; readonly wal: number }
}

/** What a workload's process is told. */
export interface Assignment {
  readonly workload: Workload
  readonly seconds: number
  readonly databaseUrl: string
  readonly redisUrl: string
  readonly queuePrefix: string
  readonly workers: number
  readonly profile: string | undefined
}
