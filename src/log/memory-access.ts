/** Keys and logins in the memory log. */
import type { AccessStore, StoredKey } from '../ports/access.js'
import type { MemoryStore } from './memory-store.js'

export const memoryAccess = ({ apiKeys, logins }: MemoryStore): AccessStore => {
  const live = (id: string): StoredKey | undefined => {
    const key = apiKeys.get(id)
    return key?.revokedAt === null ? key : undefined
  }
  return {
    addKey: async (key) => {
      const isTaken = [...apiKeys.values()].some(({ name, revokedAt }) => name === key.name && revokedAt === null)
      if (isTaken || apiKeys.has(key.id)) return false
      apiKeys.set(key.id, {
        ...key,
        lastUsedAt: null,
        revokedAt: null,
        revokedBy: null,
        revokedVia: null,
        revokeReason: null,
      })
      return true
    },
    findKey: async (id) => apiKeys.get(id),
    listKeys: async (limit) =>
      [...apiKeys.values()]
        .sort((left, right) => right.createdAt - left.createdAt || (left.id < right.id ? -1 : 1))
        .slice(0, limit),
    revokeKey: async (id, { at, by, via, reason }) => {
      const key = live(id)
      if (key === undefined) return false
      apiKeys.set(id, { ...key, revokedAt: at, revokedBy: by, revokedVia: via, revokeReason: reason })
      return true
    },
    keyUsed: async (id, at, unlessAfter) => {
      const key = live(id)
      if (key !== undefined && (key.lastUsedAt ?? 0) <= unlessAfter) apiKeys.set(id, { ...key, lastUsedAt: at })
    },
    addLogin: async (login) => {
      logins.set(login.digest, login)
    },
    findLogin: async (digest) => logins.get(digest),
    endLogin: async (digest) => {
      logins.delete(digest)
    },
    dropLogins: async (expiredBefore) => {
      for (const { digest, expiresAt } of [...logins.values()]) if (expiresAt < expiredBefore) logins.delete(digest)
    },
  }
}
