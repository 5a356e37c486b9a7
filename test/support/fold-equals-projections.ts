/**
 * To be called in the teardown of a test with a database: brings every projection to the end of the log, and holds each
 * of them against a fresh fold of it. What a test did to the log has to come to the same rows, however it came.
 */
import * as assert from 'uvu/assert'
import { PROJECTIONS } from '../../projections/projections.js'
import { createPostgresLog } from '../../src/log/postgres-log.js'
import { type Logger, silentLogger } from '../../src/ports/logger.js'
import { createProjector, type Projector } from '../../src/projector/projector.js'
import { systemClock } from '../../src/system-clock.js'

const PATIENCE_MS = 30_000

/** Throws with the first row that differs. */
export const foldEqualsProjections = (databaseUrl: string): Promise<void> =>
  withProjector(databaseUrl, async (projector, head) => {
    projector.start()
    for (const { name } of PROJECTIONS) {
      const isThere = await projector.waitFor(name, head, PATIENCE_MS)
      if (!isThere) assert.unreachable(`${name} does not come to ${head}: ${JSON.stringify(await projector.list())}`)
    }
    for (const { name } of PROJECTIONS) {
      const { difference } = await projector.verify(name)
      assert.is(difference, null, `${name}: ${JSON.stringify(difference)}`)
    }
  })

export const withProjector = async <A>(
  databaseUrl: string,
  use: (projector: Projector, head: number) => Promise<A>,
  logger: Logger = silentLogger,
): Promise<A> => {
  const opened = await createPostgresLog({ connectionString: databaseUrl })
  if (opened._tag === 'Left') throw new Error(opened.left.message)
  const log = opened.right
  const projector = createProjector({ log, clock: systemClock, logger, databaseUrl })
  try {
    return await use(projector, await log.position())
  } finally {
    await projector.close()
    await log.close()
  }
}
