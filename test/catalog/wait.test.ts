import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { failureOf, handlerOf, problemsOf, run, withCatalog } from './run-handler.js'

test(
  'a step waits some seconds, until a date, or for a signal',
  withCatalog(async (catalog) => {
    const wait = handlerOf(catalog, 'wait')
    assert.equal(await run(wait, { config: { seconds: 5 } }), { kind: 'waiting', forMs: 5_000 })
    assert.equal(await run(wait, { config: { until: '2030-01-31T09:00:00+01:00' } }), {
      kind: 'waiting',
      untilMs: Date.UTC(2030, 0, 31, 8),
    })
    assert.equal(await run(wait, { config: { signal: 'paid' } }), { kind: 'waiting', signal: 'paid' })
    assert.equal(await run(wait, { config: { signal: 'paid', timeout_seconds: 60 } }), {
      kind: 'waiting',
      signal: 'paid',
      forMs: 60_000,
    })
  }),
)

test(
  'what it waits for is one thing, and a date means the same moment everywhere',
  withCatalog(async (catalog) => {
    const wait = handlerOf(catalog, 'wait')
    assert.match(problemsOf(wait, {})[0] ?? '', /^seconds: is missing/)
    assert.match(problemsOf(wait, { seconds: 1, signal: 'x' })[0] ?? '', /^signal: stands beside seconds/)
    assert.match(problemsOf(wait, { seconds: 1, timeout_seconds: 1 })[0] ?? '', /^timeout_seconds: has no meaning/)
    for (const until of ['2030-01-31', '2030-01-31T09:00:00', 'tomorrow', '2030-02-31T99:00:00Z']) {
      assert.match(problemsOf(wait, { until })[0] ?? '', /^until: must be a date and time with its offset/)
    }
    const resolved = wait.run({ config: { until: 'soon' }, inputs: {}, context: undefined as never, method: 'call' })
    assert.is((await failureOf(resolved)).code, 'date_invalid')
  }),
)

test.run()
