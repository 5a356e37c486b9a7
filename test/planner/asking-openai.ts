/** Asking an OpenAI-compatible endpoint in tests: the real adapter, a scripted server, and the check that no key leaked. */
import * as assert from 'uvu/assert'
import { openAiPlanner } from '../../src/planner/openai.js'
import type { PlanAnswer, PlanRequest } from '../../src/ports/planner.js'
import type { Offers } from '../support/chat-rules.js'
import { type ChatReply, type ChatServer, startChatServer } from '../support/chat-server.js'
import { good, never, request } from './asking-claude.js'

export const OPENAI_KEY = 'sk-test-0123456789'
export const completion = (content: string | null, more: Partial<Extract<ChatReply, { kind: 'completion' }>> = {}) =>
  ({ kind: 'completion', content, ...more }) as const

export const withChatServer = async <A>(
  script: ReadonlyArray<ChatReply>,
  use: (server: ChatServer) => Promise<A>,
  offers: Partial<Offers> = {},
): Promise<A> => {
  const server = await startChatServer(script, offers)
  try {
    return await use(server)
  } finally {
    await server.close()
  }
}

export const askedOnce = (
  reply: ChatReply,
  changes: Partial<PlanRequest> = {},
  offers: Partial<Offers> = {},
): Promise<PlanAnswer> =>
  withChatServer(
    [reply],
    async (server) => {
      const planner = openAiPlanner({ apiKey: OPENAI_KEY, baseURL: server.url })
      const answer = await planner.plan(request({ model: 'gpt-test', ...changes }), never)
      const accepted = server.received.filter(({ refused }) => !refused)
      assert.is(accepted.length, 1, 'one request is one call')
      assert.not.match(JSON.stringify(answer), OPENAI_KEY)
      return answer
    },
    offers,
  )

export const chatFailure = async (reply: ChatReply, changes: Partial<PlanRequest> = {}) => {
  const answer = await askedOnce(reply, changes)
  if (answer.kind !== 'failed') throw new Error('the call did not fail')
  return answer
}

export const chatAnswer = async (reply: ChatReply, offers: Partial<Offers> = {}) => {
  const answer = await askedOnce(reply, {}, offers)
  if (answer.kind !== 'answered') throw new Error(`the call failed: ${answer.code} ${answer.message}`)
  return answer
}

export { good }
