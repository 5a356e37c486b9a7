/**
 * How to ask one endpoint: in which form the answer is held to JSON, what the limit of tokens is called, whether it
 * streams. It begins with the strongest form, and each refusal that names a part of it leads to the next simpler one.
 */
export interface Dialect {
  readonly format: 'json_schema' | 'json_object' | 'text'
  readonly limit: 'max_completion_tokens' | 'max_tokens'
  readonly streams: 'with_usage' | 'without_usage' | 'not'
  /** Both names of the limit are tried once. */
  readonly triedLimits: 1 | 2
}

/** OpenAI's newer models refuse `max_tokens`; many servers of local models know only that. */
export const firstDialect = (url: URL): Dialect => ({
  format: 'json_schema',
  limit: url.hostname === 'api.openai.com' ? 'max_completion_tokens' : 'max_tokens',
  streams: 'with_usage',
  triedLimits: 1,
})

/** Statuses by which servers refuse a request for what stands in it. */
const OF_THE_REQUEST = [400, 415, 422, 501]

/** What to try instead; undefined where the refusal names nothing of the form. Each step is simpler, so they end. */
export const simpler = (
  dialect: Dialect,
  { status, text }: { readonly status: number; readonly text: string },
): Dialect | undefined => {
  if (!OF_THE_REQUEST.includes(status)) return undefined
  const { format, limit, streams, triedLimits } = dialect
  if (/stream_options|include_usage/i.test(text) && streams === 'with_usage')
    return { ...dialect, streams: 'without_usage' }
  if (triedLimits === 1 && UNKNOWN.test(text) && text.includes(limit)) {
    return { ...dialect, limit: limit === 'max_tokens' ? 'max_completion_tokens' : 'max_tokens', triedLimits: 2 }
  }
  if (OF_THE_FORMAT.test(text) && format !== 'text') {
    return { ...dialect, format: format === 'json_schema' && !/json_object/i.test(text) ? 'json_object' : 'text' }
  }
  if (/\bstream(ing)?\b/i.test(text) && streams !== 'not') return { ...dialect, streams: 'not' }
  return undefined
}

/** A limit that is only too high is refused as well, by its name; that is no reason to call it otherwise. */
const UNKNOWN = /unsupported|not supported|unknown|unrecognized|unrecognised|extra|forbidden|unexpected|not permitted/i

const OF_THE_FORMAT = /response_format|json_schema|json_object|json mode|structured output|guided|grammar/i
