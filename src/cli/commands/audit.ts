/** `tasker audit`: the story of a task's planning, told from the log. */
import * as E from 'fp-ts/lib/Either.js'
import { type AuditStory, auditStory, type StoryItem } from '../../audit/audit-story.js'
import { auditText } from '../../audit/audit-text.js'
import { contentsOf, readTask } from '../../audit/told-task.js'
import type { JsonObject } from '../../core/json.js'
import { asJson, snakeCased } from '../../core/snake-case.js'
import type { Command } from '../command.js'
import { EXIT } from '../exit-code.js'
import { withLog } from '../log-access.js'
import { streamIn, taskIn, unknownTask } from '../task-argument.js'
import { UserError } from '../user-error.js'

export const auditCommand: Command = {
  name: 'audit',
  summary: "tell the story of a task's planning",
  arguments: [{ name: 'TASK' }],
  options: { full: { type: 'boolean', summary: 'with every prompt and every answer as they were' } },
  details:
    'In the order of the log: what the planner was asked, with which data and bounds; what it answered and why; what\n' +
    'validation found; what was created; what it cost; who approved it; and every time that a person took a hand.',
  examples: [
    { command: 'tasker audit 01932f6e-…', says: 'the story for people' },
    { command: 'tasker audit 01932f6e-… --json', says: 'all of it as data, prompts and answers included' },
  ],
  run: (invocation) =>
    withLog(invocation, async ({ record }) => {
      const [task = ''] = invocation.arguments
      const told = await readTask(record, streamIn(task))
      if (E.isLeft(told)) throw new UserError({ ...told.left, exitCode: EXIT.failed })
      const { stream, events, times } = told.right
      if (events.length === 0) throw unknownTask(task)
      const story = auditStory(events, await contentsOf(record, stream, events))
      const timeOf = (version: number): string => times[version - 1] ?? ''
      const { json, output, has } = invocation
      if (json) output.printJson({ task: taskIn(task), ...storyAsJson(story, timeOf) })
      else {
        const seconds = (version: number): string => timeOf(version).slice(0, 'yyyy-mm-ddThh:mm:ss'.length)
        for (const line of auditText(story, { timeOf: seconds, full: has('full') })) output.print(line)
      }
      return EXIT.complete
    }),
}

const storyAsJson = (story: AuditStory, timeOf: (version: number) => string): JsonObject => ({
  template: story.template === null ? null : snakeCased(story.template),
  created: { time: timeOf(1), by: asJson(story.createdBy) },
  forked_from: asJson(story.forkedFrom),
  story: story.items.map((item) => ({ version: item.version, time: timeOf(item.version), ...itemAsJson(item) })),
  totals: snakeCased(story.totals),
})

const itemAsJson = (item: StoryItem): JsonObject => {
  switch (item.kind) {
    case 'call':
      return { kind: 'call', ...snakeCased(item.call) }
    case 'gate':
      return { kind: 'gate', ...snakeCased(item.gate) }
    case 'intervention':
      return snakeCased(item)
  }
}
