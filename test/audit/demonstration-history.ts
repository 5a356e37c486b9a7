/** The demonstration's task, run over a log in memory with its recorded answers. */
import * as E from 'fp-ts/lib/Either.js'
import { startCountryService } from '../../scripts/demonstration/country-service.js'
import { demoFiles } from '../../scripts/demonstration/demo-files.js'
import { streamOf } from '../../src/engine/ids.js'
import { parseRecorded, recordedPlanner } from '../../src/planner/recorded.js'
import { parseYaml } from '../../src/templates/yaml-source.js'
import { plannedTasker } from '../support/planned-tasker.js'
import type { History } from './told-task-history.js'

export const demonstrationHistory = async (): Promise<History> => {
  const service = await startCountryService()
  const files = demoFiles(service.host)
  const answers = parseRecorded(files.answers)
  const source = parseYaml(files.template, 'life-expectancy.yaml')
  if (E.isLeft(answers) || E.isLeft(source)) throw new Error('the demonstration cannot be read')
  const { tasker, log } = await plannedTasker(
    () => {
      throw new Error('the recorded answers stand in')
    },
    { handlers: [], namespace: 'demo', planner: recordedPlanner(answers.right), privateHosts: [service.host] },
  )
  const task = await tasker.tasks.create(await tasker.template(source.right.value), files.input)
  await task.result({ until: ({ status }) => status === 'waiting_for_approval' })
  for (const gate of await tasker.gates.list(task.id)) {
    await tasker.gates.approve(task.id, gate.step, { actor: 'reviewer', comment: 'go on without them' })
  }
  await task.result()
  return {
    log,
    stream: streamOf(task.id),
    close: async () => {
      await tasker.close()
      await service.close()
    },
  }
}
