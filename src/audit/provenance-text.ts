/** The provenance of a step in words, from the step up to the task's creation. */
import type { Json } from '../core/json.js'
import { boundsText, callText, placed, type TextOptions, who } from './audit-text.js'
import { paragraph } from './paragraphs.js'
import { namesOf } from './planning-text.js'
import type { Decision, Link, Place, Provenance, Root } from './provenance.js'

export const provenanceText = ({ task, links, root }: Provenance, options: TextOptions): ReadonlyArray<string> => [
  ...links.flatMap((link) => [...linkText(link, root, options), '']),
  ...rootText(task, root, options),
]

const linkText = (link: Link, root: Root, options: TextOptions): ReadonlyArray<string> => [
  `${link.step}  ${link.handler.replace(/^catalog:/, '')}${link.type === 'standard' ? '' : ` (${link.type})`}`,
  ...(link.created !== null && link.created.version === link.declared.version
    ? []
    : at(link.declared, options, 'declared')),
  ...(link.created === null ? [] : at(link.created, options, `created: ${decisionText(link.decision, root)}`)),
  ...(link.created === null ? paragraph('    ', decisionText(link.decision, root)) : []),
  ...callsText(link.decision, options),
]

const at = ({ version, actor }: Place, { timeOf }: TextOptions, what: string): ReadonlyArray<string> =>
  paragraph(`${placed(version, timeOf)}  `, `${what} (${who(actor)})`)

const decisionText = (decision: Decision, root: Root): string => {
  switch (decision.kind) {
    case 'template':
      return `a step of the template ${root.template.name} ${root.template.version}`
    case 'withheld':
      return 'nothing has created it so far: a decision or a plan has yet to name it'
    case 'fragment':
      return decision.proposed
        ? `planned by ${decision.by}`
        : `a step of the frame that had waited for ${decision.by}; it was not proposed`
    case 'replan':
      return decision.because?.type === 'phase-deadline-passed'
        ? `asks whether ${decision.by} gets more time${becauseOf(decision.because)}`
        : `in place of what ${decision.by} had planned, after it failed${becauseOf(decision.because)}${told(decision.failures)}`
    case 'decision':
      return `${decision.by} decided for ${namesOf(decision.chose)}`
    case 'batch':
      return `one of ${decision.instances} workers of the batches of ${decision.by}${told(decision.item)}`
    case 'fan-out':
      return `one of ${decision.instances} instances of ${decision.by}${told(decision.item)}`
    case 'compensation':
      return `it undoes ${decision.by}${becauseOf(decision.because)}`
    default:
      return never(decision)
  }
}

const MAX_TOLD_CHARS = 200

const told = (value: Json): string => {
  if (value === null) return ''
  const text = JSON.stringify(value)
  return `, for ${text.length > MAX_TOLD_CHARS ? `${text.slice(0, MAX_TOLD_CHARS)}…` : text}`
}

const becauseOf = (because: Place | null): string =>
  because === null ? '' : ` (${because.type}, version ${because.version})`

const callsText = (decision: Decision, options: TextOptions): ReadonlyArray<string> =>
  decision.kind === 'fragment'
    ? decision.calls.flatMap((call, index) => [...callText(call, options), ...promptText(decision.prompts[index])])
    : []

/** By which the very bytes that were sent are found in the log; `--full` shows them. */
const promptText = (digest: string | null | undefined): ReadonlyArray<string> =>
  digest == null ? [] : [`    prompt:    ${digest}`]

const rootText = (task: string, root: Root, options: TextOptions): ReadonlyArray<string> => [
  `task ${task}`,
  ...at(
    root.created,
    options,
    `created from ${root.template.namespace}/${root.template.name} ${root.template.version}`,
  ),
  `    template:  ${root.template.digest}`,
  ...(Object.keys(root.bounds).length === 0 ? [] : paragraph('    bounds:    ', boundsText(root.bounds))),
  `    input:     ${'digest' in root.input ? root.input.digest : JSON.stringify(root.input.value).slice(0, MAX_TOLD_CHARS)}`,
  ...(root.parent === null ? [] : [`    for:       step ${root.parent.step} of task ${root.parent.task}`]),
  ...(root.forkedFrom === null
    ? []
    : [`    forked:    from task ${root.forkedFrom.task} at version ${root.forkedFrom.version}`]),
]

const never = (decision: never): never => {
  throw new Error(`no step comes from ${JSON.stringify(decision)}`)
}
