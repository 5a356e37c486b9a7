/** The graph with its legend and tools. The tools need script; without it the picture scrolls. */
import type { FC } from 'hono/jsx'
import type { AttemptSummary } from '../../../ports/summaries.js'
import { Icon } from '../../page/icon.js'
import { Panel } from '../../page/parts.js'
import { countText, durationText, plural } from '../../page/wording.js'
import { addressOf, type TaskView, taskPath } from '../address.js'
import { GraphSvg } from './graph-svg.js'
import type { Phase } from './phases.js'
import type { PlacedCard, TaskPicture } from './picture.js'

/** Who planned a phase: `recorded (model)`, a person's name. */
export type Planners = ReadonlyMap<string, string>

export interface GraphPanelProps {
  readonly view: TaskView
  readonly picture: TaskPicture
  readonly attempts: ReadonlyMap<string, ReadonlyArray<AttemptSummary>>
  readonly planners: Planners
  /** The moment that is shown, for what still runs. */
  readonly nowMs: number
}

export const GraphPanel: FC<GraphPanelProps> = (props) => {
  const { view, picture } = props
  return (
    <Panel
      id="graph"
      live
      flush
      class="graph-panel"
      title={<Title picture={picture} />}
      actions={<Tools />}
      footer={<Legend {...props} />}
    >
      <div class="graph-scroll" id="graph-scroll" tabindex={0} data-graph="">
        {picture.cards.length === 0 ? (
          <p class="empty">No steps yet.</p>
        ) : (
          <GraphSvg picture={picture} drawing={drawingOf(props, view)} />
        )}
      </div>
    </Panel>
  )
}

const drawingOf = ({ picture, attempts, nowMs, planners }: GraphPanelProps, view: TaskView) => {
  const hues = new Map(picture.phases.map(({ name, hue }) => [name, hue]))
  return {
    label: `Graph of ${plural(picture.steps, 'step')}; ${plural(planners.size, 'planned phase')}`,
    shown: picture.shown,
    step: view.step,
    hueOf: (phase: string) => hues.get(phase),
    noteOf: (card: Noted) => noteOf(attempts.get(card.step) ?? [], card, nowMs),
    hrefOf: (card: PlacedCard) => hrefOf(card, view),
    stepHref: (step: string) => addressOf(view, { step }),
  }
}

/** A group opens or closes, all else is looked at; what could not be drawn is listed. */
const hrefOf = (card: PlacedCard, view: TaskView): string => {
  const { opens, step } = card
  if (opens === null) return card.counts.length > 0 ? taskPath(view.task, 'steps') : addressOf(view, { step })
  if (!view.open.has(opens)) return withGroup(view, card)
  return addressOf(view, { open: new Set([...view.open].filter((id) => id !== opens)) })
}

/** Who opens instances wants to know of the step that made them, too. */
const withGroup = (view: TaskView, { opens, phase, shape, step }: PlacedCard): string => {
  const closed = new Set([...view.closed].filter((name) => name !== phase))
  return addressOf(view, { open: new Set([...view.open, opens ?? '']), closed, ...(shape === 'many' ? { step } : {}) })
}

type Noted = Pick<PlacedCard, 'step' | 'standing'>

const noteOf = (attempts: ReadonlyArray<AttemptSummary>, card: Noted, nowMs: number): string => {
  const first = attempts.find(({ startedAt }) => startedAt !== null)
  const last = attempts.at(-1)
  if (last === undefined || first?.startedAt === undefined || first.startedAt === null) return ''
  const isGoing = last.endedAt === null
  if (isGoing && card.standing !== 'in_progress' && card.standing !== 'waiting_for_approval') return retries(attempts)
  const endMs = last.endedAt === null ? nowMs : Date.parse(last.endedAt)
  const took = durationText(Math.max(0, endMs - Date.parse(first.startedAt)))
  return [took, retries(attempts)].filter((part) => part !== '').join(' · ')
}

const retries = (attempts: ReadonlyArray<AttemptSummary>): string =>
  attempts.length < 2 ? '' : `attempt ${attempts.at(-1)?.attempt ?? attempts.length}`

const Title: FC<{ readonly picture: TaskPicture }> = ({ picture }) => (
  <>
    Graph{' '}
    <span class="faint small">
      {plural(picture.steps, 'step')}
      {picture.alone < picture.steps ? `, ${countText(picture.cards.length)} cards` : ''}
    </span>
  </>
)

const Tools: FC = () => (
  <div class="row" data-with-script="">
    <button class="button little" type="button" data-zoom="out" title="Smaller (-)">
      <span aria-hidden="true">−</span>
      <span class="unseen">Smaller</span>
    </button>
    <button class="button little" type="button" data-zoom="fit" title="Whole graph (0)">
      Fit
    </button>
    <button class="button little" type="button" data-zoom="in" title="Larger (+)">
      <span aria-hidden="true">+</span>
      <span class="unseen">Larger</span>
    </button>
  </div>
)

const Legend: FC<GraphPanelProps> = ({ view, picture, planners }) => (
  <div class="legend">
    <ul aria-label="Who planned what">
      <li>
        <span class="swatch of-frame" />
        template
      </li>
      {picture.phases.map((phase) => (
        <PhaseItem phase={phase} view={view} planner={planners.get(phase.name)} />
      ))}
    </ul>
    <Opened view={view} />
    <ul class="shapes" aria-label="Shapes">
      {SHAPES.map(([path, words]) => (
        <li>
          <svg viewBox="0 0 24 14" aria-hidden="true">
            <path d={path} />
          </svg>
          {words}
        </li>
      ))}
    </ul>
  </div>
)

const SHAPES: ReadonlyArray<readonly [string, string]> = [
  ['M1 1h17l5 5v7h-22z', 'planning'],
  ['M5 1h14l4 6-4 6h-14l-4-6z', 'decision'],
  ['M7 1h10a6 6 0 0 1 0 12h-10a6 6 0 0 1 0-12z', 'convergence'],
  ['M1 6l5-5h12l5 5v7h-22z', 'gate'],
  ['M4 3v-2h19v9h-2M1 4h19v9h-19z', 'many'],
]

const PhaseItem: FC<{ readonly phase: Phase; readonly view: TaskView; readonly planner: string | undefined }> = ({
  phase: { name, hue, steps },
  view,
  planner,
}) => {
  const isClosed = view.closed.has(name)
  const closed = new Set(isClosed ? [...view.closed].filter((other) => other !== name) : [...view.closed, name])
  const open = new Set([...view.open].filter((id) => id !== `phase:${name}`))
  return (
    <li>
      <span class={`swatch hue-${hue}`} />
      <a href={addressOf(view, { closed, open })} title={isClosed ? 'Show its steps' : 'Draw it as one card'}>
        {name}
      </a>
      <span class="faint">
        {plural(steps, 'step')}
        {planner === undefined ? '' : ` · ${planner}`}
        {isClosed ? ' · closed' : ''}
      </span>
    </li>
  )
}

/** What a reader has opened can be closed again. */
const Opened: FC<{ readonly view: TaskView }> = ({ view }) =>
  view.open.size === 0 ? null : (
    <ul aria-label="Opened groups">
      {[...view.open].map((id) => (
        <li>
          <a class="tag" href={addressOf(view, { open: new Set([...view.open].filter((other) => other !== id)) })}>
            <Icon name="cross" label="Close" /> {id.slice(id.indexOf(':') + 1)}
          </a>
        </li>
      ))}
    </ul>
  )
