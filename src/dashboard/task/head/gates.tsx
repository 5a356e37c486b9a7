/** Gates of the task that wait for people: what is asked, what is shown, and the vote, right there. */
import type { FC } from 'hono/jsx'
import type { Json } from '../../../core/json.js'
import { gatePath } from '../../gates/gate-list-page.js'
import { Field, Hidden, PostForm } from '../../page/form.js'
import type { Frame } from '../../page/frame.js'
import { Icon } from '../../page/icon.js'
import { Ago } from '../../page/moment.js'
import { Notice } from '../../page/parts.js'
import { addressOf, type TaskView, taskPath } from '../address.js'
import { ContentView } from '../content.js'
import type { WaitingGate } from './task-head.js'

export interface GatesProps {
  readonly frame: Frame
  readonly view: TaskView
  readonly gates: ReadonlyArray<WaitingGate>
  readonly known: ReadonlyMap<string, Json>
  readonly mayVote: boolean
}

/** Beside pages that are about something else: where one can vote. */
export const GateNotices: FC<Pick<GatesProps, 'view' | 'gates'>> = ({ view, gates }) => (
  <div id="gates" data-live="">
    {gates.map(({ step, question }) => (
      <Notice tone="ask">
        <a href={`${addressOf({ ...view, at: null, step: null })}#gate-${step}`}>{step}</a>
        {` waits for approval: ${question}`}
      </Notice>
    ))}
  </div>
)

export const Gates: FC<GatesProps> = (props) => (
  <div id="gates" data-live="" class="stack">
    {props.gates.map((gate) => (
      <Gate {...props} gate={gate} />
    ))}
  </div>
)

const Gate: FC<GatesProps & { readonly gate: WaitingGate }> = ({ frame, view, gate, known, mayVote }) => (
  <section class="panel gate" id={`gate-${gate.step}`} aria-label={`Gate ${gate.step}`}>
    <header>
      <Icon name="gate" />
      <h2>{gate.question}</h2>
      <span class="faint small">
        <a href={addressOf(view, { step: gate.step })}>{gate.step}</a>
        {` has ${gate.approvals.length} of ${gate.required}`}
        {gate.groups.length === 0 ? '; anybody may vote' : `; ${gate.groups.join(', ')} may vote`}
        {gate.timeoutAtMs === null ? null : (
          <>
            {', until '}
            <Ago at={gate.timeoutAtMs} />
          </>
        )}
      </span>
    </header>
    <div class="body">
      {gate.about === 'plan' ? (
        <p>
          <a href={gatePath(view.task, gate.step)}>See the plan as a picture, or edit it</a>, or{' '}
          <a href={`${taskPath(view.task, 'planning')}#plan-${gate.step}`}>
            what the planner was asked and why it proposes this
          </a>
          .
        </p>
      ) : null}
      {gate.asksForMore ? (
        <p>
          {gate.about === 'exhausted' ? 'It may not go on. ' : 'Its time is up. '}
          <a href={gatePath(view.task, gate.step)}>Allow it more</a>, or let the task go on without.
        </p>
      ) : null}
      <details open={gate.about === undefined}>
        <summary>What is shown</summary>
        <ContentView
          task={view.task}
          content={gate.context}
          known={'digest' in gate.context ? known.get(gate.context.digest) : undefined}
        />
      </details>
      {gate.approvals.map(({ actor, comment }) => (
        <p class="small">
          <Icon name="check" /> {actor}
          {comment === null ? '' : `: ${comment}`}
        </p>
      ))}
      {mayVote && view.at === null ? (
        <PostForm frame={frame} action={`${taskPath(view.task)}/vote`} class="vote" label={`Vote on ${gate.step}`}>
          <Hidden values={{ step: gate.step, digest: gate.digest }} />
          <Field label="Comment" class="wide">
            <input type="text" name="comment" maxlength={500} autocomplete="off" />
          </Field>
          <button class="button main" type="submit" name="vote" value="approve">
            <Icon name="check" /> Approve
          </button>
          <button class="button danger" type="submit" name="vote" value="reject">
            <Icon name="cross" /> Reject
          </button>
        </PostForm>
      ) : null}
    </div>
  </section>
)
