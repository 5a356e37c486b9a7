import { readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { withFolderLock } from '../../../src/log/embedded/folder-lock.js'
import { markOf } from '../../../src/log/embedded/live-process.js'
import { withFolder } from '../../support/temporary-folder.js'

test('of many who want a folder one at a time works in it, and all get their turn', () =>
  withFolder(async (folder) => {
    let inside = 0
    let most = 0
    const turn = (): Promise<void> =>
      withFolderLock(folder, async () => {
        inside += 1
        most = Math.max(most, inside)
        await new Promise(setImmediate)
        inside -= 1
      })
    await Promise.all(Array.from({ length: 20 }, turn))
    assert.is(most, 1)
    assert.is(readdirSync(folder).length, 1)
  }))

test('a lock whose holder is dead, or whose number belongs to another process now, is taken over', () =>
  withFolder(async (folder) => {
    writeFileSync(join(folder, 'lock.1'), '999999999 1')
    assert.is(await withFolderLock(folder, async () => 'mine'), 'mine')
    writeFileSync(join(folder, 'lock.9'), `${process.pid} not-when-this-process-started`)
    assert.is(await withFolderLock(folder, async () => 'mine'), 'mine')
  }))

test('a lock whose holder lives is waited for', () =>
  withFolder(async (folder) => {
    const { pid, started } = markOf(process.pid)
    writeFileSync(join(folder, 'lock.4'), `${pid} ${started}`)
    let entered = false
    const waiting = withFolderLock(folder, async () => {
      entered = true
    })
    await new Promise(setImmediate)
    assert.not.ok(entered)
    writeFileSync(join(folder, 'lock.4'), 'free')
    await waiting
    assert.ok(entered)
  }))

test('work that fails gives the folder back', () =>
  withFolder(async (folder) => {
    const failed = withFolderLock(folder, async () => {
      throw new Error('no luck')
    })
    assert.is(await failed.catch((error: Error) => error.message), 'no luck')
    assert.is(await withFolderLock(folder, async () => 'mine'), 'mine')
  }))

test.run()
