/** `tasker template show`: a registered template as its author wrote it. */
import type { Command } from '../command.js'
import { EXIT } from '../exit-code.js'
import { withTasker } from '../tasker.js'
import { templateName } from '../template-name.js'

export const templateShowCommand: Command = {
  name: 'template show',
  summary: 'print a registered template as it was written',
  arguments: [{ name: 'NAME[@VERSION]' }],
  details:
    'Without a version the latest release is meant. A namespace other than default stands before it: billing/order.',
  examples: [{ command: 'tasker template show order@1.2.0 > order.yaml', says: 'the text of that version' }],
  run: (invocation) =>
    withTasker(invocation, async ({ templates }) => {
      const [written = ''] = invocation.arguments
      const { registered } = await templates.get(templateName(written))
      if (invocation.json) invocation.output.printJson({ ...registered })
      else invocation.output.print(registered.text.trimEnd())
      return EXIT.complete
    }),
}
