import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../../../src/log/embedded/embedded-postgres.js'
import { exists } from '../../../src/log/embedded/live-process.js'
import { runningPostmaster } from '../../../src/log/embedded/postmaster.js'
import { type ClusterUser, printed, spawnClusterUser, useCluster } from '../../support/installation.js'
import { withFolder } from '../../support/temporary-folder.js'
import { until } from '../../support/until.js'

const ask = async (url: string, statement: string): Promise<ReadonlyArray<Record<string, unknown>>> => {
  const client = new pg.Client({ connectionString: url })
  client.on('error', () => undefined)
  await client.connect()
  try {
    return (await client.query(statement)).rows
  } finally {
    await client.end().catch(() => undefined)
  }
}

const up = (user: ClusterUser): Extract<ClusterUser['answer'], { kind: 'up' }> => {
  if (user.answer.kind !== 'up') throw new Error(`${user.answer.code}: ${user.answer.message}`)
  return user.answer
}

const pidOf = async (data: string): Promise<number> => (await runningPostmaster(data))?.pid ?? 0

/** Starts a cluster, and sees to it that nothing of it is left. */
const withCluster = (work: (cluster: EmbeddedPostgres, dataDir: string) => Promise<void>): Promise<void> =>
  withFolder(async (folder) => {
    const dataDir = join(folder, '.tasker/postgres')
    const cluster = await startEmbeddedPostgres({ dataDir })
    try {
      await work(cluster, dataDir)
    } finally {
      await cluster.stop()
      const left = await pidOf(cluster.data)
      if (left !== 0) process.kill(left, 'SIGKILL')
    }
  })

test('of three processes that start at once one starts the server and the others join it', () =>
  withFolder(async (folder) => {
    const dataDir = join(folder, 'postgres')
    const users = await Promise.all([1, 2, 3].map(() => useCluster({ dataDir })))
    const answers = users.map(up)
    assert.is(answers.filter(({ started }) => started).length, 1)
    assert.is(new Set(answers.map(({ url }) => url)).size, 1)
    const pid = await pidOf(up(users[0] as ClusterUser).data)
    await Promise.all(users.map((user) => user.leave()))
    assert.not.ok(exists(pid), 'the server outlived its last user')
  }))

test('the server stays while somebody uses it, and stops with the last', () =>
  withCluster(async (cluster, dataDir) => {
    const other = await useCluster({ dataDir })
    const pid = await pidOf(cluster.data)
    await cluster.stop()
    assert.equal(await ask(up(other).url, 'select 1 as one'), [{ one: 1 }])
    await other.leave()
    assert.not.ok(exists(pid))
  }))

test('a process that is killed leaves a server that the next one joins and stops', () =>
  withFolder(async (folder) => {
    const dataDir = join(folder, 'postgres')
    const killed = await useCluster({ dataDir })
    await ask(up(killed).url, 'create table kept (n int); insert into kept values (7)')
    await killed.kill()
    const next = await useCluster({ dataDir })
    assert.not.ok(up(next).started)
    assert.equal(await ask(up(next).url, 'select n from kept'), [{ n: 7 }])
    const pid = await pidOf(up(next).data)
    await next.leave()
    assert.not.ok(exists(pid))
  }))

test('a server that is killed is started again on the same port and has lost nothing', () =>
  withCluster(async (cluster, dataDir) => {
    const url = cluster.url('tasker')
    await ask(url, 'create table kept (n int); insert into kept values (7)')
    process.kill(await pidOf(cluster.data), 'SIGKILL')
    const next = await useCluster({ dataDir })
    assert.ok(up(next).started)
    assert.is(up(next).url, url)
    assert.equal(await ask(url, 'select n from kept'), [{ n: 7 }])
    await next.leave()
  }))

