/**
 * Counters as plain numbers, so that counting is one addition; the registry reads them when somebody asks. Values of a
 * label are bounded: those that come when there are many already are counted together, as `other`.
 */
import { MAX_METRIC_LABELS } from '../core/limits.js'
import type { MetricName } from './metric-table.js'

export type Labels = Readonly<Record<string, string>>

export interface Count {
  readonly labels: Labels
  value: number
}

export class Counts {
  readonly #counts = new Map<MetricName, Map<string, Count>>()

  /** Always the same object for the same labels: whoever counts often keeps it. */
  of(name: MetricName, labels: Labels = {}): Count {
    const counts = this.#counts.get(name) ?? new Map<string, Count>()
    this.#counts.set(name, counts)
    const key = JSON.stringify(labels)
    const known = counts.get(key)
    if (known !== undefined) return known
    const made = { labels, value: 0 }
    counts.set(key, made)
    return made
  }

  add(name: MetricName, labels: Labels, value = 1): void {
    this.of(name, labels).value += value
  }

  all(name: MetricName): Iterable<Count> {
    return this.#counts.get(name)?.values() ?? []
  }
}

export class BoundedLabel {
  readonly #known = new Set<string>()

  of(value: string): string {
    if (this.#known.has(value)) return value
    if (this.#known.size >= MAX_METRIC_LABELS) return 'other'
    this.#known.add(value)
    return value
  }
}
