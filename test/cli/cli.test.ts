import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { Command, Invocation } from '../../src/cli/command.js'
import { COMMANDS } from '../../src/cli/command-table.js'
import { EXIT } from '../../src/cli/exit-code.js'
import { UserError } from '../../src/cli/user-error.js'
import { type Pretended, pretend } from './pretended-system.js'
import type { Spoken } from './spoken.js'

/** A command that remembers how it was called. */
const remembering = (
  name: string,
  run?: (invocation: Invocation) => Promise<number>,
): Command & { calls: Invocation[] } => {
  const calls: Invocation[] = []
  return {
    calls,
    name,
    summary: `does ${name}`,
    arguments: [{ name: 'TASK' }, { name: 'STEP', optional: true }],
    options: {
      comment: { type: 'string', value: 'TEXT', summary: 'why' },
      force: { type: 'boolean', short: 'f', summary: 'do it anyway' },
    },
    examples: [{ command: `tasker ${name} 7`, says: 'does it to 7' }],
    run: async (invocation) => {
      calls.push(invocation)
      return run === undefined ? EXIT.complete : run(invocation)
    },
  }
}

const say = (argv: string, commands: ReadonlyArray<Command>, pretended?: Pretended): Promise<Spoken> =>
  pretend(commands, argv.split(' ').filter(Boolean), pretended)

test('a command gets its arguments and flags, wherever they stand', async () => {
  const approve = remembering('gate approve')
  await say('gate approve --comment=fine 7 -f review --log-level debug', [approve])
  await say('--log-level debug gate approve 7 review --force --comment fine', [approve])
  assert.is(approve.calls.length, 2)
  for (const call of approve.calls) {
    assert.equal(call.arguments, ['7', 'review'])
    assert.is(call.option('comment'), 'fine')
    assert.ok(call.has('force'))
    assert.not.ok(call.json)
    assert.is(call.config().logLevel, 'debug')
  }
})

test('what nobody knows is a usage error that says what was probably meant', async () => {
  const run = remembering('run')
  const commands = [run, remembering('gate list')]
  const refused = async (argv: string, ...words: ReadonlyArray<string>): Promise<void> => {
    const { exit, stderr, stdout } = await say(argv, commands)
    assert.is(exit, EXIT.usage, argv)
    assert.is(stdout, '')
    for (const word of ['usage', ...words]) assert.match(stderr, word)
    assert.not.match(stderr, ' at ')
  }
  await refused('rnu 7', 'there is no command "rnu"', 'did you mean run?')
  await refused('gate lst', 'did you mean gate list?')
  await refused('run 7 --coment x', 'no flag --coment', 'did you mean --comment?')
  await refused('run 7 -x', 'no flag -x')
  await refused('run', 'needs TASK')
  await refused('run 7 review third', 'does not take "third"')
  await refused('run 7 --comment', '--comment needs a value')
  await refused('run 7 --comment --force', '--comment needs a value')
  await refused('run 7 --force=yes', '--force takes no value')
  await refused('run 7 --comment a --comment b', '--comment is given twice')
  assert.is(run.calls.length, 0)
})

test('help shows commands, groups, flags and examples', async () => {
  const commands = [remembering('run'), remembering('gate list'), remembering('gate approve')]
  const all = await say('--help', commands)
  assert.is(all.exit, EXIT.complete)
  for (const word of ['gate approve', '--database-url URL', 'Exit codes', '1.2.3']) assert.match(all.stdout, word)
  const nothing = await say('', commands)
  assert.is(nothing.exit, EXIT.usage)
  assert.match(nothing.stderr, 'gate approve')
  const group = await say('gate', commands)
  assert.is(group.exit, EXIT.usage)
  assert.match(group.stderr, 'gate list')
  assert.not.match(group.stderr, 'does run')
  const one = await say('run --help', commands)
  assert.is(one.exit, EXIT.complete)
  for (const word of ['tasker run TASK [STEP] [FLAGS]', '-f, --force', '--comment TEXT', 'tasker run 7']) {
    assert.match(one.stdout, word)
  }
  assert.is((await say('--version', commands)).stdout, '1.2.3\n')
})

