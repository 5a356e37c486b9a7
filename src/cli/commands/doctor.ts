/** `tasker doctor`: looks at the whole set-up and says what is wrong with it and how to mend that. It changes nothing. */

import { columns } from '../columns.js'
import type { Command } from '../command.js'
import { type Check, examine, worstOf } from '../diagnosis/examine.js'
import { onlyOnDatabase } from '../on-database.js'
import type { Output } from '../output.js'

export const doctorCommand: Command = {
  name: 'doctor',
  summary: 'say what is wrong with the set-up, and how to mend it',
  details:
    'Looks at Node, the configuration, the database and how it is reached, its schema, Redis, the embedded Postgres,\n' +
    'the planner, the files that should be private, and what is out of bounds: lag, backlog, gates, dead letters, by the\n' +
    'thresholds of scripts/observability/alerts.yaml. Changes nothing. Exit code 0: all is well, or only advice is\n' +
    'given; 1: something must be mended; 4: the database or Redis cannot be reached.',
  examples: [
    { command: 'tasker doctor', says: 'a line for each thing, with a remedy where one is needed' },
    { command: 'tasker doctor --json', says: '{"healthy": …, "checks": [{name, state, message, code?, remedy?}]}' },
  ],
  run: async (invocation) => {
    if (invocation.option('server') !== undefined) onlyOnDatabase('an examination', invocation)
    const checks = await examine(invocation)
    const { healthy, exitCode } = worstOf(checks)
    if (invocation.json) {
      invocation.output.printJson({
        healthy,
        checks: checks.map(({ name, state, message, code, remedy }) => ({
          name,
          state,
          message,
          ...(code === undefined ? {} : { code }),
          ...(remedy === undefined ? {} : { remedy }),
        })),
      })
    } else printForPeople(checks, healthy, invocation.output)
    return exitCode
  },
}

const printForPeople = (checks: ReadonlyArray<Check>, healthy: boolean, output: Output): void => {
  const { paint } = output
  const marks = { good: paint.green('✓'), advice: paint.yellow('!'), bad: paint.red('✗') }
  const lines = columns(checks.map((check) => [marks[check.state], paint.bold(check.name), check.message]))
  for (const [index, check] of checks.entries()) {
    output.print(lines[index] ?? '')
    if (check.remedy !== undefined) output.print(`      ${paint.cyan('→')} ${check.remedy}`)
  }
  output.print('')
  output.print(conclusion(checks, healthy))
}

const conclusion = (checks: ReadonlyArray<Check>, healthy: boolean): string => {
  if (!healthy) return 'Mend what is marked with ✗, then run tasker doctor again.'
  const advised = checks.filter(({ state }) => state === 'advice').length
  return advised === 0 ? 'All is well.' : 'Nothing stands in the way. Look at what is marked with !'
}
