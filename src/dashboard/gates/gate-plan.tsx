/** A plan that waits for approval: as a picture, with its reasons, what changed since the last proposal, and a way to edit it. */
import type { FC } from 'hono/jsx'
import type { OpenGate } from '../../engine/gates.js'
import { DifferenceList } from '../page/difference-list.js'
import { Findings } from '../page/findings.js'
import { Field, Hidden, PostForm } from '../page/form.js'
import { fragmentSteps } from '../page/fragment-steps.js'
import type { Frame } from '../page/frame.js'
import { Notice, Panel } from '../page/parts.js'
import { StepsPicture } from '../page/steps-picture.js'
import { plural } from '../page/wording.js'
import type { PlanStory, RefusedEdit } from './gate-story.js'

export const GatePlan: FC<{
  readonly frame: Frame
  readonly gate: OpenGate
  readonly plan: PlanStory
  readonly mayEdit: boolean
}> = ({ frame, gate, plan, mayEdit }) => (
  <>
    {plan.refused === undefined ? null : <Refused edit={plan.refused} />}
    <Panel title="The plan" flush>
      <StepsPicture steps={fragmentSteps(plan.fragment, gate.step)} label={`The plan of ${gate.step}`} />
    </Panel>
    <Panel title="Why it is planned like this">
      {plan.reasoning === '' ? <p class="faint">Nothing was said.</p> : <p class="quote">{plan.reasoning}</p>}
      {plan.by === '' ? null : <p class="faint small">{`Proposed by ${plan.by}`}</p>}
    </Panel>
    {plan.differences === undefined ? null : (
      <Panel title="What changed since the proposal before">
        <DifferenceList differences={plan.differences} same="Nothing: it is the same plan." />
      </Panel>
    )}
    {mayEdit ? <EditForm frame={frame} gate={gate} plan={plan} /> : null}
  </>
)

const Refused: FC<{ readonly edit: RefusedEdit }> = ({ edit }) => (
  <Panel title={`The edit of ${edit.by} was refused`}>
    <Notice tone="bad" role="alert">
      {`${plural(edit.findings.length, 'finding')}: nothing of it exists, and the plan below still waits.`}
    </Notice>
    <Findings of={edit.findings} />
  </Panel>
)

const EditForm: FC<{ readonly frame: Frame; readonly gate: OpenGate; readonly plan: PlanStory }> = ({
  frame,
  gate,
  plan,
}) => (
  <Panel title="Edit the plan">
    <PostForm frame={frame} action={`/ui/gates/${gate.taskId}/plan`} class="form wide" label="Edit the plan">
      <Hidden values={{ step: gate.step }} />
      <Field label="Fragment" hint="Judged like any other proposal, and shown here again for approval.">
        <textarea class="code" name="fragment" rows={16} spellcheck={false} required>
          {JSON.stringify(plan.refused?.fragment ?? plan.fragment, null, 2)}
        </textarea>
      </Field>
      <Field label="Why">
        <input type="text" name="reasoning" maxlength={2000} />
      </Field>
      <div class="row">
        <button class="button" type="submit">
          Propose this instead
        </button>
      </div>
    </PostForm>
  </Panel>
)
