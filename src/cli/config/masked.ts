/** How what is secret is shown: a connection string without its password, a secret by where it is kept. */
import type { SecretSource } from './config.js'

const MASK = '***'

/** A connection string whose password, in the address or in a parameter, is covered. */
export const masked = (url: string): string => {
  if (!URL.canParse(url)) return MASK
  const shown = new URL(url)
  if (shown.password !== '') shown.password = MASK
  for (const name of [...shown.searchParams.keys()]) {
    if (/password|secret|token|key/i.test(name)) shown.searchParams.set(name, MASK)
  }
  return shown.href
}

export const secretText = (secret: SecretSource): string =>
  secret.env === undefined ? `file ${secret.file ?? ''}` : `environment variable ${secret.env}`
