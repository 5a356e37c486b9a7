/**
 * Makes one element like another by the fewest changes, so that what its reader does with it survives: where the focus is,
 * what is written, chosen, opened or scrolled. Children are known again by their ids, else by their place.
 */

/** What a reader has changed belongs to the reader. */
const OF_THE_READER = ['value', 'checked', 'open']

/** @param {Element} now @param {Element} next */
export const morph = (now, next) => {
  if (now.isEqualNode(next)) return
  morphAttributes(now, next)
  if (now instanceof HTMLTextAreaElement || now instanceof HTMLSelectElement) return
  morphChildren(now, next)
}

/** @param {Element} now @param {Element} next */
const morphAttributes = (now, next) => {
  const isAt = now.classList.contains('at')
  for (const { name, value } of next.attributes) {
    if (!OF_THE_READER.includes(name) && now.getAttribute(name) !== value) now.setAttribute(name, value)
  }
  for (const { name } of [...now.attributes]) {
    if (!OF_THE_READER.includes(name) && !next.hasAttribute(name)) now.removeAttribute(name)
  }
  if (isAt) now.classList.add('at')
}

/** @param {Element} now @param {Element} next */
const morphChildren = (now, next) => {
  const named = new Map([...now.children].filter(({ id }) => id !== '').map((child) => [child.id, child]))
  /** @type {ChildNode | null} */
  let at = now.firstChild
  for (const wanted of [...next.childNodes]) {
    const called = wanted instanceof Element && wanted.id !== '' ? named.get(wanted.id) : undefined
    // What became another kind of element is another element.
    const known = called?.nodeName === wanted.nodeName ? called : undefined
    if (known !== undefined) {
      if (known === at) at = at.nextSibling
      else now.insertBefore(known, at)
      if (wanted instanceof Element) morph(known, wanted)
    } else if (at !== null && isAlike(at, wanted)) {
      const same = at
      at = at.nextSibling
      if (same instanceof Element && wanted instanceof Element) morph(same, wanted)
      else if (same.nodeValue !== wanted.nodeValue) same.nodeValue = wanted.nodeValue
    } else {
      now.insertBefore(document.importNode(wanted, true), at)
    }
  }
  while (at !== null) {
    const gone = at
    at = at.nextSibling
    gone.remove()
  }
}

/** @param {ChildNode} one @param {ChildNode} other */
const isAlike = (one, other) => {
  if (one.nodeType !== other.nodeType || one.nodeName !== other.nodeName) return false
  if (!(one instanceof Element) || !(other instanceof Element)) return true
  return one.id === other.id
}
