/**
 * The system that commands run on, for real: this process, and what lies outside of it. The outside (databases, queues,
 * the catalog) takes half a second to load, and so is loaded when a command first reaches for it and not for a help.
 */
import { readFileSync } from 'node:fs'
import { userInfo } from 'node:os'
import { join } from 'node:path'
import type { System } from './cli/system.js'
import { packageRoot } from './package-root.js'
import { DEFAULT_MODEL } from './planner/prices.js'

const outside = () => import('./outside.js')

export const realSystem = (signal: AbortSignal): System => ({
  environment: process.env,
  cwd: process.cwd(),
  stdout: process.stdout,
  stderr: process.stderr,
  version: versionOf(readFileSync(join(packageRoot, 'package.json'), 'utf8')),
  defaults: { plannerModel: DEFAULT_MODEL, actor: loginName() },
  signal,
  vocabularyOf: async (handlers) => (await outside()).vocabularyWith(handlers),
  openDatabase: async (...asked) => (await outside()).openDatabase(...asked),
  openTasker: async (...asked) => (await outside()).openTasker(...asked),
  openScratch: async (...asked) => (await outside()).openScratch(...asked),
  goals: {
    folder: join(packageRoot, 'catalog/templates/eval'),
    answers: join(packageRoot, 'catalog/templates/eval/answers.recorded.json'),
  },
  openPlanner: async (choice) => (await outside()).openPlanner(choice),
  openLog: async (...asked) => (await outside()).openLog(...asked),
  migrate: async (url) => (await outside()).migrateDatabase(url),
  probes: {
    database: async (url) => (await outside()).probes.database(url),
    redis: async (url) => (await outside()).probes.redis(url),
    issuer: async (rules) => (await outside()).probes.issuer(rules),
    embedded: async (dataDir) => (await outside()).probes.embedded(dataDir),
    misfits: async () => (await outside()).probes.misfits(),
    figures: async (...asked) => (await outside()).probes.figures(...asked),
  },
})

const versionOf = (manifest: string): string => String(JSON.parse(manifest).version)

/** A user without an entry in the system (a container's number) has no name. */
const loginName = (): string => {
  try {
    return userInfo().username
  } catch {
    return `user-${process.getuid?.() ?? 0}`
  }
}
