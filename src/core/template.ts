/** A template: the author's frame, read from YAML once and handled in this normal form ever after. */
import type { Bounds } from './bounds.js'
import type { JsonObject } from './json.js'
import type { StepDefinition } from './step.js'
import type { StalenessLimits } from './time-limits.js'

export interface Template {
  readonly name: string
  readonly namespace: string
  readonly version: string
  readonly description: string
  readonly steps: ReadonlyArray<StepDefinition>
  /** JSON Schema that a task's input must satisfy. */
  readonly inputSchema?: JsonObject
  /** The author's own notes; nothing reads them. */
  readonly metadata?: JsonObject
  readonly bounds: Bounds
  readonly lifecycle: Lifecycle
  /** `sha256:<hex>` of the template's canonical JSON. */
  readonly digest: string
}

export interface Lifecycle {
  readonly maxDurationMs?: number
  readonly staleness?: StalenessLimits
  readonly onTimeout?: OnTimeout
  readonly onBlocked?: { readonly errorAfterMs: number }
}

/** Absent: a task that is late ends, and one that is stale is looked into. */
export interface OnTimeout {
  /** It has passed its duration. */
  readonly late: TimeoutAction
  /** It has stood still for too long. */
  readonly stale: TimeoutAction
}

/** What a limit of time that has passed means for its task. */
export interface TimeoutAction {
  /** The task ends in `error`. */
  readonly fails: boolean
  /** Somebody is to look into it: it is among the dead letters. */
  readonly deadLetter: boolean
}