test('a process that is killed while it makes the cluster is in nobody’s way', () =>
  withFolder(async (folder) => {
    const dataDir = join(folder, 'postgres')
    const killed = spawnClusterUser({ dataDir })
    const isAtWork = (): boolean => {
      try {
        return statSync(join(dataDir, 'lock.1')).size > 0
      } catch {
        return false
      }
    }
    await until('the process holds the folder', isAtWork)
    killed.kill('SIGKILL')
    const next = await useCluster({ dataDir })
    assert.ok(up(next).started)
    await next.leave()
  }))

test('a stranger’s process under the number of an ended server does not pass for it', () =>
  withFolder(async (folder) => {
    const dataDir = join(folder, 'postgres')
    const first = await useCluster({ dataDir })
    await first.leave()
    writeFileSync(
      join(up(first).data, 'postmaster.pid'),
      `${process.pid}\n${up(first).data}\n1\n${up(first).port}\n\n127.0.0.1\n  1 1\nready\n`,
    )
    const next = await useCluster({ dataDir })
    assert.ok(up(next).started)
    await next.leave()
  }))

test('Ctrl-C in the terminal of its starter does not end the server', () =>
  withFolder(async (folder) => {
    const user = await useCluster({ dataDir: join(folder, 'postgres') })
    const interrupted = printed(user.child, 'interrupted')
    process.kill(-(user.child.pid ?? 0), 'SIGINT')
    await interrupted
    assert.equal(await ask(up(user).url, 'select 1 as one'), [{ one: 1 }])
    await user.leave()
  }))

test('a user of the cluster keeps it through a crash of one of its backends', () =>
  withCluster(async (cluster, dataDir) => {
    const pid = await pidOf(cluster.data)
    const url = cluster.url('postgres')
    const presence = "select pid from pg_stat_activity where application_name = 'tasker presence'"
    const [before] = await ask(url, presence)
    process.kill(Number(before?.pid), 'SIGKILL')
    await until('the presence is back', async () => {
      const [after] = await ask(url, presence).catch(() => [])
      return after !== undefined && after.pid !== before?.pid
    })
    const other = await useCluster({ dataDir })
    await other.leave()
    assert.is(await pidOf(cluster.data), pid)
    assert.equal(await ask(url, 'select 1 as one'), [{ one: 1 }])
  }))

test('it listens on the loopback address alone, wants its password, and keeps that to its owner', () =>
  withCluster(async (cluster, dataDir) => {
    const url = cluster.url('tasker')
    const [settings] = await ask(
      url,
      `select current_setting('listen_addresses') as listens, current_setting('unix_socket_directories') as sockets,
        current_setting('fsync') as fsync, current_setting('synchronous_commit') as synchronous_commit,
        current_setting('data_checksums') as checksums, current_setting('server_encoding') as encoding`,
    )
    assert.equal(settings, {
      listens: '127.0.0.1',
      sockets: '',
      fsync: 'on',
      synchronous_commit: 'on',
      checksums: 'on',
      encoding: 'UTF8',
    })
    const wrong = new URL(url)
    wrong.password = 'guess'
    const refused = await ask(wrong.href, 'select 1').catch((error: { code?: string }) => error.code)
    assert.is(refused, '28P01')
    assert.is(statSync(join(dataDir, 'cluster.json')).mode & 0o777, 0o600)
    assert.is(statSync(cluster.data).mode & 0o777, 0o700)
    const password = JSON.parse(readFileSync(join(dataDir, 'cluster.json'), 'utf8')).password
    assert.not.ok(readFileSync(join(dataDir, 'server.log'), 'utf8').includes(password))
  }))

test('the databases that are asked for are there, whatever they are called', () =>
  withFolder(async (folder) => {
    const names = ['tasker', 'a "quoted" name', "it's"]
    const cluster = await startEmbeddedPostgres({ dataDir: join(folder, 'postgres'), databases: names })
    for (const name of names) {
      assert.equal(await ask(cluster.url(name), 'select current_database() as name'), [{ name }])
    }
    await cluster.stop()
    await cluster.stop()
  }))

test.run()
