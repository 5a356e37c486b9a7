/** The figures at the top of a task's page: how far it is, what it has used of its bounds, and how long it took. */
import type { FC } from 'hono/jsx'
import { Bar, type Figure, Figures } from '../../page/parts.js'
import { toneOf, wordOf } from '../../page/state.js'
import { countText, durationText, moneyText, plural } from '../../page/wording.js'
import type { Counts } from '../graph/standing.js'
import type { BoundUse, TaskHead } from './task-head.js'

export interface TaskTimes {
  readonly startedMs: number | null
  readonly endedMs: number | null
  /** The moment that the page shows. */
  readonly nowMs: number
}

export const HeadFigures: FC<{ readonly head: TaskHead; readonly counts: Counts; readonly times: TaskTimes }> = ({
  head,
  counts,
  times,
}) => (
  <div class="stack-tight">
    <Figures
      of={[progress(head), ...head.usage.filter(({ bound }) => bound !== 'steps').map(useFigure), took(times)]}
    />
    <Bar
      label={counts.map(([standing, count]) => `${countText(count)} ${wordOf(standing).toLowerCase()}`).join(', ')}
      parts={counts.map(([standing, count]) => ({ tone: toneOf(standing), count, label: wordOf(standing) }))}
    />
  </div>
)

const progress = ({ settled, steps, failed, usage }: TaskHead): Figure => {
  const limit = usage.find(({ bound }) => bound === 'steps')?.limit ?? null
  const notes = [failed === 0 ? '' : `${countText(failed)} failed`, limit === null ? '' : `at most ${countText(limit)}`]
  return {
    label: 'Steps settled',
    value: countText(settled),
    unit: `/${countText(steps)}`,
    note: notes.filter((note) => note !== '').join(', '),
  }
}

const LABELS: Readonly<Record<BoundUse['bound'], string>> = {
  steps: 'Steps',
  phases: 'Phases',
  calls: 'Planner calls',
  tokens: 'Tokens',
  cost: 'Spent',
}

const useFigure = ({ bound, used, reserved, limit }: BoundUse): Figure => {
  const said = bound === 'cost' ? moneyText : countText
  return {
    label: LABELS[bound],
    value: said(used),
    ...(limit === null ? {} : { unit: `/${said(limit)}` }),
    note: reserved > 0 ? `${said(reserved)} reserved` : '',
  }
}

const took = ({ startedMs, endedMs, nowMs }: TaskTimes): Figure =>
  startedMs === null
    ? { label: 'Duration', value: '–', note: 'not started' }
    : {
        label: 'Duration',
        value: durationText(Math.max(0, (endedMs ?? nowMs) - startedMs)),
        note: endedMs === null ? 'so far' : '',
      }

export const boundsText = (head: TaskHead): string => plural(head.usage.length, 'bound')
