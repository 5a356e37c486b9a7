import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { parseAnswer } from '../../../src/core/validation/parse-answer.js'

const findings = (raw: string) => {
  const parsed = parseAnswer(raw)
  return 'findings' in parsed ? parsed.findings.map(({ code, path, message }) => `${code} ${path}: ${message}`) : []
}

test('an answer is one JSON object and nothing else', () => {
  assert.equal(parseAnswer(' {"a": [1, {"b": "\\u00e9 } ]"}]}\n'), { fragment: { a: [1, { b: 'é } ]' }] } })
  assert.equal(parseAnswer('{}'), { fragment: {} })
})

test('what stands around the object is refused with what it is', () => {
  const refused: ReadonlyArray<[string, RegExp]> = [
    ['', /is empty/],
    ['  \n', /is empty/],
    ['```json\n{}\n```', /code fence/],
    ['Here it is: {}', /begins with "Here it is: \{\}"/],
    ['[{}]', /begins with/],
    ['null', /begins with/],
    ['{} I hope that this helps', /after the JSON object stands "I hope/],
    ['{"a": 1}{"b": 2}', /after the JSON object/],
    ['{"a": 1', /ends before the object does/],
    ['{"a": "x', /ends before the object does/],
    ["{'a': 1}", /is no JSON/],
    ['{"a": 1,}', /is no JSON/],
    ['{"a": NaN}', /is no JSON/],
    ['{"a": // why\n 1}', /is no JSON/],
  ]
  for (const [raw, message] of refused) {
    assert.is(findings(raw).length, 1, raw)
    assert.match(findings(raw)[0] ?? '', /^schema : /)
    assert.match(findings(raw)[0] ?? '', message)
  }
})

test('a key that stands twice is refused at its place, however it is spelt', () => {
  assert.equal(
    findings('{"a": 1, "b": {"c": [{}, {"d": 1, "\\u0064": 2}]}, "a": 3}').map((one) => one.split(':')[0]),
    ['schema a', 'schema b.c.1.d'],
  )
  assert.equal(findings('{"a": {"x": 1}, "b": {"x": 1}, "c": ["x", "x"], "d": "x"}'), [])
})

test('a key that changes prototypes is refused, and changes nothing', () => {
  assert.match(findings('{"a": {"__proto__": {"polluted": 1}}}')[0] ?? '', /^schema a\.__proto__/)
  assert.match(findings('{"\\u005f_proto__": 1}')[0] ?? '', /^schema __proto__/)
  assert.is(Reflect.get({}, 'polluted'), undefined)
})

test('an answer that is too long or nests too deep is refused unread', () => {
  assert.match(findings(`{"a": "${'x'.repeat(1024 * 1024)}"}`)[0] ?? '', /characters/)
  for (const open of ['[', '{"a":', '[{"a":']) {
    assert.match(findings(`{"a": ${open.repeat(100_000)}`)[0] ?? '', /nests deeper than 64/)
  }
})

test('half of a surrogate pair, which no log can hold, does not come back in a finding', () => {
  const half = String.fromCharCode(0xd800)
  for (const raw of [`${half}{}`, `{${half}`, `{"a": 1, "${half}": 1, "${half}": 2}`, `{} ${half}`]) {
    for (const message of findings(raw)) assert.not.match(message, /\p{Surrogate}/u)
  }
})

test.run()
