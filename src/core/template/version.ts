/** Semantic versions of templates: what counts as one, and which of several is the latest. */

export interface SemanticVersion {
  readonly numbers: readonly [major: number, minor: number, patch: number]
  /** The parts after `-`; none for a release. */
  readonly preRelease: ReadonlyArray<string>
}

/** `1`, `1.2` and `1.2.3`, with what follows `-` and `+`; a number that is left out is 0. */
export const parseVersion = (text: string): SemanticVersion | undefined => {
  const match = /^(\d{1,9})(?:\.(\d{1,9}))?(?:\.(\d{1,9}))?(?:-([0-9A-Za-z.-]+))?(?:\+[0-9A-Za-z.-]+)?$/.exec(text)
  if (match === null) return undefined
  const [, major = '0', minor = '0', patch = '0', preRelease = ''] = match
  return {
    numbers: [Number(major), Number(minor), Number(patch)],
    preRelease: preRelease === '' ? [] : preRelease.split('.'),
  }
}

/** The latest release, or, where there is none, the latest of what precedes one; of equals the last. */
export const latestOf = <A extends { readonly version: string }>(entries: ReadonlyArray<A>): A | undefined => {
  const known = entries.flatMap((entry) => {
    const version = parseVersion(entry.version)
    return version === undefined ? [] : [{ entry, version }]
  })
  const releases = known.filter(({ version }) => version.preRelease.length === 0)
  const candidates = releases.length > 0 ? releases : known
  return candidates.reduce<(typeof known)[number] | undefined>(
    (best, one) => (best === undefined || compareVersions(one.version, best.version) >= 0 ? one : best),
    undefined,
  )?.entry
}

/** By the rules of semver.org, section 11: negative where the left one precedes. */
export const compareVersions = (left: SemanticVersion, right: SemanticVersion): number => {
  for (const [index, number] of left.numbers.entries()) {
    const difference = number - (right.numbers[index] ?? 0)
    if (difference !== 0) return difference
  }
  return comparePreReleases(left.preRelease, right.preRelease)
}

const comparePreReleases = (left: ReadonlyArray<string>, right: ReadonlyArray<string>): number => {
  if (left.length === 0 || right.length === 0) return right.length - left.length
  for (const [index, part] of left.entries()) {
    const other = right[index]
    if (other === undefined) return 1
    const difference = compareParts(part, other)
    if (difference !== 0) return difference
  }
  return left.length - right.length
}

const compareParts = (left: string, right: string): number => {
  const [leftIsNumber, rightIsNumber] = [/^\d+$/.test(left), /^\d+$/.test(right)]
  if (leftIsNumber && rightIsNumber) return Number(left) - Number(right)
  if (leftIsNumber !== rightIsNumber) return leftIsNumber ? -1 : 1
  return left < right ? -1 : left > right ? 1 : 0
}
