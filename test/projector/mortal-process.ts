/**
 * A process that projects, or rebuilds a projection, and kills itself in front of its nth statement: between any two
 * steps. Started by `crash.test.ts`; says `done` where it lives to see the end.
 */
import pg from 'pg'
import { silentLogger } from '../../src/ports/logger.js'
import { createProjector } from '../../src/projector/projector.js'
import { systemClock } from '../../src/system-clock.js'
import { openLog } from '../log/log-database.js'

const [url = '', does = '', statements = '0'] = process.argv.slice(2)
let left = Number(statements)

const query = pg.Client.prototype.query
Object.assign(pg.Client.prototype, {
  query(this: pg.Client, ...asked: unknown[]) {
    if (left === 0) process.kill(process.pid, 'SIGKILL')
    left -= 1
    return Reflect.apply(query, this, asked)
  },
})

const log = await openLog(url)
const projector = createProjector({ log, clock: systemClock, logger: silentLogger, databaseUrl: url })
if (does === 'rebuild') await projector.rebuild('catalog_usage')
else {
  projector.start()
  const head = await log.position()
  for (const { name } of await projector.list()) {
    if (!(await projector.waitFor(name, head, 20_000))) throw new Error(`${name} did not come to ${head}`)
  }
}
console.log('done')
process.exit()
