/** The command as a person starts it: its own Postgres, its files, its exit codes, and nothing left after Ctrl-C. */
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { existingData } from '../../src/log/embedded/cluster-folder.js'
import { runningPostmaster } from '../../src/log/embedded/postmaster.js'
import { packageRoot } from '../../src/package-root.js'

interface Ended {
  readonly code: number | null
  readonly out: string
  readonly err: string
}

const start = (dataDir: string, ...flags: ReadonlyArray<string>): ChildProcess => {
  const { ANTHROPIC_API_KEY: _, ...environment } = process.env
  return spawn(process.execPath, [join(packageRoot, 'dist/scripts/demonstration/main.js'), ...flags], {
    env: { ...environment, TASKER_DATA_DIR: dataDir },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
}

const ended = (child: ChildProcess, onErr: (err: string) => void = () => undefined): Promise<Ended> =>
  new Promise((resolve, reject) => {
    let out = ''
    let err = ''
    child.stdout?.on('data', (chunk) => {
      out += chunk
    })
    child.stderr?.on('data', (chunk) => {
      err += chunk
      onErr(err)
    })
    child.on('error', reject)
    child.on('close', (code) => resolve({ code, out, err }))
  })

const inFolder = async (use: (folder: string) => Promise<void>): Promise<void> => {
  const folder = await mkdtemp(join(tmpdir(), 'tasker-demo-'))
  try {
    await use(folder)
  } finally {
    const data = await existingData(join(folder, 'postgres'))
    // Root keeps the data where the server's user reaches them.
    if (data !== undefined) await rm(data, { recursive: true, force: true })
    await rm(folder, { recursive: true, force: true })
  }
}

const serverRuns = async (folder: string): Promise<boolean> => {
  const data = await existingData(join(folder, 'postgres'))
  return data !== undefined && (await runningPostmaster(data)) !== undefined
}

test('the demonstration ends with 0, keeps its chart, its numbers and its story, and stops its Postgres', async () => {
  await inFolder(async (folder) => {
    const { code, out, err } = await ended(start(folder))
    assert.is(code, 0, err)
    assert.match(out, /Task \S+ is complete/)
    // What the first page shows of it is what it prints, line for line; only the service's port is another each time.
    const printed = new Set(out.replaceAll(/127\.0\.0\.1:\d+/g, '127.0.0.1:4780').split('\n'))
    const [, shown = ''] =
      /\.\/scripts\/demo\n```[\s\S]*?\n```\n([\s\S]*?)```/.exec(
        await readFile(join(packageRoot, 'README.md'), 'utf8'),
      ) ?? []
    assert.ok(shown.includes('REJECTED by validation'))
    assert.equal(
      shown.split('\n').filter((line) => line !== '' && !printed.has(line)),
      [],
    )
    const kept = (name: string): Promise<string> => readFile(join(folder, 'demo', name), 'utf8')
    assert.match(await kept('life-expectancy.svg'), /^<svg /)
    assert.is(JSON.parse(await kept('report.json')).rows.length, 55)
    assert.match(await kept('story.txt'), /REJECTED by validation/)
    assert.not.ok(await serverRuns(folder))
  })
})

test('Ctrl-C in the middle of the task ends with 130, cancels the task and leaves nothing running', async () => {
  await inFolder(async (folder) => {
    const child = start(folder)
    let interrupted = false
    const { code, out } = await ended(child, (err) => {
      if (interrupted || !err.includes('plan: begins')) return
      interrupted = true
      child.kill('SIGINT')
    })
    assert.is(code, 130)
    assert.match(out, /Stopped: task \S+ is cancelled\./)
    assert.not.ok(await serverRuns(folder))
  })
})

test('with --serve the dashboard stays up on the task until Ctrl-C, and that is no failure', async () => {
  await inFolder(async (folder) => {
    const child = start(folder, '--serve')
    const page = new Promise<string>((resolve) => {
      let out = ''
      child.stdout?.on('data', (chunk) => {
        out += chunk
        const [url] = /http:\/\/\S+\/ui\/tasks\/\S+/.exec(out) ?? []
        if (url !== undefined) resolve(url)
      })
    })
    const end = ended(child)
    const url = await Promise.race([page, end.then(({ err }) => Promise.reject(new Error(err)))])
    const answer = await fetch(url)
    assert.is(answer.status, 200)
    assert.match(await answer.text(), /report_by_region/)
    child.kill('SIGINT')
    assert.is((await end).code, 0)
    assert.not.ok(await serverRuns(folder))
  })
})

test('wrong usage ends with 2 and shows the right one', async () => {
  await inFolder(async (folder) => {
    const { code, err } = await ended(start(folder, '--fast'))
    assert.is(code, 2)
    assert.match(err, /there is no "--fast"/)
    assert.match(err, /Usage: \.\/scripts\/demo/)
  })
})

test.run()
