/** `tasker template visualize`: a template's graph as Mermaid text or as an SVG, for a page or a review. */
import { MAX_DRAWN_STEPS } from '../../core/limits.js'
import type { Command } from '../command.js'
import { mermaidOf } from '../drawing/mermaid.js'
import { templateSvg } from '../drawing/template-svg.js'
import { EXIT } from '../exit-code.js'
import { isFile, namedTemplate } from '../template-name.js'
import { vocabularyFor } from '../templates.js'
import { UserError, usageError } from '../user-error.js'

export const templateVisualizeCommand: Command = {
  name: 'template visualize',
  summary: 'print the graph of a template as Mermaid or SVG',
  arguments: [{ name: 'TEMPLATE.yaml' }],
  options: { format: { type: 'string', value: 'FORMAT', summary: 'mermaid (the default) or svg' } },
  details:
    'In place of a file, [NAMESPACE/]NAME[@VERSION] names a registered template. Edges from a decision or planning step are\n' +
    'dotted: it chooses what follows. With --json the text is the value of "mermaid" or "svg".',
  examples: [
    { command: 'tasker template visualize report.yaml > report.mmd', says: 'a graph that Mermaid draws' },
    { command: 'tasker template visualize order@1.2.0 --format svg > order.svg', says: 'a drawing that needs nothing' },
  ],
  run: async (invocation) => {
    const [written = ''] = invocation.arguments
    const format = invocation.option('format') ?? 'mermaid'
    if (format !== 'mermaid' && format !== 'svg') throw usageError(`--format is mermaid or svg, not "${format}"`)
    // Which handlers there are, a server knows; here only the text is read.
    const isHere = isFile(written) && invocation.config().server === undefined
    const vocabulary = isHere ? await vocabularyFor(invocation) : undefined
    const template = await namedTemplate(written, invocation, vocabulary)
    if (format === 'svg' && template.steps.length > MAX_DRAWN_STEPS) {
      const message = `the template has ${template.steps.length} steps; a drawing holds ${MAX_DRAWN_STEPS}`
      throw new UserError({ code: 'too_many_steps', message, remedy: 'use --format mermaid' })
    }
    const text = format === 'svg' ? templateSvg(template) : mermaidOf(template).join('\n')
    if (invocation.json) invocation.output.printJson({ [format]: text })
    else invocation.output.print(text)
    return EXIT.complete
  },
}
