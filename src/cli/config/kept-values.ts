/**
 * Values that the configuration only points to, in a variable or in a file. They are read when somebody needs them and not
 * kept: what was changed meanwhile applies, and no picture of this process holds a secret that nobody used.
 */
import { readFile } from 'node:fs/promises'
import type { Connections } from '../../ports/connections.js'
import type { Config, SecretSource } from './config.js'

type Environment = Readonly<Record<string, string | undefined>>

/** The worker's provider of secrets. Rejects, naming the place, where the configured one holds nothing. */
export const secretsOf =
  ({ secrets }: Pick<Config, 'secrets'>, environment: Environment) =>
  async (name: string): Promise<{ readonly value: string; readonly hosts: ReadonlyArray<string> } | undefined> => {
    const secret = Object.hasOwn(secrets, name) ? secrets[name] : undefined
    return secret === undefined ? undefined : { value: await keptValue(secret, environment), hosts: secret.hosts }
  }

export const connectionsOf = ({ connections }: Pick<Config, 'connections'>, environment: Environment): Connections =>
  Object.fromEntries(
    Object.entries(connections).map(([name, connection]) => [
      name,
      { ...connection, url: () => keptValue(connection, environment) },
    ]),
  )

const keptValue = async ({ env, file }: SecretSource, environment: Environment): Promise<string> => {
  // Files end in a line break that belongs to nobody.
  const value = env === undefined ? (await readFile(file ?? '', 'utf8')).replace(/\r?\n$/, '') : environment[env]
  if (value !== undefined && value !== '') return value
  throw new Error(env === undefined ? `the file ${file} is empty` : `the environment variable ${env} is not set`)
}
