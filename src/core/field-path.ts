/**
 * Where a capability's special fields stand in a configuration: keys and indices joined by dots, `*` for any one of
 * them, and a final `**` for the place before it and everything below. Validation and resolution match by this alone.
 */
export const matchesField = (pattern: string, path: ReadonlyArray<string>): boolean => {
  const parts = pattern.split('.')
  const open = parts.at(-1) === '**'
  if (open) parts.pop()
  if (open ? path.length < parts.length : path.length !== parts.length) return false
  return parts.every((part, index) => part === '*' || part === path[index])
}

export const matchesAnyField = (patterns: ReadonlyArray<string>, path: ReadonlyArray<string>): boolean =>
  patterns.some((pattern) => matchesField(pattern, path))
