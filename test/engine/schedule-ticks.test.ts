import * as E from 'fp-ts/lib/Either.js'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { MAX_CATCH_UP_TICKS } from '../../src/core/limits.js'
import { dueTicks, type Ticks, ticksOf } from '../../src/engine/schedule-ticks.js'

const test = suite('ticks')

const at = (text: string): number => Date.parse(`2026-${text}Z`)
const iso = (ms: number | undefined): string | undefined =>
  ms === undefined ? undefined : new Date(ms).toISOString().slice(5, 19)

const ticks = (cron: string, timezone = 'UTC'): Ticks => {
  const read = ticksOf(cron, timezone)
  if (E.isLeft(read)) throw new Error(read.left.message)
  return read.right
}

const codeOf = (cron: string, timezone = 'UTC'): string => {
  const read = ticksOf(cron, timezone)
  return E.isLeft(read) ? read.left.code : 'read'
}

const decided = (cron: string, nextAt: string, catchUp: 'skip' | 'last' | 'all', now: string) => {
  const { run, missed, next } = dueTicks(ticks(cron), at(nextAt), catchUp, at(now))
  return [run.map(iso), missed === undefined ? undefined : [iso(missed.from), iso(missed.to)], iso(next)]
}

test('a tick that is noticed in time runs once, and the next one comes after it', () => {
  assert.equal(decided('*/5 * * * *', '01-01T10:10:00', 'skip', '01-01T10:10:00'), [
    ['01-01T10:10:00'],
    undefined,
    '01-01T10:15:00',
  ])
  assert.equal(decided('* * * * * *', '01-01T10:10:00', 'skip', '01-01T10:10:02'), [
    ['01-01T10:10:00', '01-01T10:10:01', '01-01T10:10:02'],
    undefined,
    '01-01T10:10:03',
  ])
})

test('of the ticks that were missed none, the last, or all are made up for', () => {
  const after = (catchUp: 'skip' | 'last' | 'all') => decided('0 * * * *', '01-01T01:00:00', catchUp, '01-01T03:30:00')
  assert.equal(after('skip'), [[], ['01-01T01:00:00', '01-01T03:00:00'], '01-01T04:00:00'])
  assert.equal(after('last'), [['01-01T03:00:00'], ['01-01T01:00:00', '01-01T02:00:00'], '01-01T04:00:00'])
  assert.equal(after('all'), [['01-01T01:00:00', '01-01T02:00:00', '01-01T03:00:00'], undefined, '01-01T04:00:00'])
})

test('what was missed does not keep a tick that is noticed in time from running', () => {
  assert.equal(decided('0 * * * *', '01-01T01:00:00', 'skip', '01-01T03:00:30'), [
    ['01-01T03:00:00'],
    ['01-01T01:00:00', '01-01T02:00:00'],
    '01-01T04:00:00',
  ])
})

test('all is so many and no more, the latest of them', () => {
  const { run, missed } = dueTicks(ticks('* * * * * *'), at('01-01T00:00:00'), 'all', at('06-01T00:00:00'))
  assert.is(run.length, MAX_CATCH_UP_TICKS)
  assert.equal([iso(run[0]), iso(run.at(-1))], ['05-31T23:58:21', '06-01T00:00:00'])
  assert.equal([iso(missed?.from), iso(missed?.to)], ['01-01T00:00:00', '05-31T23:58:20'])
})

test('a pattern is read in its time zone, with its clocks put forward and back', () => {
  const berlin = ticks('30 2 * * *', 'Europe/Berlin')
  const from = (start: string): ReadonlyArray<string | undefined> => {
    const first = berlin.after(at(start)) ?? 0
    const second = berlin.after(first) ?? 0
    return [iso(first), iso(second), iso(berlin.after(second))]
  }
  assert.equal(from('03-27T12:00:00'), ['03-28T01:30:00', '03-29T01:00:00', '03-30T00:30:00'])
  assert.equal(from('10-24T00:00:00'), ['10-24T00:30:00', '10-25T00:30:00', '10-26T01:30:00'])
})

test('what is no pattern, or no time zone, is told', () => {
  assert.equal(
    ['@daily', '* * * * *', '*/10 * * * * *', '0 9 * * MON-FRI', '0 0 L * *'].map((cron) => codeOf(cron)),
    ['read', 'read', 'read', 'read', 'read'],
  )
  assert.equal(
    ['', '* * *', '61 * * * *', '2026-01-01T00:00:00', '0 0 1 1 * * 2020', 'every day', '@sometimes'].map((cron) =>
      codeOf(cron),
    ),
    Array.from({ length: 7 }, () => 'invalid_cron'),
  )
  assert.equal(
    ['Mars/Phobos', ''].map((zone) => codeOf('* * * * *', zone)),
    ['invalid_timezone', 'invalid_timezone'],
  )
  assert.is(ticks('0 0 30 2 *').after(at('01-01T00:00:00')), undefined)
})

test.run()
