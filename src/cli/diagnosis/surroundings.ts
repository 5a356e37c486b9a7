/** What surrounds the command: Node, variables, the planner's key, the secrets that the configuration names. */
import { accessSync, constants } from 'node:fs'
import { resolve } from 'node:path'
import type { Config } from '../config/config.js'
import { CONFIG_KEYS } from '../config/keys.js'
import type { System } from '../system.js'
import { advice, bad, type Check, good } from './check.js'

type Environment = Readonly<Record<string, string | undefined>>

const OLDEST_NODE = [20, 18, 1] as const

export const examineNode = (version: string): Check => {
  const oldest = OLDEST_NODE.join('.')
  return isAtLeast(version, OLDEST_NODE)
    ? good('node', version)
    : bad('node', 'node_too_old', `${version} is older than ${oldest}`, `install Node ${oldest} or newer`)
}

/** Whether a dotted version is this one or newer. */
export const isAtLeast = (version: string, oldest: ReadonlyArray<number>): boolean => {
  const parts = version.split('.').map((part) => Number.parseInt(part, 10) || 0)
  for (const [index, wanted] of oldest.entries()) {
    const here = parts[index] ?? 0
    if (here !== wanted) return here > wanted
  }
  return true
}

export const examineVariables = (environment: Environment): ReadonlyArray<Check> => {
  const known = Object.values(CONFIG_KEYS).map(({ variable }) => variable)
  const strangers = Object.keys(environment).filter((name) => name.startsWith('TASKER_') && !known.includes(name))
  if (strangers.length === 0) return []
  return [
    advice('environment', `${strangers.sort().join(', ')} mean nothing to Tasker`, `known are ${known.join(', ')}`),
  ]
}

export const examinePlanner = (environment: Environment, model: string): Check =>
  (environment.ANTHROPIC_API_KEY ?? '') === ''
    ? advice(
        'planner',
        'ANTHROPIC_API_KEY is not set: planning steps need --planner recorded:FILE',
        'set ANTHROPIC_API_KEY to let Claude plan',
      )
    : good('planner', `anthropic, ${model} where a step names no model`)

export const examineSecrets = (config: Config, system: System): ReadonlyArray<Check> => {
  const kept = [...Object.entries(config.secrets), ...Object.entries(config.connections)]
  return kept.flatMap(([name, { env, file }]) => {
    if (env !== undefined && (system.environment[env] ?? '') === '') {
      return [bad('secrets', 'secret_missing', `${name} is kept in ${env}, which is not set`, `set ${env}`)]
    }
    if (file === undefined || isReadable(resolve(system.cwd, file))) return []
    return [bad('secrets', 'secret_missing', `${name} is kept in ${file}, which cannot be read`, `provide ${file}`)]
  })
}

const isReadable = (file: string): boolean => {
  try {
    accessSync(file, constants.R_OK)
    return true
  } catch {
    return false
  }
}
