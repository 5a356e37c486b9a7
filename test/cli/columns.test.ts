import { stripVTControlCharacters } from 'node:util'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { columns, wrappedColumns } from '../../src/cli/columns.js'
import { outputTo, paletteFor } from '../../src/cli/output.js'

const test = suite('tables')

const ID = '01a20d1a-a77f-7cd8-8dce-7fed68d8775f'

test('without a width every text is whole', () => {
  assert.equal(
    columns([
      ['a', 'long text', 'x'],
      ['bbb', 'c', 'y'],
    ]),
    ['  a    long text  x', '  bbb  c          y'],
  )
})

test('rows fit the width; the widest columns are cut, and ids of tasks never', () => {
  const rows = [
    [ID, 'waiting_for_approval', 'a template with a rather long name', 'a message that goes on and on and on'],
    [ID, 'running', 'short', 'fine'],
  ]
  for (const width of [120, 100, 80, 60]) {
    const lines = columns(rows, width)
    assert.ok(
      lines.every((line) => line.length <= width),
      `${width}`,
    )
    assert.ok(
      lines.every((line) => line.includes(ID)),
      `${width}`,
    )
  }
  const [first = ''] = columns(rows, 110)
  assert.match(first, 'waiting_for_approval', 'the widest ones lose first')
  assert.match(first, /a template with.*…/)
  assert.equal(columns(rows, 1000), columns(rows))
})

test('where there is no room at all columns stay readable', () => {
  const [line = ''] = columns([['a column of text', 'another column']], 5)
  assert.is(line, '  a colum…  another…')
})

test('colours do not count, and end with what they colour', () => {
  const red = paletteFor({ write: () => undefined, isTTY: true }, {}).red
  const [line = ''] = columns([[red('a message that is far too long'), 'b']], 24)
  assert.is(stripVTControlCharacters(line), '  a message that is …  b')
  assert.match(line, '…\u001b[0m')
  assert.is(columns([[red('short'), 'b']], 80)[0], `  ${red('short')}  b`)
})

test('what is to be read in full goes on below itself', () => {
  assert.equal(wrappedColumns([['--flag', 'says something that takes more than a line']], 40), [
    '  --flag  says something that takes more',
    '          than a line',
  ])
})

test('a terminal decides how wide a table is, a pipe does not; colours are for terminals, unless somebody says so', () => {
  const written = (stream: { isTTY?: boolean; columns?: number }, environment: Record<string, string> = {}): string => {
    const texts: string[] = []
    const output = outputTo({ ...stream, write: (text) => texts.push(text) }, { write: () => undefined }, environment)
    output.table([[output.paint.bold('name'), 'x'.repeat(60)]])
    return texts.join('')
  }
  assert.is(written({}).length, '  name  '.length + 61)
  assert.ok(stripVTControlCharacters(written({ isTTY: true, columns: 40 })).length <= 41)
  const isColoured = (text: string): boolean => text.includes('\u001b[')
  const tty = { isTTY: true, columns: 80 }
  assert.equal(
    [
      written(tty),
      written(tty, { NO_COLOR: '1' }),
      written(tty, { TERM: 'dumb' }),
      written(tty, { FORCE_COLOR: '0' }),
      written({}),
      written({}, { FORCE_COLOR: '1' }),
      written({}, { FORCE_COLOR: '1', NO_COLOR: '1' }),
    ].map(isColoured),
    [true, false, false, false, false, true, true],
  )
})

test.run()
