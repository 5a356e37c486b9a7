/** A template's graph as Mermaid text, for a page or a review. */
import type { StepDefinition, StepType } from '../../core/step.js'
import type { Template } from '../../core/template.js'

const SHAPES: Readonly<Record<StepType, readonly [open: string, close: string]>> = {
  standard: ['["', '"]'],
  decision: ['{"', '"}'],
  planning: ['{{"', '"}}'],
  deferred_convergence: ['(["', '"])'],
  batchable: ['[["', '"]]'],
  batch_worker: ['[["', '"]]'],
  gate: ['[/"', '"/]'],
}

/** Solid edges are certain; those from a decision or planning step are dotted, for it chooses what follows. */
export const mermaidOf = (template: Template): ReadonlyArray<string> => {
  const ids = new Map(template.steps.map(({ name }, index) => [name, `s${index}`]))
  const types = new Map(template.steps.map(({ name, type }) => [name, type]))
  const arrow = (from: string): string =>
    types.get(from) === 'decision' || types.get(from) === 'planning' ? '-.->' : '-->'
  return [
    'flowchart TD',
    ...template.steps.map((step) => `  ${ids.get(step.name) ?? ''}${shapeOf(step)}`),
    ...template.steps.flatMap(({ name, dependencies }) =>
      dependencies.map((from) => `  ${ids.get(from) ?? ''} ${arrow(from)} ${ids.get(name) ?? ''}`),
    ),
  ]
}

const shapeOf = ({ name, type, handler }: StepDefinition): string => {
  const [open, close] = SHAPES[type]
  return `${open}${name}<br/><small>${handler.replaceAll('"', '#quot;')}</small>${close}`
}
