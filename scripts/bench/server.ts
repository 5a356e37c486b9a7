/** A look at the Postgres server from outside the engine: its CPU time, the size of the database, its write-ahead log. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import { packageRoot } from '../../src/package-root.js'
import { clusterCpuSeconds } from './processes.js'

export interface ServerState {
  readonly cpuSeconds: number | undefined
  readonly databaseBytes: number
  readonly walBytes: number
}

export interface ServerSettings {
  readonly version: string
  readonly fsync: string
  readonly synchronousCommit: string
  readonly sharedBuffers: string
}

export const statement = (name: string): string => {
  const text = readFileSync(join(packageRoot, 'scripts/bench/bench.sql'), 'utf8')
  const found = text.split(/^-- name: /m).find((part) => part.startsWith(`${name}\n`))
  if (found === undefined) throw new Error(`bench.sql has no statement ${name}`)
  return found.slice(name.length)
}

export const withClient = async <A>(url: string, use: (client: pg.Client) => Promise<A>): Promise<A> => {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return await use(client)
  } finally {
    await client.end()
  }
}

export const readServer = async (client: pg.Client): Promise<ServerState> => {
  const { rows } = await client.query(statement('readServer'))
  return {
    cpuSeconds: clusterCpuSeconds(Number(rows[0].backend)),
    databaseBytes: Number(rows[0].database_bytes),
    walBytes: Number(rows[0].wal_bytes),
  }
}

export const readSettings = (url: string): Promise<ServerSettings> =>
  withClient(url, async (client) => {
    const { rows } = await client.query(statement('readSettings'))
    return {
      version: String(rows[0].version),
      fsync: String(rows[0].fsync),
      synchronousCommit: String(rows[0].synchronous_commit),
      sharedBuffers: String(rows[0].shared_buffers),
    }
  })

/** A database of this measurement's own. Dropped with everything in it, whoever is still connected. */
export const withDatabase = async <A>(serverUrl: string, use: (url: string) => Promise<A>): Promise<A> => {
  const name = `tasker_bench_${process.pid}_${Date.now()}`
  await withClient(serverUrl, (client) => client.query(`create database ${name} template template0 encoding 'UTF8'`))
  try {
    const url = new URL(serverUrl)
    url.pathname = `/${name}`
    return await use(url.href)
  } finally {
    await withClient(serverUrl, (client) => client.query(`drop database if exists ${name} with (force)`))
  }
}
