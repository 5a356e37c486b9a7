/** The demonstration with Claude as its planner, as far as that goes without a key: the real SDK, a server that scripts the answers. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { USUAL_HOST } from '../../scripts/demonstration/country-service.js'
import { demonstrate } from '../../scripts/demonstration/demonstration.js'
import { planningStory } from '../../src/audit/planning-story.js'
import { migrate } from '../../src/log/schema.js'
import { packageRoot } from '../../src/package-root.js'
import { anthropicPlanner } from '../../src/planner/anthropic.js'
import { startMessagesServer } from '../support/messages-server.js'
import { freshDatabase } from '../support/postgres.js'

const USAGE = { input_tokens: 30_000, output_tokens: 3_000 }

const recordedAnswers = (): ReadonlyArray<{ readonly answer: object }> =>
  JSON.parse(readFileSync(join(packageRoot, 'catalog/templates/life-expectancy.recorded.json'), 'utf8')).answers

/** Where the country service is, as a model would read it: another test may have its usual port. */
const serviceIn = (prompt: string): string => {
  const [, host] = /service_url[^0-9]+(127\.0\.0\.1:\d+)/.exec(prompt) ?? []
  if (host === undefined) throw new Error('the prompt names no country service')
  return host
}

test('Claude is asked within the bounds of the template, and what it used is in the story', async () => {
  const server = await startMessagesServer(
    recordedAnswers().map(({ answer }) => (asked) => ({
      kind: 'message',
      content: [
        { type: 'text', text: JSON.stringify(answer).replaceAll(USUAL_HOST, serviceIn(JSON.stringify(asked))) },
      ],
      usage: USAGE,
    })),
  )
  const database = await freshDatabase()
  try {
    await migrate(database.url)
    const { result, events } = await demonstrate({
      databaseUrl: database.url,
      planner: anthropicPlanner({ apiKey: 'a-key', baseURL: server.url }),
      screen: { write: () => true },
      signal: new AbortController().signal,
      say: () => undefined,
    })
    assert.is(result.status, 'complete')
    const story = planningStory(events, () => undefined)
    assert.equal(
      story.map(({ provider, inputTokens, outputTokens }) => ({ provider, inputTokens, outputTokens })),
      recordedAnswers().map(() => ({ provider: 'anthropic', inputTokens: 30_000, outputTokens: 3_000 })),
    )
    assert.ok(story.every(({ costUsd }) => costUsd > 0))
    assert.is(server.received.length, 3)
  } finally {
    await Promise.all([server.close(), database.drop()])
  }
})

test.run()
