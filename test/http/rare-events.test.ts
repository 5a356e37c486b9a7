/** A page of events looks at a bounded piece of the log, however little its filter lets through. */
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { MAX_SEARCHED_POSITIONS } from '../../src/http/limits.js'
import { appendTo, event, land, NOWHERE, newStream } from '../log/appends.js'
import { V1 } from './route-scenes.js'
import { served } from './served.js'

const test = suite('events that are rare')

test('what is far away is found page by page, and the last page says that it was', () =>
  served(async ({ tasker, get }) => {
    const stream = newStream()
    const common = Array.from({ length: MAX_SEARCHED_POSITIONS + 5 }, () => event('{"reason":"r"}', 'task-paused'))
    const events = [...common, event('{"reason":"r"}', 'task-resumed')]
    const { position } = await land(tasker.log, appendTo(stream, NOWHERE, { events }))
    const rare = `${V1}/events?type=task-resumed`
    const first = (await get(rare)).body
    assert.equal([first.items, first.next_cursor], [[], String(MAX_SEARCHED_POSITIONS)])
    const second = (await get(`${rare}&after=${first.next_cursor}`)).body
    assert.equal(
      [second.items.map((one: { position: number }) => one.position), second.next_cursor],
      [[position], null],
    )
    const full = (await get(`${V1}/events?type=task-paused&limit=2`)).body
    assert.equal([full.items.length, full.next_cursor], [2, '2'], 'a full page ends with its last event')
    assert.is((await get(`${V1}/events?type=task-failed&after=${position}`)).body.next_cursor, null)
  }))

test.run()
