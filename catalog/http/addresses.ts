/**
 * Which addresses may be called. One function judges literals and resolved addresses alike; whatever is not plainly
 * public is refused, and what is private may be granted by the operator. Addresses that carry another one (mapped,
 * translated) are judged by the one that they carry.
 */
import ipaddr from 'ipaddr.js'

export type AddressKind = 'public' | 'private' | 'refused'

/** Ranges that an operator may grant by exact host and port. Link-local is not among them: cloud metadata lives there. */
const PRIVATE_RANGES = new Set(['private', 'loopback', 'uniqueLocal', 'carrierGradeNat'])

export const kindOfAddress = (address: string): AddressKind => {
  // The parser takes the deprecated ::a.b.c.d for a mapped address; the kernel does not.
  if (!ipaddr.isValid(address) || /^::\d+\./.test(address)) return 'refused'
  const parsed = ipaddr.parse(address)
  return parsed instanceof ipaddr.IPv6 ? kindOfV6(parsed) : kindOfRange(parsed.range())
}

/** True for what the URL parser leaves as an address: canonical IPv4, or IPv6 in brackets. */
export const literalOf = (host: string): string | undefined => {
  const bare = host.startsWith('[') && host.endsWith(']') ? host.slice(1, -1) : host
  return ipaddr.isValid(bare) ? bare : undefined
}

const kindOfRange = (range: string): AddressKind => {
  if (range === 'unicast') return 'public'
  return PRIVATE_RANGES.has(range) ? 'private' : 'refused'
}

const kindOfV6 = (address: ipaddr.IPv6): AddressKind => {
  if (address.isIPv4MappedAddress()) return kindOfRange(address.toIPv4Address().range())
  const range = address.range()
  if (range === 'rfc6052') return kindOfTranslated(address)
  // The same in hexadecimal reads as unicast.
  if (range === 'unicast' && address.parts.slice(0, 6).every((part) => part === 0)) return 'refused'
  return kindOfRange(range)
}

/** NAT64: 64:ff9b::/96 carries an IPv4 address that a translator calls; only a public one may be meant. */
const kindOfTranslated = (address: ipaddr.IPv6): AddressKind => {
  const [, , third, , , , high = 0, low = 0] = address.parts
  if (third !== 0) return 'refused'
  const carried = new ipaddr.IPv4([high >> 8, high & 255, low >> 8, low & 255])
  return carried.range() === 'unicast' ? 'public' : 'refused'
}
