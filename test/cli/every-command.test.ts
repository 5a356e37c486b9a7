/** What a person may expect of every command, whichever it is. */
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { findCommand, parseFor } from '../../src/cli/arguments.js'
import { COMMANDS } from '../../src/cli/command-table.js'
import { pretend } from './pretended-system.js'

const test = suite('every command')

/** The commands of an example: what stands before and behind `tasker …` is the shell's. */
const commandLinesIn = (example: string): ReadonlyArray<ReadonlyArray<string>> =>
  example.split(/\s*(?:\||&&|<\(|\))\s*/).flatMap((part) => {
    const words = [...part.replace(/\s[0-9]?>.*$/, '').matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map(
      ([, double, single, bare]) => double ?? single ?? bare ?? '',
    )
    const at = words.indexOf('tasker')
    return at === -1 ? [] : [words.slice(at + 1)]
  })

test('has a help with its usage, its flags and an example that is a command line of its own', async () => {
  for (const command of COMMANDS) {
    const { exit, stdout, stderr } = await pretend(COMMANDS, [...command.name.split(' '), '--help'])
    assert.equal([exit, stderr], [0, ''], command.name)
    assert.match(stdout, `Usage  tasker ${command.name}`)
    assert.ok(command.examples.length > 0, `${command.name} has no example`)
    for (const example of command.examples) {
      const lines = commandLinesIn(example.command)
      const own = lines.find((argv) => findCommand(argv, COMMANDS).command === command)
      assert.ok(own !== undefined, `${command.name}: ${example.command}`)
      const { rest } = findCommand(own ?? [], COMMANDS)
      assert.not.throws(() => parseFor(command, rest), `${command.name}: ${example.command}`)
    }
  }
})

test('says by --json what is wrong, as one value with a code', async () => {
  for (const command of COMMANDS) {
    const { exit, stdout, stderr } = await pretend(COMMANDS, [...command.name.split(' '), '--no-such-flag', '--json'])
    assert.is(exit, 2, command.name)
    const printed = JSON.parse(stdout)
    const error = printed.error ?? printed.errors?.[0] ?? printed
    assert.is(error.code, 'usage', `${command.name}: ${stdout}`)
    assert.match(stderr, '--no-such-flag')
    assert.not.match(stderr, /^\s+at .*\.js:/m)
  }
})

test('refuses an argument too many, and says where its help is', async () => {
  for (const command of COMMANDS.filter(({ arguments: wanted = [] }) => wanted.at(-1)?.repeatable !== true)) {
    const many = [...(command.arguments ?? []), {}].map((_, index) => `word-${index}`)
    const { exit, stderr } = await pretend(COMMANDS, [...command.name.split(' '), ...many])
    assert.is(exit, 2, command.name)
    assert.match(stderr, `see tasker ${command.name} --help`)
  }
})

test('its exit codes stand in the help of the whole', async () => {
  const { stdout } = await pretend(COMMANDS, ['--help'])
  for (const code of ['0 complete or valid', '1 failed', '2 bad input or usage', '3 waits for people', '4 database']) {
    assert.match(stdout, code)
  }
  for (const { name } of COMMANDS) assert.match(stdout, name)
})

test.run()
