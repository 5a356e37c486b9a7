/** How tasks, steps and the like stand: a shape, a word and a tone, the same wherever they are shown. */
import type { FC } from 'hono/jsx'
import { Icon, type IconName } from './icon.js'

export type Tone = 'good' | 'busy' | 'wait' | 'ask' | 'bad' | 'still'

interface Look {
  readonly icon: IconName
  readonly word: string
  readonly tone: Tone
}

const LOOKS: Readonly<Record<string, Look>> = {
  pending: { icon: 'pending', word: 'Pending', tone: 'still' },
  running: { icon: 'running', word: 'Running', tone: 'busy' },
  in_progress: { icon: 'running', word: 'In progress', tone: 'busy' },
  enqueued: { icon: 'queued', word: 'Enqueued', tone: 'busy' },
  waiting: { icon: 'clock', word: 'Waiting', tone: 'wait' },
  waiting_for_retry: { icon: 'retry', word: 'Waiting for retry', tone: 'wait' },
  waiting_for_approval: { icon: 'people', word: 'Waiting for approval', tone: 'ask' },
  paused: { icon: 'pause', word: 'Paused', tone: 'still' },
  blocked_by_failures: { icon: 'blocked', word: 'Blocked by failures', tone: 'bad' },
  complete: { icon: 'done', word: 'Complete', tone: 'good' },
  error: { icon: 'failed', word: 'Error', tone: 'bad' },
  cancelled: { icon: 'cancelled', word: 'Cancelled', tone: 'still' },
  resolved_manually: { icon: 'byhand', word: 'Resolved by hand', tone: 'good' },
  skipped: { icon: 'skipped', word: 'Skipped', tone: 'still' },
  absent: { icon: 'skipped', word: 'Absent', tone: 'still' },
  // Steps that stand nowhere yet, or never will.
  ready: { icon: 'arrow', word: 'Ready', tone: 'busy' },
  withheld: { icon: 'pending', word: 'Not created', tone: 'still' },
  never_runs: { icon: 'cancelled', word: 'Never runs', tone: 'bad' },
  // Attempts.
  completed: { icon: 'done', word: 'Completed', tone: 'good' },
  retried: { icon: 'retry', word: 'Retried', tone: 'wait' },
  failed: { icon: 'failed', word: 'Failed', tone: 'bad' },
  lost: { icon: 'warning', word: 'Lost', tone: 'wait' },
  drained: { icon: 'back', word: 'Given back', tone: 'still' },
  yielded: { icon: 'pause', word: 'Stepped aside', tone: 'still' },
  by_hand: { icon: 'byhand', word: 'By hand', tone: 'good' },
  // Gates and proposals.
  open: { icon: 'people', word: 'Open', tone: 'ask' },
  approved: { icon: 'done', word: 'Approved', tone: 'good' },
  rejected: { icon: 'failed', word: 'Rejected', tone: 'bad' },
  expired: { icon: 'clock', word: 'Expired', tone: 'wait' },
  replaced: { icon: 'skipped', word: 'Replaced', tone: 'still' },
  withdrawn: { icon: 'cancelled', word: 'Withdrawn', tone: 'still' },
  asked: { icon: 'running', word: 'Asked', tone: 'busy' },
  proposed: { icon: 'planner', word: 'Proposed', tone: 'ask' },
  accepted: { icon: 'done', word: 'Accepted', tone: 'good' },
  dropped: { icon: 'cancelled', word: 'Not carried out', tone: 'bad' },
  unanswered: { icon: 'question', word: 'Unanswered', tone: 'wait' },
  // Projections.
  live: { icon: 'done', word: 'Live', tone: 'good' },
  stalled: { icon: 'pause', word: 'Stalled', tone: 'bad' },
  failing: { icon: 'failed', word: 'Failing', tone: 'bad' },
  outdated: { icon: 'warning', word: 'Outdated', tone: 'wait' },
  rebuilding: { icon: 'running', word: 'Rebuilding', tone: 'busy' },
  // Dead letters.
  blocked: { icon: 'blocked', word: 'Blocked', tone: 'bad' },
  exhausted: { icon: 'retry', word: 'Attempts used up', tone: 'bad' },
  stale: { icon: 'pause', word: 'Stands still', tone: 'wait' },
  late: { icon: 'clock', word: 'Too late', tone: 'wait' },
}

/** What is not known yet is shown by its own name, and as nothing to worry about. */
const lookOf = (state: string): Look =>
  LOOKS[state] ?? { icon: 'info', word: state.replaceAll('_', ' '), tone: 'still' }

export const toneOf = (state: string): Tone => lookOf(state).tone
export const wordOf = (state: string): string => lookOf(state).word
export const iconOf = (state: string): IconName => lookOf(state).icon

export const State: FC<{ readonly of: string; readonly announce?: string }> = ({ of, announce }) => {
  const { icon, word, tone } = lookOf(of)
  return (
    <span
      class={`state tone-${tone}`}
      data-state={of}
      {...(announce === undefined ? {} : { 'data-announce': `${announce}: ${word}` })}
    >
      <Icon name={icon} class={icon === 'running' ? 'turns' : ''} />
      {word}
    </span>
  )
}
