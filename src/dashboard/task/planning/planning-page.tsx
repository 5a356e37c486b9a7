/** The planning of a task: each planning step with its calls, from the first proposal to the plan that was carried out. */
import * as E from 'fp-ts/lib/Either.js'
import type { FC } from 'hono/jsx'
import { replayTask } from '../../../audit/replay.js'
import type { ReplayedDecision } from '../../../audit/replayed-decision.js'
import { contentsOf } from '../../../audit/told-task.js'
import { streamOf } from '../../../engine/ids.js'
import { type PageContext, show } from '../../board.js'
import { EmptyState, Panel } from '../../page/parts.js'
import { countText, moneyText, plural } from '../../page/wording.js'
import { type TaskView, taskPath, versionIn, viewIn } from '../address.js'
import { phasesOf } from '../graph/phases.js'
import type { TaskBoard } from '../task-board.js'
import { lookAt, TaskPage } from '../task-frame.js'
import { CallPanel } from './call-panel.js'
import { isOfPlanning, type PlannedStep, planningView } from './planning-view.js'

/** Of more calls, the whole of one is shown at a time: prompts are long. */
const MAX_WHOLE_CALLS = 4

export const showPlanning = async (board: TaskBoard, c: PageContext, task: string): Promise<Response> => {
  const query = new URL(c.req.url).searchParams
  const view: TaskView = { ...viewIn(task, query), at: null }
  const [of, steps, replayed] = await Promise.all([
    lookAt(board, c, view, phasesOf),
    plannedSteps(board, task),
    query.get('replay') === null ? new Map<number, ReplayedDecision>() : replayedDecisions(board, task),
  ])
  const chosen = versionIn(query.get('call'))
  const calls = steps.reduce((sum, { calls: { length } }) => sum + length, 0)
  const hues = new Map(of.made.map(({ name, hue }) => [name, hue]))
  return show(
    c,
    <TaskPage of={of} tab="planning">
      {steps.length === 0 ? <NothingPlanned /> : <Summary view={view} steps={steps} isReplayed={replayed.size > 0} />}
      {steps.map(({ step, goal, calls: made }) => (
        <section class="stack plan" id={`plan-${step}`} aria-label={`Plans of ${step}`}>
          <PlanHead step={step} goal={goal} />
          {made.map((call) => (
            <CallPanel
              view={view}
              call={call}
              hueOf={(phase) => hues.get(phase)}
              replayed={call.judged === null ? undefined : replayed.get(call.judged)}
              isWhole={calls <= MAX_WHOLE_CALLS || chosen === call.asked}
            />
          ))}
        </section>
      ))}
    </TaskPage>,
  )
}

const plannedSteps = async ({ parts, moments }: TaskBoard, task: string): Promise<ReadonlyArray<PlannedStep>> => {
  const { events, times } = await moments.told.told(task)
  const read = await contentsOf(parts.log, streamOf(task), events.filter(isOfPlanning))
  return planningView(events, times, read)
}

/** By the versions of their verdicts. */
const replayedDecisions = async (
  { parts: { log, vocabulary } }: TaskBoard,
  task: string,
): Promise<ReadonlyMap<number, ReplayedDecision>> => {
  const replayed = await replayTask(log, streamOf(task), { vocabulary })
  return E.isLeft(replayed) ? new Map() : new Map(replayed.right.decisions.map((one) => [one.version, one]))
}

const NothingPlanned: FC = () => (
  <Panel>
    <EmptyState icon="planner" title="Nothing was planned">
      What a planner is asked, answers and is told about its answer stands here, for each planning step.
    </EmptyState>
  </Panel>
)

const Summary: FC<{
  readonly view: TaskView
  readonly steps: ReadonlyArray<PlannedStep>
  readonly isReplayed: boolean
}> = ({ view, steps, isReplayed }) => {
  const calls = steps.flatMap((step) => step.calls)
  const rejected = calls.filter(({ outcome }) => outcome.kind === 'rejected').length
  return (
    <div class="row apart">
      <p class="soft">
        {[
          plural(steps.length, 'planning step'),
          plural(calls.length, 'proposal or call', 'proposals and calls'),
          `${countText(rejected)} rejected`,
          moneyText(steps.reduce((sum, { costUsd }) => sum + costUsd, 0)),
          plural(
            steps.reduce((sum, { tokens }) => sum + tokens, 0),
            'token',
          ),
        ].join(', ')}
      </p>
      {isReplayed ? null : (
        <a class="button little" href={`${taskPath(view.task, 'planning')}?replay=yes`}>
          Judge again by today's validation
        </a>
      )}
    </div>
  )
}

const PlanHead: FC<{ readonly step: string; readonly goal: string | null }> = ({ step, goal }) => (
  <header class="plan-head">
    <h2>{step}</h2>
    {goal === null ? null : (
      <details>
        <summary>{goal.split('\n', 1)[0]}</summary>
        <p class="quote">{goal}</p>
      </details>
    )}
  </header>
)
