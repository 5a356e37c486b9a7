/** A projection of a user's own: how many events each step has seen. */

import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Projection } from '../../projections/projection.js'
import { put } from '../../projections/projection.js'
import { packageRoot } from '../../src/package-root.js'

export interface SeenStepsRow {
  readonly task: string
  readonly step: string
  readonly seen: number
}

export const seenSteps = (more: Partial<Projection> = {}): Projection => ({ ...COUNTING, ...more })

const COUNTING: Projection<SeenStepsRow, Map<string, number>> = {
  name: 'seen_steps',
  version: 1,
  sql: pathToFileURL(join(packageRoot, 'test/projector/seen-steps.sql')),
  key: ['task', 'step'],
  memory: () => new Map(),
  changes: (event, { task }, counts) => {
    if (!('step' in event.data) || event.data.step === null) return []
    const { step } = event.data
    const seen = (counts.get(step) ?? 0) + 1
    counts.set(step, seen)
    return [put([task, step], { task, step, seen })]
  },
}
