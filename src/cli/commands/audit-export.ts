/** `tasker audit export`: a task's whole record on stdout, as a file that stands on its own. */
import { bundleLines } from '../../audit/bundle.js'
import type { Command } from '../command.js'
import { EXIT } from '../exit-code.js'
import { withLog } from '../log-access.js'
import { onlyOnDatabase } from '../on-database.js'
import { writeLine } from '../output.js'
import { streamIn, unknownTask } from '../task-argument.js'

export const auditExportCommand: Command = {
  name: 'audit export',
  summary: "print a task's record as a bundle that proves itself",
  arguments: [{ name: 'TASK' }],
  details:
    'A line of JSON each: the head of the stream, then every event with its data and metadata as the exact texts that were\n' +
    'hashed, then every payload that they refer to. A task of any length is exported in the same memory;\n' +
    'tasker audit verify proves a bundle without a database.',
  examples: [{ command: 'tasker audit export 01932f6e-… > bundle.ndjson', says: 'to keep, or to hand to an auditor' }],
  run: async (invocation) => {
    onlyOnDatabase('a record with the texts that were hashed', invocation)
    return withLog(invocation, async ({ record }) => {
      const [task = ''] = invocation.arguments
      let lines = 0
      for await (const line of bundleLines(record, streamIn(task))) {
        await writeLine(invocation.output.stdout, line)
        lines += 1
        if (invocation.signal.aborted) return EXIT.failed
      }
      if (lines === 0) throw unknownTask(task)
      return EXIT.complete
    })
  },
}
