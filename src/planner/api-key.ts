/** Keys of providers. What cannot be sent as a header is no key, and is said at once; no message holds the key. */
export const checkedKey = (variable: string, written: string): string => {
  const key = written.trim()
  if (/^[\x21-\x7e]+$/.test(key)) return key
  throw new Error(`${variable} is empty or has a character that no key has`)
}
