import * as E from 'fp-ts/lib/Either.js'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import {
  matches,
  mayMatch,
  needsLog,
  onlyStatus,
  parseTaskFilter,
  type TaskFacts,
  type TaskFilter,
} from '../../src/core/task-filter.js'

const test = suite('filters of tasks')

const FACTS: TaskFacts = {
  id: '0190',
  status: 'blocked_by_failures',
  namespace: 'default',
  template: 'order_intake',
  open: true,
  ageMs: 7_200_000,
  version: '1.2.0',
  priority: 5,
  error: 'http_status',
}

const filter = (text: string): TaskFilter => {
  const parsed = parseTaskFilter(text)
  if (E.isLeft(parsed)) throw new Error(parsed.left.message)
  return parsed.right
}
const meant = (text: string): boolean => matches(filter(text), FACTS)
const said = (text: string): string => {
  const parsed = parseTaskFilter(text)
  return E.isLeft(parsed) ? parsed.left.message : 'accepted'
}

test('every term must hold', () => {
  assert.ok(meant('status=blocked_by_failures namespace=default template=order_intake age>1h priority>=5'))
  assert.not.ok(meant('status=blocked_by_failures namespace=billing'))
  assert.ok(meant(''))
})

test('a value may be one of several, or a pattern, or not', () => {
  assert.ok(meant('status=error,blocked_by_failures'))
  assert.ok(meant('template=order_* id=*90'))
  assert.ok(meant('template=o*_*take'))
  assert.not.ok(meant('template=order_*x'))
  assert.not.ok(meant('template=order_intake*order_intake'))
  assert.not.ok(meant('error!=http_status'))
  assert.ok(meant('error!=timeout,aborted'))
})

test('ages and priorities are compared', () => {
  assert.ok(meant('age>=2h age<=120m age<1d age>90m'))
  assert.not.ok(meant('age>2h'))
  assert.ok(meant('priority=5 priority!=4 priority<6 priority>-1'))
  assert.not.ok(meant('open=false'))
})

test('what is no filter says what would be one', () => {
  assert.match(said('stauts=error'), /there is no key "stauts"; did you mean "status"\?; known are id, status/)
  assert.match(said('status=eror'), /there is no status "eror"; did you mean "error"\?/)
  assert.match(said('blocked'), /"blocked" is no term/)
  assert.match(said('age>1'), /age is a number with one of s, m, h, d/)
  assert.match(said('age=1h'), /age takes > >= < <=/)
  assert.match(said('status>error'), /status takes = or !=/)
  assert.match(said('priority=high'), /whole number/)
  assert.match(said('open=yes'), /open=true or open=false/)
  assert.match(said('template=a,,b'), /empty value/)
  assert.match(said('x'.repeat(3000)), /at most/)
})

test('what the head of a task tells is asked of the head', () => {
  assert.ok(mayMatch(filter('template=order_* priority>100'), FACTS))
  assert.not.ok(mayMatch(filter('age>1d'), FACTS))
  assert.not.ok(needsLog(filter('status=error age>1h')))
  assert.ok(needsLog(filter('version=1.*')))
  assert.is(onlyStatus(filter('age>1h status=error')), 'error')
  assert.is(onlyStatus(filter('status=error,cancelled')), undefined)
  assert.is(onlyStatus(filter('status!=error')), undefined)
})

test.run()
