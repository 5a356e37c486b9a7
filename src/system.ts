/**
 * The system that commands run on, for real: this process, and what lies outside of it. The outside (databases, queues,
 * the catalog) takes half a second to load, and so is loaded when a command first reaches for it and not for a help.
 */
import { readFileSync } from 'node:fs'
import { userInfo } from 'node:os'
import { join } from 'node:path'
import type { Config } from './cli/config/config.js'
import type { System } from './cli/system.js'
import { UserError } from './cli/user-error.js'
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
  openDatabase: async (config, ...asked) => {
    refuseServer(config)
    return (await outside()).openDatabase(config, ...asked)
  },
  openTasker: async (config, logger, handlers, work) => {
    const { server } = config
    if (server === undefined || work !== undefined) {
      refuseServer(config)
      return (await outside()).openTasker(config, logger, handlers, work)
    }
    return (await import('./remote/remote-tasker.js')).remoteTasker(connectionOf(config, server))
  },
  openScratch: async (config, ...asked) => {
    refuseServer(config)
    return (await outside()).openScratch(config, ...asked)
  },
  goals: {
    folder: join(packageRoot, 'catalog/templates/eval'),
    answers: join(packageRoot, 'catalog/templates/eval/answers.recorded.json'),
  },
  openPlanner: async (choice) => (await outside()).openPlanner(choice),
  openLog: async (config, logger) =>
    config.server === undefined
      ? (await outside()).openLog(config, logger)
      : (await import('./remote/remote-log.js')).openRemoteLog(connectionOf(config, config.server)),
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

const connectionOf = ({ apiKey, actor }: Config, url: string) => ({ url, apiKey, actor })

/** Whoever works works on the database; a server of the environment or the file is for those who only ask. */
const refuseServer = ({ sources }: Config): void => {
  if (sources.server?.kind !== 'flag') return
  throw new UserError({
    code: 'not_over_http',
    message: 'this command needs the database itself, and no server does it',
    remedy: 'leave --server away',
  })
}

const versionOf = (manifest: string): string => String(JSON.parse(manifest).version)

/** A user without an entry in the system (a container's number) has no name. */
const loginName = (): string => {
  try {
    return userInfo().username
  } catch {
    return `user-${process.getuid?.() ?? 0}`
  }
}
