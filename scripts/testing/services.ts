/**
 * The servers that tests run against: those that DATABASE_URL and REDIS_URL name, else a Postgres and a Redis of this
 * run's own, on random ports and in a temporary folder, gone when it ends.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startEmbeddedPostgres } from '../../src/log/embedded/embedded-postgres.js'
import { startRedis } from './redis-server.js'

export interface Services {
  readonly environment: Readonly<Record<string, string>>
  stop(): Promise<void>
}

export const startServices = async (): Promise<Services> => {
  const stops: Array<() => Promise<void>> = []
  const stop = async (): Promise<void> => {
    for (const one of stops.splice(0).reverse()) await one()
  }
  try {
    const DATABASE_URL = process.env.DATABASE_URL || (await ownPostgres(stops))
    const REDIS_URL = process.env.REDIS_URL || (await ownRedis(stops))
    return { environment: { DATABASE_URL, REDIS_URL }, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

const ownPostgres = async (stops: Array<() => Promise<void>>): Promise<string> => {
  const folder = await temporary('tasker-test-postgres-', stops)
  const postgres = await startEmbeddedPostgres({ dataDir: folder })
  stops.push(() => postgres.stop())
  return postgres.url('tasker')
}

const ownRedis = async (stops: Array<() => Promise<void>>): Promise<string> => {
  const folder = await temporary('tasker-test-redis-', stops)
  const redis = await startRedis(folder)
  stops.push(() => redis.stop())
  return redis.url
}

const temporary = async (prefix: string, stops: Array<() => Promise<void>>): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), prefix))
  stops.push(() => rm(folder, { recursive: true, force: true }))
  return folder
}
