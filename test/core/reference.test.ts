import * as E from 'fp-ts/lib/Either.js'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import {
  hasReference,
  parseReferences,
  type Reference,
  referencesIn,
  scanReferences,
} from '../../src/core/reference.js'

const only = (text: string): Reference | undefined => {
  const parsed = parseReferences(text)
  const [first] = E.isRight(parsed) ? parsed.right : []
  return E.isRight(parsed) && parsed.right.length === 1 && first?.kind === 'reference' ? first.reference : undefined
}

test('each kind of reference is read with its name and its path', () => {
  assert.equal(only('${steps.fetch.result}'), { root: 'steps', name: 'fetch' })
  assert.equal(only('${steps.fetch.result.body.rows}'), { root: 'steps', name: 'fetch', path: 'body.rows' })
  assert.equal(only('${steps.plan/each[3].result[*].x}'), { root: 'steps', name: 'plan/each[3]', path: '[*].x' })
  assert.equal(only('${task.context}'), { root: 'context' })
  assert.equal(only('${task.context[0]}'), { root: 'context', path: '[0]' })
  assert.equal(only('${secrets.API_KEY}'), { root: 'secrets', name: 'API_KEY' })
  assert.equal(only('${item}'), { root: 'item' })
  assert.equal(only('${item[0].a}'), { root: 'item', path: '[0].a' })
})

test('a step’s name ends at the first .result', () => {
  assert.equal(only('${steps.a.result.result.x}'), { root: 'steps', name: 'a', path: 'result.x' })
  assert.equal(only('${steps.a.results.result}'), { root: 'steps', name: 'a.results' })
})

test('a path ends where its parsing would, not at the first brace', () => {
  for (const path of [
    '{a: b, c: {d: e}}',
    '"a}b"',
    "[?name == '}'].x",
    '[?n == `{"a": "}"}`]',
    'length(@)',
    "'it\\'s }'",
    'a || b.{c: "]"}',
    '"\\"}"',
  ]) {
    assert.equal(only(`\${item.${path}}`), { root: 'item', path }, path)
  }
})

test('text and references alternate, and a dollar is a dollar', () => {
  assert.equal(parseReferences('$5 for ${item.name}, {ok} ${item.id}$'), {
    _tag: 'Right',
    right: [
      { kind: 'text', text: '$5 for ' },
      { kind: 'reference', reference: { root: 'item', path: 'name' }, source: '${item.name}' },
      { kind: 'text', text: ', {ok} ' },
      { kind: 'reference', reference: { root: 'item', path: 'id' }, source: '${item.id}' },
      { kind: 'text', text: '$' },
    ],
  })
  assert.equal(parseReferences(''), E.right([]))
})

test('an escaped reference is text', () => {
  assert.equal(parseReferences('$${item} and $$${item}'), E.right([{ kind: 'text', text: '${item} and $${item}' }]))
  assert.not(hasReference('$${item}'))
})

test('what is meant as a reference and is none is a problem', () => {
  for (const text of [
    '${}',
    '${foo}',
    '${items}',
    '${item.}',
    '${item.x',
    '${item.(}',
    "${item.'x}",
    '${item.a)}',
    '${steps.a}',
    '${steps..result}',
    '${steps.a b.result}',
    '${steps.a.result.}',
    '${secrets.}',
    '${secrets.A.b}',
    '${task.input}',
    '${ item }',
    '${',
  ]) {
    assert.ok(E.isLeft(parseReferences(text)), text)
    assert.ok(hasReference(text), text)
  }
})

test('every problem of a text is found, and what stands between them', () => {
  assert.equal(
    scanReferences('${a} ${item} ${b}').map(({ kind }) => kind),
    ['problem', 'text', 'reference', 'text', 'problem', 'text'],
  )
})

test('every string of a value is looked at, with its place', () => {
  const value = { b: ['plain', { c: '${item}' }], a: 'x ${foo}', '${item}': 1 }
  assert.equal(
    referencesIn(value).map(({ path }) => path.join('.')),
    ['b.1.c', 'a'],
  )
})

test('a text is read in one pass, however hostile', () => {
  const reads = (text: string): number => {
    let count = 0
    const counted = new Proxy(new String(text), {
      get: (target, key) => {
        const member: unknown = Reflect.get(target, key)
        if (typeof member !== 'function') return member
        return (...args: ReadonlyArray<unknown>) => {
          count++
          return Reflect.apply(member, target, args)
        }
      },
    })
    scanReferences(counted as unknown as string)
    return count
  }
  for (const piece of [
    '${item.(',
    '${item.)',
    '${',
    '${steps.a',
    "${item.'",
    '$',
    '${secrets.a',
    '${steps.${',
    '$${',
  ]) {
    const [small, large] = [reads(piece.repeat(100)), reads(piece.repeat(1_000))]
    assert.ok(large <= 12 * small + 100, `${piece}: ${small} and ${large} reads`)
  }
})

test.run()
