/** Completion as the shells do it: the scripts are loaded by the real ones, where they are there; bash always is. */
import { execFile, execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { COMMANDS } from '../../src/cli/command-table.js'
import { firstWords, groupsOf } from '../../src/cli/completion/words.js'
import { withFolder } from '../support/temporary-folder.js'
import { pretend } from './pretended-system.js'

const test = suite('completion')

const run = promisify(execFile)

const scriptFor = async (shell: string): Promise<string> => {
  const { exit, stdout } = await pretend(COMMANDS, ['completion', shell])
  assert.is(exit, 0)
  return stdout
}

/** What bash offers for the last of these words. */
const offeredBy = async (cwd: string, ...words: ReadonlyArray<string>): Promise<ReadonlyArray<string>> => {
  const program = `${await scriptFor('bash')}
COMP_WORDS=(tasker ${words.map((word) => `'${word}'`).join(' ')})
COMP_CWORD=${words.length}
_tasker
printf '%s\\n' "\${COMPREPLY[@]}"`
  const { stdout } = await run('bash', ['--norc', '-c', program], { cwd })
  return stdout.split('\n').filter((line) => line !== '')
}

test('bash offers commands, the commands of a group, flags of a command, and files', () =>
  withFolder(async (cwd) => {
    writeFileSync(join(cwd, 'order.yaml'), '')
    assert.equal(
      await offeredBy(cwd, ''),
      firstWords(COMMANDS).map(({ word }) => word),
    )
    assert.equal(await offeredBy(cwd, 'doc'), ['doctor'])
    assert.equal(
      await offeredBy(cwd, 'gate', ''),
      groupsOf(COMMANDS)
        .get('gate')
        ?.map(({ word }) => word),
    )
    assert.equal(await offeredBy(cwd, 'gate', 'ap'), ['approve'])
    assert.equal(await offeredBy(cwd, 'run', '--inp'), ['--input'])
    assert.ok((await offeredBy(cwd, 'worker', '--')).includes('--concurrency'))
    assert.not.ok((await offeredBy(cwd, 'gate', 'list', '--')).includes('--concurrency'))
    assert.equal(await offeredBy(cwd, 'run', 'ord'), ['order.yaml'])
    assert.equal(await offeredBy(cwd, 'run', 'order.yaml', '--input', 'o'), ['order.yaml'])
    assert.equal(await offeredBy(cwd, 'worker', '--log-level', 'd'), ['debug'])
    assert.equal(await offeredBy(cwd, '--log-level', 'debug', 'doc'), ['doctor'], 'a flag may stand first')
    assert.equal(await offeredBy(cwd, 'worker', '--namespace', ''), [], 'a name is the user’s to know')
  }))

test('every command and flag stands in each script', async () => {
  for (const shell of ['bash', 'zsh', 'fish']) {
    const script = await scriptFor(shell)
    for (const { name, options = {} } of COMMANDS) {
      for (const word of name.split(' ')) assert.ok(script.includes(word), `${shell}: ${word}`)
      for (const flag of Object.keys(options)) {
        assert.ok(script.includes(shell === 'fish' ? `-l ${flag}` : `--${flag}`), `${shell}: --${flag}`)
      }
    }
  }
})

const isThere = (program: string): boolean => {
  try {
    execFileSync(program, ['-c', 'true'])
    return true
  } catch {
    return false
  }
}

test('zsh and fish read their scripts without a complaint, where they are there', () =>
  withFolder(async (cwd) => {
    for (const shell of ['zsh', 'fish']) writeFileSync(join(cwd, shell), await scriptFor(shell))
    const zsh = ['zsh', '-f', '-c', 'autoload -U compinit; compinit -D -u; source ./zsh; echo $_comps[tasker]']
    const fish = ['fish', '--no-config', '-c', "source ./fish; complete -C 'tasker gate ap'"]
    for (const [program = '', ...argv] of [zsh, fish].filter(([program = '']) => isThere(program))) {
      const { stdout, stderr } = await run(program, argv, { cwd })
      assert.is(stderr, '')
      assert.match(stdout, program === 'zsh' ? '_tasker' : /^approve\t/)
    }
  }))

test('a shell that it does not know is told by the nearest one', async () => {
  const { exit, stderr } = await pretend(COMMANDS, ['completion', 'bsah'])
  assert.is(exit, 2)
  assert.match(stderr, 'did you mean bash?')
})

test.run()
