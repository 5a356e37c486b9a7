import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { checkExpression } from '../../../catalog/expressions/check-expression.js'

test('ordinary expressions are acceptable', () => {
  const expressions = [
    '@',
    'a.b[0]',
    "rows[?year > `1955` && region == 'Asia'].{name: country, n: length(notes)}",
    'sort_by(items, &name)[-1]',
    'let $x = a in b[?c == $x]',
    '"b-c"',
    'a[?b == `-1`]',
    'a[-1]',
    'a || b',
    'max_by(@, &n).name | to_string(@)',
  ]
  for (const expression of expressions) assert.is(checkExpression(expression), undefined, expression)
})

test('arithmetic is refused, and a hyphenated name is quoted as the remedy', () => {
  for (const [expression, remedy] of [
    ['a.b-c', 'quote the name: "b-c"'],
    ['rows[*].life-expectancy', 'quote the name: "life-expectancy"'],
    ['x-request-id', 'quote the name: "x-request-id"'],
    ['a-1', 'quote the name: "a-1"'],
  ] as const) {
    assert.is(checkExpression(expression)?.remedy, remedy, expression)
  }
  for (const expression of ['a + b', 'a * b', 'a / b', 'a % b', '-a', 'f[?a - b > `1`]']) {
    const fault = checkExpression(expression)
    assert.match(fault?.problem ?? 'accepted', /arithmetic is not allowed|is no JMESPath/, expression)
    assert.ok((fault?.remedy.length ?? 0) > 10, expression)
  }
})

test('what cannot be parsed, or calls what does not exist, is refused with the reason', () => {
  assert.match(checkExpression('')?.problem ?? '', 'is empty')
  assert.match(checkExpression('a[')?.problem ?? '', 'is no JMESPath')
  assert.match(checkExpression('sqrt(a)')?.problem ?? '', 'calls sqrt(), which is no function')
  assert.match(checkExpression('sqrt(a)')?.remedy ?? '', 'sort_by')
  assert.match(checkExpression('&a')?.problem ?? '', '& outside of a function')
  assert.match(checkExpression('[&a]')?.problem ?? '', '& outside of a function')
})

test('length, depth and size are limited before anything evaluates', () => {
  assert.is(checkExpression('a'.repeat(1_000)), undefined)
  assert.match(checkExpression('a'.repeat(1_001))?.problem ?? '', 'has 1001 characters')
  assert.match(checkExpression(`${'['.repeat(300)}a${']'.repeat(300)}`)?.problem ?? '', /nests deeper|is no JMESPath/)
  assert.match(checkExpression(`${'!'.repeat(500)}a`)?.problem ?? '', 'nests deeper than 20')
  assert.match(
    checkExpression(`[${Array.from({ length: 250 }, () => 'a').join(',')}]`)?.problem ?? '',
    'more than 200 parts',
  )
  assert.match(checkExpression(`${'('.repeat(900)}a`)?.problem ?? '', 'is no JMESPath')
})

test('a literal may hold what looks like arithmetic', () => {
  assert.is(checkExpression("a == 'b-c'"), undefined)
  assert.is(checkExpression('a == `{"type": "Arithmetic"}`'), undefined)
})

test.run()
