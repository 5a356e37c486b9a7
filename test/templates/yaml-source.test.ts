import * as E from 'fp-ts/lib/Either.js'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { parseYaml, type YamlProblem, type YamlSource } from '../../src/templates/yaml-source.js'

const read = (text: string): YamlSource => {
  const source = parseYaml(text, 'some.yaml')
  if (E.isLeft(source)) throw new Error(`refused: ${JSON.stringify(source.left)}`)
  return source.right
}

const refusal = (text: string): YamlProblem => {
  const source = parseYaml(text, 'some.yaml')
  if (E.isRight(source)) throw new Error(`read as ${JSON.stringify(source.right.value)}`)
  const [first] = source.left
  if (first === undefined) throw new Error('refused without a problem')
  return first
}

test('every value knows its line and column', () => {
  const source = read('name: x\nsteps:\n  - name: a\n    handler:\n      callable: h\n  - name: b\n')
  assert.equal(source.value, { name: 'x', steps: [{ name: 'a', handler: { callable: 'h' } }, { name: 'b' }] })
  assert.equal(source.place('steps'), { line: 2, column: 1 })
  assert.equal(source.place('steps.0'), { line: 3, column: 5 })
  assert.equal(source.place('steps.0.handler.callable'), { line: 5, column: 7 })
  assert.equal(source.place('steps.1.name'), { line: 6, column: 5 })
})

test('a path that leads to no value has the place of its nearest ancestor', () => {
  const source = read('name: x\nsteps:\n  - name: a\n')
  assert.equal(source.place('steps.0.handler.callable'), { line: 3, column: 5 })
  assert.equal(source.place('steps.9'), { line: 2, column: 1 })
  assert.equal(source.place('version'), { line: 1, column: 1 })
  assert.equal(read('').place(''), undefined)
})

test('every place leads back to the text that was written there', () => {
  const text = 'steps:\n  - {name: a, timeout_seconds: 5}\n  - name: b\n    dependencies: [a, "c"]\n'
  const lines = text.split('\n')
  const at = (path: string): string => {
    const place = read(text).place(path)
    return place === undefined ? '' : (lines[place.line - 1] ?? '').slice(place.column - 1)
  }
  assert.is(at('steps.0.timeout_seconds'), 'timeout_seconds: 5}')
  assert.is(at('steps.1.dependencies.1'), '"c"]')
  assert.is(at('steps.1.dependencies.0'), 'a, "c"]')
})

test('JSON is read by the same function, tabs and escapes included', () => {
  const source = read('{\n\t"a": 1,\n\t"b": "\\ud83d\\ude00 \\/"\n}\n')
  assert.equal(source.value, { a: 1, b: '\u{1f600} /' })
  assert.equal(source.place('b'), { line: 3, column: 2 })
})

test('dates stay text, and the words of YAML 1.1 are no booleans', () => {
  assert.equal(read('a: 2020-01-01\nb: yes\nc: ~\nd: true\n').value, { a: '2020-01-01', b: 'yes', c: null, d: true })
})

test('a key named __proto__ is a key like any other', () => {
  assert.equal(JSON.stringify(read('__proto__: {x: 1}').value), '{"__proto__":{"x":1}}')
})

test('what is no value of JSON is refused where it stands', () => {
  assert.equal(refusal('a: 1\nb: .nan\n'), {
    code: 'invalid_yaml',
    file: 'some.yaml',
    message: '.nan is no value of JSON; quote it if it is text',
    line: 2,
    column: 4,
  })
  assert.match(refusal('a: -.inf').message, /no value of JSON/)
  assert.match(refusal('a: 12345678901234567890').message, /too large to be kept exactly/)
  assert.match(refusal('a: "\\0"').message, /NUL/)
  assert.match(refusal('a: "\\ud800"').message, /surrogate/)
})

test('tags, keys that are no text, duplicate keys and further documents are refused', () => {
  assert.match(refusal('a: !cmd rm').message, /tags are not accepted/)
  assert.match(refusal('a: !!binary aGk=').message, /tags are not accepted/)
  assert.match(refusal('? [a]\n: b').message, /keys must be strings/)
  assert.match(refusal('a: 1\na: 2').message, /unique/)
  assert.is(refusal('a: 1\nb: 2\na: 3').line, 3)
  assert.match(refusal('1: a\n"1": b').message, /unique/)
  assert.match(refusal('a: 1\n---\nb: 2').message, /more than one document/)
})

test('every problem of a text is told at once', () => {
  const source = parseYaml('a: .nan\nb: .inf\nc: 1\n', 'some.yaml')
  assert.is(E.isLeft(source) && source.left.length, 2)
})

test('aliases are expanded, each to the anchor before it', () => {
  assert.equal(read('a: &x {b: 1}\nc: *x\n').value, { a: { b: 1 }, c: { b: 1 } })
  assert.equal(read('a: &p {q: &x 1}\nb: &x 2\nc: *p\nd: *x\n').value, { a: { q: 1 }, b: 2, c: { q: 1 }, d: 2 })
  assert.equal(read('a: &x 1\nb: &y [*x]\nc: &x 2\nd: *y\n').value, { a: 1, b: [1], c: 2, d: [1] })
})

test('an alias without an anchor, or inside of its own, is refused', () => {
  assert.match(refusal('a: *x').message, /no anchor before it/)
  assert.match(refusal('a: &x [*x]').message, /contains itself/)
})

test('aliases of aliases cannot make a small file a large value', () => {
  const row = (name: string, of: string) => `${name}: &${name} [${Array.from({ length: 10 }, () => of).join(', ')}]`
  const text = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']
    .map((name, index, all) => row(name, index === 0 ? 'lol' : `*${all[index - 1] ?? ''}`))
    .join('\n')
  const source = parseYaml(text, 'some.yaml')
  assert.is(E.isLeft(source) && source.left.length, 1)
  assert.match(refusal(text).message, /expands to more than/)
})

test('a text that nests without end is refused before it is parsed', () => {
  for (const text of [
    '['.repeat(50_000),
    '{a: '.repeat(50_000),
    '- '.repeat(50_000),
    '? '.repeat(50_000),
    Array.from({ length: 3_000 }, (_, depth) => `${' '.repeat(depth)}a:`).join('\n'),
    '- '.repeat(100),
  ]) {
    assert.match(refusal(text).message, /nests deeper than 64/, text.slice(0, 20))
  }
  assert.type(read('- '.repeat(60)).value, 'object')
})

test('a long line, a deep indentation of plain text and a block of brackets are no nesting', () => {
  const wide = ' '.repeat(400)
  assert.equal(read(`a: |\n${wide}[[[ - - text\n`).value, { a: '[[[ - - text\n' })
  assert.equal(read(`a: x\n${wide}y: z`.replace('y: z', 'yz')).value, { a: 'x yz' })
  assert.type(read(`{${Array.from({ length: 400 }, (_, n) => `k${n}: ${n}`).join(', ')}}`).value, 'object')
})

test.run()
