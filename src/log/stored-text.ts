/**
 * What text may be stored: neither a NUL, which Postgres cannot hold and other readers stumble over, nor a lone
 * surrogate, which has no UTF-8 and would be replaced in silence. In JSON both usually hide behind an escape
 * (`JSON.stringify` writes `\u0000` and `\ud800`), so JSON text is searched for those as well.
 */
export type TextFault = 'text_has_no_nul' | 'text_has_no_lone_surrogate'

export const textFaultMessage = (fault: TextFault, where: string): string =>
  fault === 'text_has_no_nul'
    ? `${where} holds a NUL character, which cannot be stored`
    : `${where} holds half of a surrogate pair, which is no character`

/** For text that is stored as it is: names, keys, types. */
export const plainTextFault = (text: string): TextFault | undefined => {
  if (text.includes('\0')) return 'text_has_no_nul'
  return isWellFormed(text) ? undefined : 'text_has_no_lone_surrogate'
}

/** For JSON text: its own characters, and those that its escapes stand for. */
export const jsonTextFault = (json: string): TextFault | undefined =>
  plainTextFault(json) ?? (json.includes('\\u') ? escapeFault(json) : undefined)

// One match an escape, so that the `u` of `\\u0000` (a backslash and five letters) is never taken for one.
const ESCAPES = /\\(?:u([0-9a-fA-F]{4})(?:\\u([dD][c-fC-F][0-9a-fA-F]{2}))?|[^u])/g

const escapeFault = (json: string): TextFault | undefined => {
  for (const [, first, low] of json.matchAll(ESCAPES)) {
    if (first === undefined) continue
    const code = Number.parseInt(first, 16)
    if (code === 0) return 'text_has_no_nul'
    const isHigh = code >= 0xd800 && code <= 0xdbff
    const isLow = code >= 0xdc00 && code <= 0xdfff
    if (isLow || (isHigh && low === undefined) || (!isHigh && low !== undefined)) return 'text_has_no_lone_surrogate'
  }
  return undefined
}

// In Node since 20; in TypeScript's library only from ES2024.
const isWellFormed = (text: string): boolean =>
  (text as string & { readonly isWellFormed: () => boolean }).isWellFormed()
