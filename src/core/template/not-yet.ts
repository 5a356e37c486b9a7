/**
 * Keys of Tasker Core and of the design that mean something, but that nothing here does yet. Such a key is refused
 * rather than dropped, because a template that loads must do what it says. Work that makes one true takes its line out.
 */
import type { TemplateProblem } from './problem.js'
import type { WrittenStep, WrittenTemplate } from './written.js'

interface NotYet {
  readonly key: string
  readonly reason: string
}

const TEMPLATE: ReadonlyArray<NotYet & { readonly key: keyof WrittenTemplate }> = [
  { key: 'domain_events', reason: 'domain events are not published yet; declare none' },
]

const STEP: ReadonlyArray<NotYet & { readonly key: keyof WrittenStep }> = [
  { key: 'publishes_events', reason: 'domain events are not published yet; declare none' },
  { key: 'composition', reason: 'composed handlers are not run yet; name a callable' },
  { key: 'on_cancel', reason: 'steps are not compensated yet' },
  { key: 'on_failure', reason: 'steps are not compensated yet' },
]

export const notYet = (template: WrittenTemplate): ReadonlyArray<TemplateProblem> => [
  ...refuse(TEMPLATE, template, ''),
  ...template.steps.flatMap((step, index) => [
    ...refuse(STEP, step, `steps.${index}.`),
    ...handlerKeys(step, `steps.${index}.handler.`),
  ]),
]

const handlerKeys = (step: WrittenStep, at: string): ReadonlyArray<TemplateProblem> => {
  const { method, resolver } = step.handler
  const problems: TemplateProblem[] = []
  // A callable is looked up by its name here, which is what Tasker Core calls explicit mapping; `call` is its default.
  if (resolver !== undefined && resolver !== 'explicit_mapping') {
    problems.push(problem(`${at}resolver`, 'callables are found by their name only; leave it out'))
  }
  if (method !== undefined && method !== 'call') {
    problems.push(problem(`${at}method`, 'a handler has one entry point; register one handler for each method'))
  }
  return problems
}

const refuse = (keys: ReadonlyArray<NotYet>, value: object, at: string): ReadonlyArray<TemplateProblem> =>
  keys.filter(({ key }) => !isEmpty(Reflect.get(value, key))).map(({ key, reason }) => problem(`${at}${key}`, reason))

const problem = (path: string, reason: string): TemplateProblem => ({
  code: 'not_supported_yet',
  path,
  message: `not supported yet: ${reason}`,
})

/** An empty list or object asks for nothing. */
const isEmpty = (value: unknown): boolean =>
  value === undefined ||
  value === null ||
  value === false ||
  (typeof value === 'object' && Object.keys(value).length === 0)
