/**
 * `npm run simulate -- --seed N [--seeds COUNT] [--deaths D] [--tasks T] [--processes P]`: runs simulated worlds and
 * says how their tasks ended. A world that goes wrong is printed with its seed and its story, and the exit code is 1.
 */
import { parseArgs } from 'node:util'
import { runSeed } from './run-seed.js'

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    seeds: { type: 'string', default: '1' },
    deaths: { type: 'string', default: '4' },
    tasks: { type: 'string', default: '3' },
    processes: { type: 'string', default: '2' },
  },
})

const numberOf = (name: keyof typeof values): number => {
  const number = Number(values[name])
  if (!Number.isSafeInteger(number) || number < 0) {
    process.stderr.write(`--${name} must be a whole number, not ${values[name]}\n`)
    process.exit(2)
  }
  return number
}

// Nothing of a simulated world keeps a real process alive.
const alive = setInterval(() => undefined, 60_000)
const first = numberOf('seed')
const count = numberOf('seeds')
const options = { deaths: numberOf('deaths'), tasks: numberOf('tasks'), processes: numberOf('processes') }
for (let seed = first; seed < first + count; seed += 1) {
  try {
    const { tasks, events, deaths, ends } = await runSeed(seed, options)
    const ended = Object.entries(ends).map(([end, number]) => `${number} ${end}`)
    process.stdout.write(`seed ${seed}: ${tasks} tasks, ${events} events, ${deaths} deaths; ${ended.join(', ')}\n`)
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
    process.exitCode = 1
    break
  }
}
clearInterval(alive)
