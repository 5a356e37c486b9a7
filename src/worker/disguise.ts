/**
 * Finds secrets where no form of one stands as it is: spread over lines or with something between its characters, in other
 * letters, backwards, encoded twice, or as a list of pieces or bytes. A server that means to can always find another way; it
 * was told the secret, after all. These are the ways in which one is repeated.
 */
import type { Json } from '../core/json.js'

export interface Disguises {
  /** The text with `mask` in place of what was found. */
  readonly maskIn: (text: string) => string
  /** Whether the elements of a list, put together, give a secret away. */
  readonly areIn: (list: ReadonlyArray<Json>) => boolean
}

/** Shorter ones would be found by chance. */
const MIN_CHARS = 8

/** An encoding, and one of that. */
const MAX_LAYERS = 2

/** Up to this length an encoded text is looked into from wherever it may begin. */
const MAX_SHIFTED_CHARS = 65_536

/** `forms` are the ways in which encoders write the secrets, the secrets themselves among them. */
export const createDisguises = (
  secrets: ReadonlyArray<string>,
  forms: ReadonlyArray<string>,
  mask: string,
): Disguises => {
  const bareForms = forms.map((form) => bareOf(form).text)
  const reversed = secrets.map((secret) => [...bareOf(secret).text].reverse().join(''))
  const wanted = [...new Set([...bareForms, ...reversed])].filter((form) => form.length >= MIN_CHARS)
  const holds = (text: string): boolean => {
    const bare = bareOf(text).text
    return wanted.some((form) => bare.includes(form))
  }
  const holdsBelow = (text: string, layers: number): boolean =>
    layersOf(text).some(
      (inner) => holds(inner) || (layers > 1 && encodedIn(inner).some((run) => holdsBelow(run, layers - 1))),
    )
  return {
    maskIn: (text) => {
      if (wanted.length === 0 || text.length < MIN_CHARS) return text
      const masked = (run: string): string => (holdsBelow(run, MAX_LAYERS) ? mask : run)
      const spelt = withoutSpans(text, wanted, mask).replace(BASE64, masked)
      return spelt.includes('%') ? spelt.replace(WORDS, (word) => (word.includes('%') ? masked(word) : word)) : spelt
    },
    areIn: (list) => {
      const joined = wanted.length === 0 || list.length < 2 ? undefined : joinedOf(list)
      return joined !== undefined && (holds(joined) || encodedIn(joined).some((run) => holdsBelow(run, 1)))
    },
  }
}

interface Bare {
  readonly text: string
  /** Where each of its characters stood. */
  readonly at: ReadonlyArray<number>
}

/** Letters and digits alone, all small. What belongs to how something is written (`\n`, `0x`, `\u0041`) is read for what it is. */
const bareOf = (text: string): Bare => {
  let bare = ''
  const at: number[] = []
  for (let index = 0; index < text.length; ) {
    const escaped = escapeAt(text, index)
    const char = escaped?.char ?? text.charAt(index)
    if (WORD.test(char)) {
      const small = char.toLowerCase()
      bare += small.length === 1 ? small : char
      at.push(index)
    }
    index += escaped?.length ?? 1
  }
  return { text: bare, at }
}

const WORD = /[\p{L}\p{N}]/u

/** Undefined where none begins. */
const escapeAt = (text: string, index: number): { readonly char: string; readonly length: number } | undefined => {
  const char = text.charAt(index)
  if (char === '0' && /^0x[0-9a-f]{2}/i.test(text.slice(index, index + 4))) return { char: '', length: 2 }
  if (char !== '\\') return undefined
  const code = /^\\u([0-9a-f]{4})/i.exec(text.slice(index, index + 6))?.[1]
  if (code !== undefined) return { char: String.fromCharCode(Number.parseInt(code, 16)), length: 6 }
  return 'nrtx'.includes(text.charAt(index + 1)) ? { char: '', length: 2 } : undefined
}

const withoutSpans = (text: string, wanted: ReadonlyArray<string>, mask: string): string => {
  const { text: bare, at } = bareOf(text)
  const spans: Array<{ readonly from: number; readonly to: number }> = []
  for (const form of wanted) {
    for (let found = bare.indexOf(form); found >= 0; found = bare.indexOf(form, found + form.length)) {
      spans.push({ from: at[found] ?? 0, to: at[found + form.length] ?? text.length })
    }
  }
  let masked = ''
  let done = 0
  for (const { from, to } of spans.sort((left, right) => left.from - right.from)) {
    if (to <= done) continue
    masked += text.slice(done, Math.max(from, done)) + mask
    done = to
  }
  return masked + text.slice(done)
}

/** Base64, which may be broken over lines; a word, which may hold percent signs. Neither looks at a place twice. */
const BASE64 = /[A-Za-z0-9+/_-]{12,}(?:\r?\n[ \t]*[A-Za-z0-9+/_-]{4,})*={0,2}/g
const WORDS = /[^\s"'<>]+/g

const encodedIn = (text: string): ReadonlyArray<string> => [
  ...(text.match(BASE64) ?? []),
  ...(text.includes('%') ? (text.match(WORDS) ?? []).filter((word) => word.includes('%')) : []),
]

const layersOf = (text: string): ReadonlyArray<string> => {
  if (text.includes('%')) return [percentDecoded(text)]
  const dense = text.replace(/\s+/g, '')
  const shifts = dense.length > MAX_SHIFTED_CHARS ? [0] : [0, 1, 2, 3]
  return shifts.map((skip) => Buffer.from(dense.slice(skip), 'base64').toString('latin1'))
}

const percentDecoded = (text: string): string =>
  text.replace(/(?:%[0-9A-Fa-f]{2})+/g, (run) => Buffer.from(run.replaceAll('%', ''), 'hex').toString('utf8'))

/** A list of texts, or of the numbers of bytes; undefined for one of anything else. */
const joinedOf = (list: ReadonlyArray<Json>): string | undefined => {
  if (list.every((element) => typeof element === 'string')) return list.join('')
  const isByte = (element: Json): element is number =>
    typeof element === 'number' && Number.isInteger(element) && element >= 0 && element < 256
  return list.every(isByte) ? Buffer.from(list.filter(isByte)).toString('utf8') : undefined
}
