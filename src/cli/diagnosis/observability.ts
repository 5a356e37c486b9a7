/** Metrics, dashboards and alerts: whether they fit each other, and which figures are out of bounds. */
import type { Invocation } from '../command.js'
import type { Config } from '../config/config.js'
import { advice, bad, type Check, good } from './check.js'

export const examineObservability = async (
  { system, logger }: Pick<Invocation, 'system' | 'logger'>,
  config: Config,
  isReachable: boolean,
): Promise<ReadonlyArray<Check>> => {
  const misfits = await system.probes.misfits()
  const files =
    misfits.length === 0
      ? good('metrics', 'all that the dashboard and the alerts use is exported')
      : bad('metrics', 'metrics_misfit', misfits.join('; '), 'install Tasker anew: its files are not of one version')
  if (!isReachable) return [files]
  return [files, ...(await figureChecks(() => system.probes.figures(config, logger)))]
}

const figureChecks = async (
  read: () => ReturnType<Invocation['system']['probes']['figures']>,
): Promise<ReadonlyArray<Check>> => {
  try {
    const found = await read()
    if (found.length === 0) return [good('figures', 'lag, backlog, gates and dead letters are within their bounds')]
    return found.map(({ message, remedy }) => advice('figures', message, remedy))
  } catch (error) {
    return [advice('figures', `they cannot be read: ${error instanceof Error ? error.message : error}`, 'see above')]
  }
}
