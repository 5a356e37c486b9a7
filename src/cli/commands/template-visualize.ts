/** `tasker template visualize`: a template's graph as Mermaid text, for a page or a review. */
import type { StepDefinition, StepType } from '../../core/step.js'
import type { Template } from '../../core/template.js'
import type { Command } from '../command.js'
import { EXIT } from '../exit-code.js'
import { templateFor, vocabularyFor } from '../templates.js'

export const templateVisualizeCommand: Command = {
  name: 'template visualize',
  summary: 'print the graph of a template as Mermaid',
  arguments: [{ name: 'TEMPLATE.yaml' }],
  details: 'With --json the same text is the value of "mermaid".',
  examples: [{ command: 'tasker template visualize report.yaml > report.mmd', says: 'a graph that Mermaid draws' }],
  run: async (invocation) => {
    const [file = ''] = invocation.arguments
    const template = await templateFor(file, await vocabularyFor(invocation), invocation)
    const lines = mermaidOf(template)
    if (invocation.json) invocation.output.printJson({ mermaid: lines.join('\n') })
    else for (const line of lines) invocation.output.print(line)
    return EXIT.complete
  },
}

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
