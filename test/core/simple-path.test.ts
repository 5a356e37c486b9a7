import { search } from '@jmespath-community/jmespath'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { Json } from '../../src/core/json.js'
import { parseSimplePath, readSimplePath } from '../../src/core/simple-path.js'

const DATA: Json = {
  a: { b: [{ c: 1 }, { c: null }, [10, 20]], 'x y': { d: 'deep' }, 'b-c': true },
  n: 0,
  empty: '',
  list: [1, 2, 3],
}

const SIMPLE = [
  '@',
  'a',
  'a.b',
  'a.b[0].c',
  'a.b[1].c',
  'a.b[2][1]',
  'a.b[-1][-2]',
  'a.b[9]',
  'a.b[-9]',
  'a."x y".d',
  'a."b-c"',
  '"a".b[0]',
  'n',
  'n.x',
  'empty',
  'empty.length',
  'list.length',
  'list[0].x',
  'none.of[3].this',
]

test('a simple path finds what JMESPath finds', () => {
  for (const path of SIMPLE) {
    const steps = parseSimplePath(path)
    if (steps === undefined) throw new Error(`${path} was not read`)
    assert.equal(readSimplePath(DATA, steps), search(DATA as never, path), path)
  }
})

test('a path that begins with an index reads a list', () => {
  assert.is(readSimplePath([[1, 2], 3], parseSimplePath('[0][1]') ?? []), 2)
})

test('the empty path is the value itself', () => {
  assert.is(readSimplePath(DATA, parseSimplePath('') ?? ['a']), DATA)
})

test('only an object’s own keys are found', () => {
  for (const path of ['constructor', 'toString', '__proto__', 'a.hasOwnProperty']) {
    assert.is(readSimplePath(DATA, parseSimplePath(path) ?? []), null, path)
  }
})

test('whatever is more than names and indices is left to the evaluator', () => {
  const paths = [
    'a[*]',
    'a.*',
    'a[]',
    'a[0:1]',
    'a[?b]',
    'a | b',
    'a || b',
    'f(a)',
    '{a: b}',
    '[a, b]',
    'a.b-c',
    '`1`',
    "'a'",
  ]
  const broken = ['.a', 'a.', 'a..b', 'a b', 'a[', 'a[x]', 'a"b"', '1a', 'a.[0]', '"a\\"b"', '""']
  for (const path of [...paths, ...broken]) assert.is(parseSimplePath(path), undefined, path)
})

test.run()
