/** The page of a task: its graph, its history, and beside it the step that is looked at, or the task itself. */

import type { TaskState } from '../../core/state.js'
import type { AttemptSummary } from '../../ports/summaries.js'
import { type PageContext, show } from '../board.js'
import { Panel } from '../page/parts.js'
import { addressOf, type TaskView, viewIn } from './address.js'
import { GraphPanel } from './graph/graph-panel.js'
import { type TaskPicture, taskPicture } from './graph/picture.js'
import { planningNames } from './graph/planners.js'
import { TaskPanel } from './head/task-panel.js'
import { smallContents } from './moment/contents.js'
import { StepPanel } from './step/step-panel.js'
import { type StepView, stepView } from './step/step-view.js'
import type { TaskBoard } from './task-board.js'
import { lookAt, type TaskFrame, TaskPage } from './task-frame.js'

interface Looked {
  readonly picture: TaskPicture
  readonly step: StepView | undefined
}

export const showGraph = async (board: TaskBoard, c: PageContext, task: string): Promise<Response> => {
  const view = viewIn(task, new URL(c.req.url).searchParams)
  const of = await lookAt(board, c, view, (state) => lookedAt(state, view))
  const { picture, step } = of.made
  const [attempts, planners, side] = await Promise.all([
    of.attempts.ofSteps(stepsOn(picture)),
    planningNames(board.parts.projections, task, picture.phases),
    view.step === null ? aboutTask(board, of) : aboutStep(board, of, step),
  ])
  return show(
    c,
    <TaskPage of={of} tab="graph">
      <div class="with-aside task-room">
        <GraphPanel
          view={view}
          picture={picture}
          attempts={byStep(attempts)}
          planners={planners}
          nowMs={of.times.nowMs}
        />
        {side}
      </div>
    </TaskPage>,
  )
}

const lookedAt = (state: TaskState, view: TaskView): Looked => ({
  picture: taskPicture(state, view, view.step ?? undefined),
  step: view.step === null ? undefined : stepView(state, view.step),
})

/** Those of which something is said: alone on a card, or inside of an open group. */
const stepsOn = ({ cards }: TaskPicture): ReadonlyArray<string> =>
  cards.flatMap(({ step, standing, inner }) => [...(standing === null ? [] : [step]), ...inner.map((one) => one.step)])

const byStep = (attempts: ReadonlyArray<AttemptSummary>): ReadonlyMap<string, ReadonlyArray<AttemptSummary>> => {
  const found = new Map<string, AttemptSummary[]>()
  for (const attempt of attempts) {
    const known = found.get(attempt.step)
    if (known === undefined) found.set(attempt.step, [attempt])
    else known.push(attempt)
  }
  return found
}

const aboutStep = async ({ parts }: TaskBoard, of: TaskFrame<Looked>, step: StepView | undefined) => {
  const { view } = of
  if (step === undefined) {
    return (
      <Panel id="step" live title="No such step">
        <p>
          The task has no step <code>{view.step}</code>
          {view.at === null ? '' : ' at this version'}. <a href={addressOf(view, { step: null })}>Back to the task</a>
        </p>
      </Panel>
    )
  }
  const [attempts, why, known] = await Promise.all([
    of.attempts.ofSteps([step.name]),
    view.at === null ? parts.why.step(view.task, step.name) : undefined,
    smallContents(parts.log, view.task, step.result === null ? [] : [step.result]),
  ])
  return (
    <StepPanel
      frame={of.frame}
      view={view}
      step={step}
      attempts={attempts}
      why={why?.sentences ?? []}
      result={step.result !== null && 'digest' in step.result ? known.get(step.result.digest) : undefined}
      nowMs={of.times.nowMs}
      mayChange={of.mayChange}
    />
  )
}

const MAX_RELATED = 20

const aboutTask = async ({ parts }: TaskBoard, of: TaskFrame<Looked>) => {
  const { view, head } = of
  const related = (filter: { readonly parentTask?: string; readonly forkedFrom?: string }) =>
    parts.projections.read
      .tasks({ ...filter, limit: MAX_RELATED })
      .then(({ items }) => items.map(({ task }) => task))
      .catch(() => [])
  const [children, forks, why] = await Promise.all([
    related({ parentTask: view.task }),
    related({ forkedFrom: view.task }),
    view.at === null && !head.isOver ? parts.why.task(view.task) : undefined,
  ])
  const sentences = [...(why?.sentences ?? []), ...(why?.steps ?? []).flatMap((step) => step.sentences)]
  return (
    <TaskPanel
      frame={of.frame}
      view={view}
      head={head}
      summary={of.summary}
      children_={[...new Set([...head.children.map((child) => child.task), ...children])]}
      forks={forks}
      known={of.known}
      why={sentences.slice(0, MAX_SENTENCES)}
      mayChange={of.mayChange}
    />
  )
}

const MAX_SENTENCES = 6
