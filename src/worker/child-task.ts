/** A step that starts another task and waits for its end, as a handler says it. */
import type { Json } from '../core/json.js'
import type { Template } from '../core/template.js'
import { uuidv7 } from '../engine/ids.js'
import { outcome, type SpecialOutcome } from '../ports/handler.js'

export interface ChildTask {
  /** As `tasker.template(…)` or `tasker.templates.get(…)` gives it. */
  readonly template: Template
  readonly input?: Json
  /** What the child's failure means: the step fails with it (the default), or completes and says so. */
  readonly onFailure?: 'fail' | 'continue'
}

/**
 * To be returned by a handler. The task is created with the append that records it, and no attempt that is lost before
 * leaves one behind; the step waits without a worker, and its result is `{task, status, results}` with the results of the
 * child's steps by name. Cancelling the task cancels the child.
 */
export const childTask = ({ template, input = {}, onFailure = 'fail' }: ChildTask): SpecialOutcome =>
  outcome({
    kind: 'child-requested',
    child: uuidv7(Date.now()),
    // What stands in an event is JSON: keys without a value do not.
    template: { value: JSON.parse(JSON.stringify(template)) },
    input: { value: input },
    onFailure,
  })
