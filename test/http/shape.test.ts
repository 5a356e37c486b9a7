import * as t from 'io-ts'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { closed } from '../../src/core/closed.js'
import { integer, listOf, text } from '../../src/core/described.js'
import { readQuery } from '../../src/http/query.js'
import { list, named, orNull, shaped, unshaped } from '../../src/http/shape.js'

const inner = named('Inner', t.type({ due_at: t.string }))
const shape = named(
  'Outer',
  t.intersection([
    t.type({
      task_id: t.string,
      steps_done: list(inner),
      last_error: orNull(inner),
      by_status: t.record(t.string, inner),
    }),
    t.partial({ user_data: t.unknown }),
  ]),
)

test('an answer has the keys of its codec at every depth, and keys that people chose are left alone', () => {
  const value = {
    taskId: 'a',
    stepsDone: [{ dueAt: 'x' }],
    lastError: null,
    byStatus: { waiting_for_retry: { dueAt: 'y' }, camelCase: { dueAt: 'z' } },
    userData: { userKey: 1, snake_key: { innerKey: 2 } },
  }
  const written = shaped(shape, value)
  assert.equal(written, {
    task_id: 'a',
    steps_done: [{ due_at: 'x' }],
    last_error: null,
    by_status: { waiting_for_retry: { due_at: 'y' }, camelCase: { due_at: 'z' } },
    user_data: { userKey: 1, snake_key: { innerKey: 2 } },
  })
  assert.equal(unshaped(shape, written), value)
})

test('what the codec does not name stays in the house', () => {
  const value = { dueAt: 'x', secret: 'y' }
  assert.equal(shaped(inner, value), { due_at: 'x' })
})

const query = closed(
  {},
  { limit: integer({ min: 1, max: 9 }), status: listOf(text({ maxChars: 9 }), { maxItems: 3 }), open: t.boolean },
)
const read = (search: string) => readQuery(`http://tasker.test/tasks${search}`, query)

test('a query is read as its codec wants it: numbers, truth, and lists by commas or given several times', () => {
  assert.equal(read('?limit=3&open=false&status=a,b&status=c'), { limit: 3, open: false, status: ['a', 'b', 'c'] })
  assert.equal(read(''), {})
})

test('what a query cannot mean is refused with the key at fault', () => {
  for (const [search, path] of [
    ['?limit=0', 'limit'],
    ['?limit=3&limit=4', 'limit'],
    ['?limit=0x3', 'limit'],
    ['?limit=3e0', 'limit'],
    ['?open=yes', 'open'],
    ['?status=a,b,c,d', 'status'],
    ['?__proto__=1', '__proto__'],
    ['?constructor=1', 'constructor'],
  ] as const) {
    assert.throws(
      () => read(search),
      (error: { code?: string; errors?: ReadonlyArray<{ path: string }> }) =>
        error.code === 'invalid_query' && error.errors?.[0]?.path === path,
      search,
    )
  }
})

test.run()
