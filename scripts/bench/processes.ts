/** CPU time and memory of processes, from /proc. Elsewhere than on Linux, or of another machine, nothing is known. */
import { readdirSync, readFileSync } from 'node:fs'

/** The kernel's unit of CPU time in /proc, fixed for user space on Linux. */
const TICKS_PER_SECOND = 100
const PAGE_BYTES = 4_096

interface Stat {
  readonly parent: number
  readonly seconds: number
  /** Of children that have ended and were waited for. */
  readonly endedSeconds: number
}

const statOf = (pid: number): Stat | undefined => {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // The name in parentheses may hold anything; what follows it is numbers.
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
    const ticks = (index: number): number => Number(fields[index]) / TICKS_PER_SECOND
    return { parent: Number(fields[1]), seconds: ticks(11) + ticks(12), endedSeconds: ticks(13) + ticks(14) }
  } catch {
    return undefined
  }
}

export const cpuSecondsOf = (pid: number): number | undefined => statOf(pid)?.seconds

export const residentBytesOf = (pid: number): number => {
  try {
    return Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1]) * PAGE_BYTES
  } catch {
    return 0
  }
}

/** CPU time of the Postgres cluster that a backend belongs to: its postmaster and all of that one's children. */
export const clusterCpuSeconds = (backendPid: number): number | undefined => {
  const postmaster = statOf(backendPid)?.parent
  const own = postmaster === undefined ? undefined : statOf(postmaster)
  if (postmaster === undefined || own === undefined) return undefined
  let seconds = own.seconds + own.endedSeconds
  for (const entry of readdirSync('/proc')) {
    const pid = Number(entry)
    if (!Number.isInteger(pid)) continue
    const stat = statOf(pid)
    if (stat?.parent === postmaster) seconds += stat.seconds
  }
  return seconds
}

/** Samples the resident memory of processes together; the highest sum counts. */
export const watchMemory = (pids: ReadonlyArray<number>, everyMs = 20): { stop(): number } => {
  let peak = 0
  const look = (): void => {
    peak = Math.max(
      peak,
      pids.reduce((sum, pid) => sum + residentBytesOf(pid), 0),
    )
  }
  look()
  const timer = setInterval(look, everyMs)
  timer.unref()
  return {
    stop: () => {
      clearInterval(timer)
      look()
      return peak
    },
  }
}
