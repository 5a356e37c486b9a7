/**
 * Hides the values of secrets in whatever leaves a handler: as they are, and as they look once something has encoded
 * them for a URL, for JSON, for a page, in base64 or in hexadecimal; and where somebody has disguised them (`disguise.ts`).
 */
import { isJsonObject, type Json } from '../core/json.js'
import { createDisguises } from './disguise.js'

export interface Masker {
  readonly mask: (text: string) => string
  readonly maskJson: (value: Json) => Json
}

const MASK = '***'

export const MASKS_NOTHING: Masker = { mask: (text) => text, maskJson: (value) => value }

export const createMasker = (secrets: ReadonlyArray<string>): Masker => {
  const forms = [...new Set(secrets.flatMap(formsOf))].filter((form) => form !== '')
  if (forms.length === 0) return MASKS_NOTHING
  // The longest first, so that no form is cut short by another one that it contains.
  const pattern = new RegExp(
    forms
      .sort((left, right) => right.length - left.length)
      .map(escaped)
      .join('|'),
    'g',
  )
  const whole = new Set(forms)
  const { maskIn, areIn } = createDisguises(secrets, forms, MASK)
  const mask = (text: string): string => maskIn(text.replace(pattern, MASK))
  const maskJson = (value: Json): Json => {
    if (typeof value === 'string') return mask(value)
    // A secret that is all digits comes back as a number from whoever reads it as one.
    if (typeof value === 'number') return whole.has(String(value)) ? MASK : value
    if (isList(value)) return areIn(value) ? MASK : value.map(maskJson)
    if (!isJsonObject(value)) return value
    return Object.fromEntries(Object.entries(value).map(([key, member]) => [mask(key), maskJson(member)]))
  }
  return { mask, maskJson }
}

const formsOf = (secret: string): ReadonlyArray<string> => {
  const percent = encodeURIComponent(Buffer.from(secret, 'utf8').toString('utf8'))
  return [
    secret,
    percent,
    percent.replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase()),
    percent.replaceAll('%20', '+'),
    JSON.stringify(secret).slice(1, -1),
    secret.replace(/[&<>"']/g, (char) => ENTITIES[char] ?? char),
    ...base64FormsOf(secret),
    ...hexFormsOf(secret),
  ]
}

/** What a page makes of a text that it shows. */
const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

const hexFormsOf = (secret: string): ReadonlyArray<string> => {
  const hex = Buffer.from(secret, 'utf8').toString('hex')
  return hex.length < MIN_ENCODED_CHARS ? [] : [hex, hex.toUpperCase()]
}

/** Shorter pieces would be found by chance in data that has nothing to do with the secret. */
const MIN_ENCODED_CHARS = 8

/**
 * A secret inside of a longer text (`user:secret`) begins at any of three places in its base64; the characters that its
 * neighbours have a part in are left out.
 */
const base64FormsOf = (secret: string): ReadonlyArray<string> => {
  const bytes = Buffer.from(secret, 'utf8')
  const forms = [0, 1, 2].map((shift) => {
    const encoded = Buffer.concat([Buffer.alloc(shift), bytes])
      .toString('base64')
      .replace(/=+$/, '')
    const shared = (shift + bytes.length) % 3 === 0 ? 0 : 1
    return encoded.slice(Math.ceil((shift * 8) / 6), encoded.length - shared)
  })
  return forms
    .filter((form) => form.length >= MIN_ENCODED_CHARS)
    .flatMap((form) => [form, form.replaceAll('+', '-').replaceAll('/', '_')])
}

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\/-]/g, '\\$&')

const isList = (value: Json): value is ReadonlyArray<Json> => Array.isArray(value)
