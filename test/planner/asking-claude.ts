/** Asking Claude in tests: the real SDK, a scripted server, one call, and the check that it was one. */
import * as assert from 'uvu/assert'
import { anthropicPlanner } from '../../src/planner/anthropic.js'
import { promptOf, requestOf } from '../../src/planner/prompt.js'
import type { PlanAnswer, PlanRequest } from '../../src/ports/planner.js'
import { type MessagesServer, type Reply, startMessagesServer } from '../support/messages-server.js'
import { brief, fragment } from './briefs.js'

export const KEY = 'sk-ant-test-0123456789'
export const good = JSON.stringify(fragment())
export const said = (text: string, more: Partial<Extract<Reply, { kind: 'message' }>> = {}): Reply => ({
  kind: 'message',
  content: [{ type: 'text', text }],
  ...more,
})
export const refused = (status: number, type: string, headers: Readonly<Record<string, string>> = {}): Reply => ({
  kind: 'error',
  status,
  type,
  message: `${type} happened`,
  headers,
})

export const request = (changes: Partial<PlanRequest> = {}): PlanRequest => ({
  ...requestOf(promptOf(brief()), {
    step: 'plan',
    call: 1,
    answered: 0,
    model: 'claude-opus-5-5',
    rejected: [],
    left: {},
    price: undefined,
  }),
  ...changes,
})

export const withServer = async <A>(
  script: ReadonlyArray<Reply>,
  use: (server: MessagesServer) => Promise<A>,
): Promise<A> => {
  const server = await startMessagesServer(script)
  try {
    return await use(server)
  } finally {
    await server.close()
  }
}

export const never: AbortSignal = new AbortController().signal

const ask = (reply: Reply, changes: Partial<PlanRequest> = {}): Promise<PlanAnswer> =>
  withServer([reply], async (server) => {
    const answer = await anthropicPlanner({ apiKey: KEY, baseURL: server.url }).plan(request(changes), never)
    assert.is(server.received.length, 1, 'one request is one call: the SDK must not retry')
    assert.not.match(JSON.stringify(answer), KEY)
    return answer
  })

export const failureOf = async (reply: Reply, changes: Partial<PlanRequest> = {}) => {
  const answer = await ask(reply, changes)
  if (answer.kind !== 'failed') throw new Error('the call did not fail')
  return answer
}

export const answerOf = async (reply: Reply, changes: Partial<PlanRequest> = {}) => {
  const answer = await ask(reply, changes)
  if (answer.kind !== 'answered') throw new Error(`the call failed: ${answer.code} ${answer.message}`)
  return answer
}
