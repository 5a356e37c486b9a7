/** What the parts of one call's panel are told. */
import type { ReplayedDecision } from '../../../audit/replayed-decision.js'
import type { TaskView } from '../address.js'
import type { PlannedCall } from './planning-view.js'

export interface CallProps {
  readonly view: TaskView
  readonly call: PlannedCall
  /** Which hue each phase has in the graph. */
  hueOf(phase: string): number | undefined
  /** Judged again by today's validation; undefined where nobody asked. */
  readonly replayed: ReplayedDecision | undefined
  /** Prompt, raw answer and the like are shown. */
  readonly isWhole: boolean
}
