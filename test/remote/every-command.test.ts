/**
 * Every command there is, asked of a server, comes to what it comes to on the database: the same words, the same document,
 * the same exit code. Those that only the database can answer say so.
 */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { COMMANDS } from '../../src/cli/command-table.js'
import { bothWays } from './both-ways.js'
import { ALONE, type Argv, CHANGES, LOOKS, type Looked, ON_DATABASE } from './command-lines.js'
import { standing } from './installation.js'

const test = suite('every command, here and there')

test('each is in one of the tables', () => {
  const known = [LOOKS, CHANGES, ON_DATABASE].flatMap((table) => Object.keys(table))
  assert.equal([...known, ...ALONE].sort(), COMMANDS.map(({ name }) => name).sort())
})

/** What is new with each asking is only counted: ids, times, digests. */
const steady = (text: string): string => {
  const seen = new Map<string, string>()
  const name = (kind: string) => (found: string) => {
    if (!seen.has(found)) seen.set(found, `<${kind} ${seen.size}>`)
    return seen.get(found) ?? ''
  }
  return (
    text
      .replace(/\d+\.\d+ s\b|(?<="seconds": )[\d.]+/g, '0')
      // Projections are compared on the database alone.
      .replace(/(?<=the fold agrees with ).*/, '<what was compared>')
      .replace(/\b(?:here|yond)-\d+/g, '<mark>')
      .replace(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, name('id'))
      .replace(/tsk_[0-9a-f]{16}_[\w-]{43}/g, '<secret>')
      .replace(/\b[0-9a-f]{16}\b/g, name('key'))
      .replace(/\b[0-9a-f]{64}\b/g, name('digest'))
      .replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|\+\d\d:\d\d)?/g, '<time>')
  )
}

/** One value is the same in whichever order its keys stand; of events there is one a line. */
const documentsIn = (stdout: string): unknown => {
  try {
    return JSON.parse(stdout)
  } catch {
    return stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
  }
}

/** Progress is told by whoever does the work, and is told or not by the moment; what is wrong is told by both. */
const printed = async (asked: Promise<{ exit: number; stdout: string; stderr: string }>, isJson: boolean) => {
  const { exit, stdout, stderr } = await asked
  const at = stderr.indexOf('error ')
  const text = steady(stdout)
  return {
    exit,
    stdout: isJson && text !== '' ? documentsIn(text) : text,
    error: at === -1 ? '' : steady(stderr.slice(at)),
  }
}

test('what it comes to on a server is what it comes to on the database', () =>
  bothWays(async (both) => {
    const { tasker, cwd, here, there } = both
    const looked: Looked = {
      done: await standing(tasker, 'hello.yaml', 'complete'),
      gated: await standing(tasker, 'gated.yaml', 'waiting_for_approval'),
      blocked: await standing(tasker, 'broken.yaml', 'blocked_by_failures'),
      planned: await standing(tasker, 'planned.yaml', 'waiting_for_approval'),
    }
    const different: string[] = []
    const compare = async (argvs: { readonly here: Argv; readonly there: Argv }) => {
      const isJson = argvs.here.includes('--json')
      const left = await printed(here(argvs.here), isJson)
      const right = await printed(there(argvs.there), isJson)
      try {
        assert.equal(right, left)
      } catch (error) {
        different.push(`tasker ${argvs.there.join(' ')}\n${Reflect.get(Object(error), 'details')}`)
      }
    }
    for (const [name, asked] of Object.entries(LOOKS)) {
      for (const words of asked(looked)) {
        for (const form of [[], ['--json']]) {
          const argv = [...name.split(' '), ...words, ...form]
          await compare({ here: argv, there: argv })
        }
      }
    }
    let round = 100
    for (const [name, changing] of Object.entries(CHANGES)) {
      for (const form of [[], ['--json']]) {
        // Of one length, since tables are as wide as what they hold.
        round += 1
        const marks = { here: `here-${round}`, there: `yond-${round}` }
        for (const mark of Object.values(marks)) {
          for (const [file, version] of [
            ['', '1.0.0'],
            ['-else', '1.0.0'],
          ] as const) {
            const text = `name: ${mark}\nversion: ${version}\nsteps:\n  - {name: first${file}, handler: {callable: greet}}\n`
            writeFileSync(join(cwd, `${mark}${file}.yaml`), text)
          }
        }
        const [left, right] = [await changing(both, marks.here), await changing(both, marks.there)]
        for (const [at, words] of left.entries()) {
          const argv = (own: Argv) => [...name.split(' '), ...own, ...form]
          await compare({ here: argv(words), there: argv(right[at] ?? []) })
        }
      }
    }
    assert.is(different.join('\n\n'), '')
  }))

test('what only the database can answer says so, with a code and what to do', () =>
  bothWays(async ({ tasker, url, there }) => {
    const done = await standing(tasker, 'hello.yaml', 'complete')
    const looked = { done, gated: done, blocked: done, planned: done }
    for (const [name, asked] of Object.entries(ON_DATABASE)) {
      for (const words of asked(looked)) {
        const argv = [...name.split(' '), ...words, '--server', url, '--json']
        const { exit, stdout, stderr } = await there(argv)
        assert.is(exit, 2, `${argv.join(' ')}: ${stdout}${stderr}`)
        const { error } = JSON.parse(stdout)
        assert.is(error.code, 'not_over_http', name)
        assert.match(stderr, '→ leave --server', name)
      }
    }
  }))

test('what is being recorded is followed on a server as on the database, until it is stopped', () =>
  bothWays(async ({ tasker, here, there }) => {
    const follow = async (way: typeof here) => {
      const stop = new AbortController()
      const argv = ['events', '--follow', '--from', 'start', '--type', 'task-completed', '--json']
      const lines: string[] = []
      const asked = way(argv, stop.signal, (text) => {
        lines.push(text)
        if (lines.length === 2) stop.abort()
      })
      await standing(tasker, 'hello.yaml', 'complete')
      const { exit, stderr } = await asked
      return { exit, stderr, events: lines.slice(0, 2).map((line) => JSON.parse(line)) }
    }
    await standing(tasker, 'hello.yaml', 'complete')
    const left = await follow(here)
    assert.equal([left.exit, left.stderr, left.events.length], [0, '', 2])
    assert.equal(await follow(there), left)
  }))

test.run()
