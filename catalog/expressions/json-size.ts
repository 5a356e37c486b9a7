/**
 * How long a value's JSON would be, without writing it: forty doublings of one list are small in memory and endless on
 * paper. Stops counting as soon as the limit is passed. Texts are counted as if nothing in them were escaped.
 */
export const jsonCharsWithin = (value: unknown, maxChars: number): boolean => {
  const open: unknown[] = [value]
  let chars = 0
  while (open.length > 0) {
    const here = open.pop()
    if (typeof here === 'string') chars += here.length + 2
    else if (Array.isArray(here)) {
      chars += 2 + here.length
      if (chars > maxChars) return false
      for (const element of here) open.push(element)
    } else if (typeof here === 'object' && here !== null) {
      chars += 2
      for (const key of Object.keys(here)) {
        chars += key.length + 4
        open.push(Reflect.get(here, key))
      }
    } else chars += 4
    if (chars > maxChars) return false
  }
  return true
}
