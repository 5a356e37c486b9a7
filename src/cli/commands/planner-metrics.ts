/** `tasker planner metrics`: how planners did in the tasks of an installation, read off its log. */
import { PLANNER_EVENTS, readPlannerMetrics } from '../../audit/read-planner-metrics.js'
import type { Command } from '../command.js'
import { counted } from '../counted.js'
import { EXIT } from '../exit-code.js'
import { withLog } from '../log-access.js'
import { metricsAsJson, usedText } from '../planner-metrics-text.js'

export const plannerMetricsCommand: Command = {
  name: 'planner metrics',
  summary: 'tell how planners did: valid at the first try, revisions, findings, cost',
  options: {
    task: { type: 'string', value: 'TASK', summary: 'in this task' },
    template: { type: 'string', value: 'NAME', summary: "in this template's tasks" },
  },
  details:
    'Folded from the events of planning: nothing is estimated, and what a fork took over is not counted twice. A phase is a\n' +
    'planning step whose planner proposed something; what people proposed is counted for nobody.',
  examples: [
    { command: 'tasker planner metrics', says: 'over all tasks' },
    { command: 'tasker planner metrics --template research --json', says: "of one template's tasks, as data" },
  ],
  run: (invocation) =>
    withLog(invocation, async (log) => {
      const { option, output, json, signal } = invocation
      const [task, template] = [option('task'), option('template')]
      const filter = {
        types: PLANNER_EVENTS,
        ...(task === undefined ? {} : { task }),
        ...(template === undefined ? {} : { template }),
      }
      const metrics = await readPlannerMetrics(log.events({ filter, from: 'start', follow: false, signal }))
      if (json) {
        output.printJson(metricsAsJson(metrics))
        return EXIT.complete
      }
      const { phases, validAtFirstTry, accepted, revisions } = metrics
      if (phases === 0) output.print('No planner has proposed anything.')
      else {
        const revised = counted(revisions, 'revision')
        output.print(`${phases} phases: ${validAtFirstTry} valid at the first try, ${accepted} valid after ${revised}`)
      }
      for (const line of usedText(metrics)) output.print(line)
      return EXIT.complete
    }),
}
