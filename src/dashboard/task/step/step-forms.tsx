/** What a person may do to a step: each with a reason, which is recorded. */
import type { FC } from 'hono/jsx'
import { Field, Hidden, PostForm } from '../../page/form.js'
import type { Frame } from '../../page/frame.js'
import { taskPath } from '../address.js'
import type { StepAction, StepView } from './step-view.js'

const WORDS: Readonly<Record<StepAction, readonly [verb: string, says: string]>> = {
  retry: ['Retry now', 'The next attempt runs at once.'],
  reset: ['Reset', 'It starts anew: its failures are forgotten, and what it leads to waits again.'],
  resolve: ['Resolve', 'It counts as done, without a result.'],
  complete: ['Complete', 'It counts as done, with the result that you give.'],
  skip: ['Skip', 'It counts as not there.'],
}

export const StepForms: FC<{ readonly frame: Frame; readonly task: string; readonly step: StepView }> = ({
  frame,
  task,
  step,
}) =>
  step.actions.length === 0 ? null : (
    <>
      <h3>Set right by hand</h3>
      {step.actions.map((action) => (
        <StepForm frame={frame} task={task} step={step.name} action={action} />
      ))}
    </>
  )

const StepForm: FC<{
  readonly frame: Frame
  readonly task: string
  readonly step: string
  readonly action: StepAction
}> = ({ frame, task, step, action }) => {
  const [verb, says] = WORDS[action]
  return (
    <details class="hand" id={`hand-${action}`}>
      <summary>{verb}</summary>
      <PostForm frame={frame} action={`${taskPath(task)}/step`} class="form" label={`${verb} ${step}`}>
        <Hidden values={{ step, action }} />
        <p class="small soft">{says}</p>
        {action === 'complete' ? (
          <Field label="Result, as JSON">
            <textarea class="code" name="result" required spellcheck={false}>
              {'{}'}
            </textarea>
          </Field>
        ) : null}
        <Field label="Reason">
          <input type="text" name="reason" required maxlength={500} autocomplete="off" />
        </Field>
        <div class="row">
          <button class={action === 'skip' ? 'button danger' : 'button main'} type="submit">
            {verb}
          </button>
        </div>
      </PostForm>
    </details>
  )
}
