/**
 * How far long work is, on stderr: a bar that is redrawn in one place on a terminal; elsewhere a line where a part of it
 * begins, so that a log is not filled with it.
 */
import type { Output, Stream } from './output.js'

export interface ProgressBar {
  /** `share` is from 0 to 1. */
  show(part: string, share: number, says: string): void
  end(): void
}

export interface CountingBar {
  show(part: string, says: string): void
  end(): void
}

/** The same for work of which nobody knows the end: how much is done, and that it goes on. */
export const countingBar = (stream: Stream, note: Output['note']): CountingBar => {
  const bar = stream.isTTY === true ? redrawn(stream, (part, _, says) => `${part}: ${says}`) : lines(note)
  return { show: (part, says) => bar.show(part, 0, says), end: () => bar.end() }
}

const REDRAW_MS = 100
const CELLS = 24

export const progressBar = (stream: Stream, note: Output['note']): ProgressBar =>
  stream.isTTY === true ? redrawn(stream) : lines(note)

const redrawn = (stream: Stream, text = barText): ProgressBar => {
  let lastMs = 0
  let drawn = false
  return {
    show: (part, share, says) => {
      if (Date.now() - lastMs < REDRAW_MS) return
      lastMs = Date.now()
      drawn = true
      const width = Math.max(20, (stream.columns ?? 80) - 1)
      stream.write(`\r\u001b[2K${text(part, share, says).slice(0, width)}`)
    },
    end: () => {
      if (drawn) stream.write('\r\u001b[2K')
    },
  }
}

const lines = (note: Output['note']): ProgressBar => {
  let told = ''
  return {
    show: (part, _, says) => {
      if (part !== told) note(`${part}: ${says}`)
      told = part
    },
    end: () => undefined,
  }
}

export const barText = (part: string, share: number, says: string): string => {
  const full = Math.round(Math.max(0, Math.min(1, share)) * CELLS)
  const percent = `${Math.floor(Math.max(0, Math.min(1, share)) * 100)}%`.padStart(4)
  return `${'█'.repeat(full)}${'░'.repeat(CELLS - full)} ${percent}  ${part}: ${says}`
}
