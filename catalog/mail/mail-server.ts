/** The mail server that a connection's URL names, with its credentials; read here and shown nowhere. */
export interface MailServer {
  readonly host: string
  readonly port: number
  /** TLS from the start; otherwise it begins with STARTTLS. */
  readonly secure: boolean
  readonly user: string | undefined
  readonly password: string | undefined
}

const PORTS: Readonly<Record<string, number>> = { 'smtp:': 587, 'smtps:': 465 }

/** Undefined for what is no such URL. Host names are read as HTTP reads them, so that no spelling hides an address. */
export const mailServerOf = (written: string): MailServer | undefined => {
  if (!URL.canParse(written)) return undefined
  const url = new URL(written)
  const usual = PORTS[url.protocol]
  if (usual === undefined || !URL.canParse(`http://${url.hostname}/`)) return undefined
  const host = new URL(`http://${url.hostname}/`).hostname.replace(/^\[|\]$/g, '').replace(/\.+$/, '')
  if (host === '') return undefined
  return {
    host,
    port: url.port === '' ? usual : Number(url.port),
    secure: url.protocol === 'smtps:',
    user: decoded(url.username),
    password: decoded(url.password),
  }
}

const decoded = (part: string): string | undefined => {
  if (part === '') return undefined
  try {
    return decodeURIComponent(part)
  } catch {
    // A stray % stands for itself.
    return part
  }
}
