/** A template: the author's frame, read from YAML once and handled in this normal form ever after. */
import type { Bounds } from './bounds.js'
import type { JsonObject } from './json.js'
import type { StepDefinition } from './step.js'

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
  readonly onBlocked?: { readonly errorAfterMs: number }
}
