import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { taskerMetrics } from '../../src/main.js'
import { keepSpans } from '../telemetry/span-keeper.js'
import { served } from './served.js'

const TRACEPARENT = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'

test('a request goes on with the trace of whoever sent it', async () => {
  const kept = keepSpans()
  await served(async ({ get }) => {
    await get('/health', { traceparent: TRACEPARENT })
    await get('/nowhere/1')
  })
  const spans = kept.spans()
  kept.forget()
  const [health, nowhere] = spans
  assert.equal(
    [health?.name, health?.trace, health?.parent],
    ['GET /health', '0af7651916cd43dd8448eb211c80319c', 'b7ad6b7169203331'],
  )
  assert.equal([nowhere?.name, nowhere?.parent], ['GET other', undefined])
})

test('requests are measured by the route that answers, and those that none answers together', () =>
  served(
    async ({ get }) => {
      await get('/health')
      await get('/nowhere/1')
      await get('/nowhere/2')
      const { text } = await get('/metrics')
      assert.match(text, 'tasker_http_request_seconds_count{method="GET",route="/health",status="200"} 1')
      assert.match(text, 'tasker_http_request_seconds_count{method="GET",route="other",status="404"} 2')
    },
    { metrics: taskerMetrics() },
  ))

test.run()
