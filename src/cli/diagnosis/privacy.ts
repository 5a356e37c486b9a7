/** Files that hold secrets should be their owner's alone. */
import { readFileSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { Config } from '../config/config.js'
import type { System } from '../system.js'
import { advice, type Check, good } from './check.js'

export const examinePrivacy = (config: Config, system: System): ReadonlyArray<Check> => {
  const at = (file: string): string => resolve(system.cwd, file)
  const files = [
    ...(holdsPassword(at('tasker.yaml')) ? ['tasker.yaml'] : []),
    join(config.dataDir, 'postgres', 'cluster.json'),
    ...[...Object.values(config.secrets), ...Object.values(config.connections)].flatMap(({ file }) => file ?? []),
  ]
  const open = files.filter((file) => isOpen(at(file)))
  if (open.length === 0) return [good('private files', 'readable by their owner alone')]
  return open.map((file) => advice('private files', `others can read ${file}`, `chmod 600 ${file}`))
}

/** A connection string with a password in it makes the file a secret. */
const holdsPassword = (file: string): boolean => {
  try {
    return /:\/\/[^\s/:@]*:[^\s@]+@/.test(readFileSync(file, 'utf8'))
  } catch {
    return false
  }
}

const isOpen = (file: string): boolean => {
  try {
    return (statSync(file).mode & 0o077) !== 0
  } catch {
    return false
  }
}
