/** The data of server-sent events, each as one text. Comments, names and ids of events are passed over. */
export async function* serverSentData(response: Response): AsyncGenerator<string> {
  let data: string[] = []
  for await (const line of linesOf(response)) {
    if (line === '' && data.length > 0) {
      yield data.join('\n')
      data = []
    }
    if (line.startsWith('data:')) data.push(line.slice(line.startsWith('data: ') ? 6 : 5))
  }
  // A server that ends without a blank line has said it all the same.
  if (data.length > 0) yield data.join('\n')
}

async function* linesOf(response: Response): AsyncGenerator<string> {
  const decoder = new TextDecoder()
  let rest = ''
  for await (const chunk of response.body ?? []) {
    const lines = `${rest}${decoder.decode(chunk, { stream: true })}`.split(/\r\n|\n|\r(?!$)/)
    rest = lines.pop() ?? ''
    yield* lines
  }
  yield* rest.replace(/\r$/, '').split('\r')
}
