/** Group commit: what is asked for meanwhile leaves together, in order, and never twice for one stream. */
import * as E from 'fp-ts/lib/Either.js'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { APPEND_MAX_EVENTS } from '../../src/core/limits.js'
import { timeText } from '../../src/log/event-time.js'
import { GroupCommit } from '../../src/log/group-commit.js'
import { type PreparedAppend, prepareAppend } from '../../src/log/prepared-append.js'
import type { AppendOutcome } from '../../src/ports/log.js'
import { appendTo, event, NOWHERE } from './appends.js'

const test = suite('group commit')

const ready = (stream: string, events = 1): PreparedAppend => {
  const append = appendTo(stream, NOWHERE, { events: Array.from({ length: events }, () => event()) })
  const prepared = prepareAppend(append, { micros: 0, text: timeText(0) })
  if (E.isLeft(prepared)) throw new Error(prepared.left.message)
  return prepared.right
}

/** A line whose answers the test gives by hand: each answers with its streams' names. */
const heldLine = () => {
  const sent: string[][] = []
  const answers: Array<{ land: () => Promise<void>; fail: () => Promise<void> }> = []
  const commits = new GroupCommit(() => {
    const streams: string[] = []
    return {
      add: (prepared) => streams.push(prepared.append.stream),
      write: () => {
        sent.push(streams)
        return new Promise<ReadonlyArray<AppendOutcome>>((resolve, reject) => {
          answers.push({
            land: () => turn(() => resolve(streams.map((stream) => ({ kind: 'duplicate', stream })))),
            fail: () => turn(() => reject(new Error('broken'))),
          })
        })
      },
    }
  })
  return { sent, answers, commits }
}

const turn = async (act: () => void = () => undefined): Promise<void> => {
  act()
  await new Promise((resolve) => setImmediate(resolve))
}

test('the first leaves at once, and what is asked for meanwhile leaves together in order', async () => {
  const { sent, answers, commits } = heldLine()
  const outcomes = ['a', 'b'].map((stream) => commits.append(ready(stream)))
  await turn()
  outcomes.push(...['c', 'd', 'e'].map((stream) => commits.append(ready(stream))))
  await turn()
  assert.equal(sent, [['a', 'b']])
  await answers[0]?.land()
  assert.equal(sent, [
    ['a', 'b'],
    ['c', 'd', 'e'],
  ])
  await answers[1]?.land()
  const streams = (await Promise.all(outcomes)).map((outcome) => outcome.kind === 'duplicate' && outcome.stream)
  assert.equal(streams, ['a', 'b', 'c', 'd', 'e'])
})

test('what one answer wakes leaves as one batch', async () => {
  const { sent, answers, commits } = heldLine()
  for (const stream of ['a', 'b']) void commits.append(ready(stream)).then(() => commits.append(ready(`${stream}2`)))
  await turn()
  await answers[0]?.land()
  assert.equal(sent, [
    ['a', 'b'],
    ['a2', 'b2'],
  ])
})

test('a stream is never twice in a batch, and keeps its order', async () => {
  const { sent, answers, commits } = heldLine()
  for (const stream of ['a', 'b', 'a', 'c', 'a', 'b']) void commits.append(ready(stream))
  await turn()
  assert.equal(sent, [['a', 'b', 'c']])
  await answers[0]?.land()
  assert.equal(sent[1], ['a', 'b'])
  await answers[1]?.land()
  assert.equal(sent[2], ['a'])
})

test('a batch closes when it is full, and what is too large goes alone', async () => {
  const { sent, answers, commits } = heldLine()
  const large = APPEND_MAX_EVENTS / 2 + 1
  void commits.append(ready('a', large))
  void commits.append(ready('b', large))
  void commits.append(ready('c', APPEND_MAX_EVENTS + 1))
  void commits.append(ready('d'))
  await turn()
  for (const answer of [0, 1, 2]) await answers[answer]?.land()
  assert.equal(sent, [['a', 'd'], ['b'], ['c']])
})

test('a broken line fails those who were on it, and the next ones go on', async () => {
  const { sent, answers, commits } = heldLine()
  const failing = commits.append(ready('a')).catch((error: Error) => error.message)
  await turn()
  const next = commits.append(ready('b'))
  await answers[0]?.fail()
  assert.is(await failing, 'broken')
  await answers[1]?.land()
  assert.is((await next).kind, 'duplicate')
  assert.is(sent.length, 2)
})

test('it is drained when nothing is under way or waiting', async () => {
  const { answers, commits } = heldLine()
  await commits.drained()
  void commits.append(ready('a'))
  void commits.append(ready('a'))
  let isDrained = false
  const drained = commits.drained().then(() => {
    isDrained = true
  })
  await turn()
  await answers[0]?.land()
  assert.is(isDrained, false)
  await answers[1]?.land()
  await drained
  assert.is(isDrained, true)
})

test.run()