test('every command of the program has a summary and examples', () => {
  const names = COMMANDS.map(({ name }) => name)
  assert.is(new Set(names).size, names.length)
  for (const { name, summary, examples } of COMMANDS) {
    assert.ok(summary.length > 0 && examples.length > 0, name)
    for (const { command } of examples) assert.match(command, `tasker ${name}`)
  }
})

test('an error that a person can mend is told in one shape, with its own exit code', async () => {
  const command = remembering('run', async () => {
    throw new UserError({
      code: 'template_invalid',
      message: 'the template cannot be used',
      place: { source: 'a.yaml', line: 3, column: 5 },
      details: [{ message: 'unknown key', path: 'steps.0.nmae', place: { source: 'a.yaml', line: 4, column: 7 } }],
      remedy: 'mend it',
      exitCode: EXIT.failed,
    })
  })
  const { exit, stderr, stdout } = await say('run 7', [command])
  assert.is(exit, EXIT.failed)
  assert.is(stdout, '')
  assert.is(
    stderr,
    'error template_invalid: the template cannot be used\n  at a.yaml:3:5\n  a.yaml:4:7: steps.0.nmae: unknown key\n  → mend it\n',
  )
})

test('with --json the error is the one value on stdout, in the shape that the command gives it', async () => {
  const fails = async (): Promise<never> => {
    throw Object.assign(new Error('gone'), { code: 'embedded_port', remedy: 'free it' })
  }
  const plain = await say('run 7 --json', [remembering('run', fails)])
  assert.is(plain.exit, EXIT.unreachable)
  assert.equal(JSON.parse(plain.stdout), { error: { code: 'embedded_port', message: 'gone', remedy: 'free it' } })
  const shaped = { ...remembering('run', fails), errorAsJson: ({ code }: { code: string }) => ({ taskId: null, code }) }
  assert.equal(JSON.parse((await say('run 7 --json', [shaped])).stdout), { taskId: null, code: 'embedded_port' })
  const usage = await say('run --json', [shaped])
  assert.is(usage.exit, EXIT.usage)
  assert.equal(JSON.parse(usage.stdout), { taskId: null, code: 'usage' })
})

test('a fault of ours is one line and a code; its stack only for who debugs', async () => {
  const broken = remembering('run', async () => {
    throw new TypeError('undefined is not a function')
  })
  const quiet = await say('run 7', [broken])
  assert.is(quiet.exit, EXIT.failed)
  assert.match(quiet.stderr, 'error internal: undefined is not a function')
  assert.not.match(quiet.stderr, 'cli.test')
  const asked = [
    say('run 7 --log-level debug', [broken]),
    say('run 7', [broken], { environment: { TASKER_LOG_LEVEL: 'debug' } }),
  ]
  for (const loud of await Promise.all(asked)) assert.match(loud.stderr, 'cli.test')
})

test('colours are for terminals, and NO_COLOR forbids them', async () => {
  const command = remembering('run', async () => {
    throw new UserError({ code: 'x', message: 'y' })
  })
  const ESCAPE = String.fromCharCode(27)
  assert.ok((await say('run 7', [command], { isTTY: true })).stderr.includes(ESCAPE))
  assert.not.ok((await say('run 7', [command])).stderr.includes(ESCAPE))
  const forbidden = await say('run 7', [command], { isTTY: true, environment: { NO_COLOR: '1' } })
  assert.not.ok(forbidden.stderr.includes(ESCAPE))
})

test('what a command logs goes to stderr, at the level that is configured', async () => {
  const command = remembering('run', async ({ logger, output }) => {
    logger.debug('too much')
    logger.info('started', { task: 7 })
    output.print('the answer')
    return EXIT.waiting
  })
  const { exit, stdout, stderr } = await say('run 7', [command])
  assert.is(exit, EXIT.waiting)
  assert.is(stdout, 'the answer\n')
  const lines = stderr.trimEnd().split('\n')
  assert.is(lines.length, 1)
  const { level, msg, task } = JSON.parse(lines[0] ?? '')
  assert.equal([level, msg, task], ['info', 'started', 7])
  assert.match((await say('run 7 --log-level debug', [command])).stderr, 'too much')
  const terminal = await say('run 7', [command], { isTTY: true, environment: { NO_COLOR: '1' } })
  assert.match(terminal.stderr, /^\d\d:\d\d:\d\d\.\d{3} info started task=7\n$/)
})

test.run()
