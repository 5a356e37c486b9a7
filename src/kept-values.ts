/**
 * Values that the configuration only names: secrets and the addresses of connections, read from the environment or from
 * a file when they are needed. None of them is ever part of the configuration, an event or a message.
 */
import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { Config, SecretSource } from './cli/config/config.js'
import type { Connection, Connections } from './ports/connections.js'
import type { SecretsProvider } from './worker/resolve.js'

/** A secret that is configured, but has no value, is undefined like one that is not: the step says which it lacks. */
export const secretsOf =
  ({ secrets }: Pick<Config, 'secrets'>): SecretsProvider =>
  async (name) => {
    const secret = Object.hasOwn(secrets, name) ? secrets[name] : undefined
    const value = secret === undefined ? undefined : await valueBehind(secret)
    return secret === undefined || value === undefined ? undefined : { value, hosts: secret.hosts }
  }

/** The address of a connection is read each time that it is opened, so that a changed password needs no restart. */
export const connectionsOf = ({ connections }: Pick<Config, 'connections'>): Connections =>
  Object.fromEntries(
    Object.entries(connections).map(([name, { env, file, ...rest }]): [string, Connection] => {
      const source = { ...(env === undefined ? {} : { env }), ...(file === undefined ? {} : { file }) }
      return [name, { ...rest, url: () => urlOf(name, source) }]
    }),
  )

const urlOf = async (name: string, source: SecretSource): Promise<string> => {
  const url = await valueBehind(source)
  if (url !== undefined) return url
  const { env, file } = source
  const lacks = env === undefined ? `${file} cannot be read` : `${env} is not set`
  throw new Error(`the connection ${name} has no value here: ${lacks}`)
}

/** Undefined where it is not set, empty, or cannot be read. */
export const valueBehind = async ({ env, file }: SecretSource): Promise<string | undefined> => {
  // An empty variable counts as absent, as everywhere.
  if (env !== undefined) return process.env[env] || undefined
  if (file === undefined) return undefined
  try {
    // Files of secrets mostly end with a line break that is no part of the value.
    return (await readFile(resolve(file), 'utf8')).replace(/\r?\n$/, '') || undefined
  } catch {
    return undefined
  }
}
