import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { packageRoot } from '../../src/package-root.js'
import { withFolder } from '../support/temporary-folder.js'

test('output that nobody reads on ends a command without a complaint, and its embedded database with it', () =>
  withFolder(async (cwd) => {
    const { PATH = '' } = process.env
    const child = spawn(process.execPath, [join(packageRoot, 'dist/src/bin.js'), 'task', 'list'], {
      cwd,
      env: { PATH },
    })
    let complaint = ''
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
      complaint += chunk
    })
    child.stdout.destroy()
    const [exit] = await once(child, 'close')
    assert.is(exit, 0, complaint)
    assert.not.match(complaint, 'EPIPE')
    const data = join(cwd, '.tasker/postgres/data')
    assert.ok(existsSync(data), 'it started a database')
    assert.not.ok(existsSync(join(data, 'postmaster.pid')), 'and left it running')
  }))

test.run()
