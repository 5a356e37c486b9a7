/**
 * A page as a browser would cut it up, as far as it takes to find what should not be there: every `<` that could begin a
 * tag begins one here, also within what a browser would take for text, so that nothing unescaped goes unseen.
 */
export interface Tag {
  readonly name: string
  /** `</p>` */
  readonly closes: boolean
  readonly attributes: ReadonlyArray<readonly [name: string, value: string]>
}

export const tagsOf = (html: string): ReadonlyArray<Tag> => {
  const tags: Tag[] = []
  for (let at = html.indexOf('<'); at !== -1; at = html.indexOf('<', at)) {
    const name = /^<[/!?]?([^\s/>]*)/.exec(html.slice(at, at + 200))?.[1] ?? ''
    const closes = html[at + 1] === '/'
    const attributes: Array<readonly [string, string]> = []
    at += html.slice(at).indexOf(name) + name.length
    while (at < html.length && html[at] !== '>') {
      const rest = html.slice(at, at + 200_000)
      const found = /^[\s/]*([^\s/>=]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>]*)))?/.exec(rest)
      if (found === null) {
        at += 1
        continue
      }
      attributes.push([(found[1] ?? '').toLowerCase(), found[2] ?? found[3] ?? found[4] ?? ''])
      at += found[0].length
    }
    tags.push({ name: name.toLowerCase(), closes, attributes })
  }
  return tags
}

const WITH_ADDRESS = ['href', 'src', 'action', 'formaction', 'xlink:href', 'data', 'poster', 'srcset', 'ping']
const NEVER = ['iframe', 'object', 'embed', 'base', 'img', 'style', 'foreignobject', 'animate', 'set', 'audio', 'video']

/** What in a page would run, load or be styled although nobody meant it, or would be kept from it by the policy. */
export const pageFaults = (html: string, mark: string): ReadonlyArray<string> =>
  tagsOf(html).flatMap(({ name, closes, attributes }) => {
    const has = (wanted: string): boolean => attributes.some(([one]) => one === wanted)
    return [
      ...(NEVER.includes(name) ? [`there is a <${name}>`] : []),
      ...(name.includes(mark) ? [`${mark} became a tag: <${name}>`] : []),
      ...(name === 'script' && !closes && !has('src') ? ['a script stands in the page'] : []),
      ...(name === 'meta' && has('http-equiv') ? ['a <meta http-equiv>'] : []),
      ...attributes.flatMap(([attribute, value]) => {
        const address = value.replaceAll('&amp;', '&').trim()
        return [
          ...(attribute.startsWith('on') ? [`<${name} ${attribute}>`] : []),
          ...(attribute === 'style' ? [`<${name} style>`] : []),
          ...(attribute.includes(mark) ? [`${mark} became an attribute of <${name}>`] : []),
          ...(WITH_ADDRESS.includes(attribute) && !/^(?:[#?]|\/(?![/\\]))/.test(address) && address !== ''
            ? [`<${name} ${attribute}="${value}"> leads elsewhere`]
            : []),
        ]
      }),
    ]
  })
