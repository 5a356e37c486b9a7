/** Everything that `doctor` looks at, in the order in which one thing rests on another. */
import type { Invocation } from '../command.js'
import type { Config } from '../config/config.js'
import { EXIT, type ExitCode } from '../exit-code.js'
import { asUserError, placeText } from '../user-error.js'
import { examineAccess } from './access.js'
import { bad, type Check, good } from './check.js'
import { examineDatabase, examineEmbedded } from './database.js'
import { examineObservability } from './observability.js'
import { examinePrivacy } from './privacy.js'
import { examineRedis } from './redis.js'
import { examineNode, examinePlanner, examineSecrets, examineVariables } from './surroundings.js'

export type { Check } from './check.js'

export const examine = async (invocation: Invocation): Promise<ReadonlyArray<Check>> => {
  const { system } = invocation
  const node = examineNode(process.versions.node)
  const config = configOr(invocation)
  if ('state' in config) return [node, config]
  const database = config.databaseUrl === undefined ? undefined : await system.probes.database(config.databaseUrl)
  const ofDatabase =
    config.databaseUrl === undefined || database === undefined
      ? await examineEmbedded(config.dataDir, system)
      : examineDatabase(database, config.databaseUrl, config.redisUrl === undefined)
  return [
    node,
    good('configuration', Object.values(config.sources).some(({ kind }) => kind === 'file') ? 'tasker.yaml' : 'valid'),
    ...examineVariables(system.environment),
    ...ofDatabase,
    ...(await examineRedis(config.redisUrl, system.probes)),
    examinePlanner(system.environment, config.plannerModel),
    ...(await examineAccess(config, database, system.probes)),
    ...examineSecrets(config, system),
    ...examinePrivacy(config, system),
    ...(await examineObservability(invocation, config, canBeRead(config, ofDatabase))),
  ]
}

/** Nothing is started in order to be looked at: of an embedded database, only one that runs. */
const canBeRead = (config: Config, database: ReadonlyArray<Check>): boolean =>
  database.every(({ state }) => state !== 'bad') &&
  (config.databaseUrl !== undefined || database.some(({ message }) => message.includes('runs on port')))

const configOr = (invocation: Invocation): Config | Check => {
  try {
    return invocation.config()
  } catch (error) {
    const known = asUserError(error)
    if (known === undefined) throw error
    const said = known.details.map(({ message, path, place }) =>
      [place === undefined ? undefined : placeText(place), path, message].filter(Boolean).join(': '),
    )
    return bad('configuration', known.code, said.join('; ') || known.message, known.remedy ?? '')
  }
}

export const worstOf = (checks: ReadonlyArray<Check>): { readonly healthy: boolean; readonly exitCode: ExitCode } => {
  const faults = checks.filter(({ state }) => state === 'bad')
  if (faults.length === 0) return { healthy: true, exitCode: EXIT.complete }
  return {
    healthy: false,
    exitCode: faults.some((fault) => fault.unreachable === true) ? EXIT.unreachable : EXIT.failed,
  }
}
