/** Text for a terminal of ordinary width: headings, and paragraphs that keep to their column. */

const TEXT_WIDTH = 100

export const heading = (title: string): ReadonlyArray<string> => ['', title, '─'.repeat(title.length)]

/**
 * The text at its width behind a head, its further lines below where the first one began. What a model or a stranger
 * wrote moves no cursor: control characters are left out.
 */
export const paragraph = (head: string, text: string): ReadonlyArray<string> => {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(/[\s\p{Cc}]+/u)) {
    if (line !== '' && head.length + line.length + 1 + word.length > TEXT_WIDTH) {
      lines.push(line)
      line = word
    } else line = line === '' ? word : `${line} ${word}`
  }
  return [...lines, line].map((each, index) => `${index === 0 ? head : ' '.repeat(head.length)}${each}`)
}
