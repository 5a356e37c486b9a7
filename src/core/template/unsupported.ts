/**
 * Keys and values of Tasker Core that have no meaning here, each with the reason and with what to write instead. They
 * are refused rather than dropped: a template that loads does what it says.
 */
import { COMPENSATION_KEYS } from './compensations.js'
import type { TemplateProblem } from './problem.js'
import type { WrittenStep, WrittenTemplate } from './written.js'

export const unsupported = (template: WrittenTemplate): ReadonlyArray<TemplateProblem> => [
  ...refuse(template.task_handler, 'task_handler', TASK_HANDLER),
  ...Object.entries(template.environments ?? {}).flatMap(([name, { task_handler }]) =>
    refuse(task_handler, `environments.${name}.task_handler`, TASK_HANDLER),
  ),
  ...template.steps.flatMap((step, index) => ofStep(step, `steps.${index}`)),
]

const TASK_HANDLER = 'a task has no handler of its own; put what it does into a step'

const ofStep = (step: WrittenStep, at: string): ReadonlyArray<TemplateProblem> => [
  ...refuse(step.composition, `${at}.composition`, 'handlers are not composed; write the parts as steps'),
  ...refuse(
    step.batch_config?.checkpoint_interval,
    `${at}.batch_config.checkpoint_interval`,
    'the handler itself says when it saves, by saveCheckpoint or by yielding',
  ),
  ...ofResolver(step.handler.resolver, `${at}.handler.resolver`),
  ...COMPENSATION_KEYS.flatMap((key) => ofResolver(step[key]?.resolver, `${at}.${key}.resolver`)),
  ...(step.publishes_events ?? []).flatMap((event, index) =>
    typeof event === 'string'
      ? []
      : refuse(
          event.publisher,
          `${at}.publishes_events.${index}.publisher`,
          "an event's payload is the step's result or error, and subscribers read it from the log; leave it out",
        ),
  ),
]

/** A callable is looked up by its name, which is what Tasker Core calls explicit mapping. */
const ofResolver = (resolver: string | undefined, path: string): ReadonlyArray<TemplateProblem> =>
  resolver === 'explicit_mapping' ? [] : refuse(resolver, path, 'callables are found by their name only; leave it out')

const refuse = (value: unknown, path: string, reason: string): ReadonlyArray<TemplateProblem> =>
  value === undefined ? [] : [{ code: 'not_supported', path, message: `not supported: ${reason}` }]
