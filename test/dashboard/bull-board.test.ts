import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { BOARD_PATH, type BullBoard, openBullBoard } from '../../src/dashboard/queues/bull-board.js'
import type { Queue } from '../../src/ports/queue.js'
import { createMemoryQueue } from '../../src/queue/memory-queue.js'
import { createPostgresQueue } from '../../src/queue/postgres-queue.js'
import { createRedisQueue } from '../../src/queue/redis-queue.js'
import { freshDatabase } from '../support/postgres.js'

const test = suite('Bull Board')

const HINT = {
  stream: 'task-01900000-0000-7000-8000-0000000000aa',
  step: 1,
  attempt: 1,
  enqueue: 1,
  version: 3,
  priority: 10,
}

interface ShownQueue {
  readonly name: string
  readonly readOnlyMode: boolean
  readonly counts: Readonly<Record<string, number>>
}

const asked = async (board: BullBoard, path: string): Promise<Response> =>
  board.answer(new Request(`http://127.0.0.1:7300${BOARD_PATH}${path}`))

const showsItsQueues = async (queue: Queue): Promise<void> => {
  await queue.send('default', [HINT])
  const board = openBullBoard(queue)
  assert.ok(board)
  await board.show(['catalog', 'default'])
  await board.show(['default'])

  const page = await asked(board, '')
  const html = await page.text()
  assert.is(page.status, 200)
  assert.match(page.headers.get('content-security-policy') ?? '', /script-src 'self';/)
  assert.not.match(html, /href="https?:|<style|\sstyle="/)
  for (const [, file = ''] of html.matchAll(/(?:src|href)="(static\/[^"]+\.(?:js|css))"/g)) {
    const asset = await asked(board, `/${file}`)
    assert.is(asset.status, 200, file)
    assert.match(asset.headers.get('content-type') ?? '', /javascript|css/, file)
  }

  const answer = await asked(board, '/api/queues?activeQueue=default')
  // As Bull Board documents it.
  const { queues } = (await answer.json()) as { readonly queues: ReadonlyArray<ShownQueue> }
  assert.equal(
    queues.map(({ name, readOnlyMode }) => [name, readOnlyMode]),
    [
      ['catalog', true],
      ['default', true],
    ],
  )
  const { waiting = 0, prioritized = 0 } = queues[1]?.counts ?? {}
  assert.is(waiting + prioritized, 1)
}

test('shows what waits in queues on Redis, takes nothing from elsewhere, and offers no change', async () => {
  const queue = await createRedisQueue({ url: process.env.REDIS_URL ?? '', prefix: `board-${process.pid}` })
  await showsItsQueues(queue)
  await queue.close()
})

test('shows the same of queues on Postgres', async () => {
  const database = await freshDatabase()
  const queue = await createPostgresQueue({ url: database.url })
  await showsItsQueues(queue)
  await queue.close()
  await database.drop()
})

test('has nothing to show of queues in memory', () => {
  assert.is(openBullBoard(createMemoryQueue()), undefined)
})

test.run()
