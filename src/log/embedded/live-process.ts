/**
 * Whether a process that wrote its number down is still the one that runs under it. A number alone is not enough: in a
 * container numbers start again from 1, and a stranger's process would pass for the one that died.
 */
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { systemCode } from './embedded-error.js'

export interface ProcessMark {
  readonly pid: number
  /** When it started, in whatever unit the system has; empty where the system does not tell. */
  readonly started: string
}

export const markOf = (pid: number): ProcessMark => ({ pid, started: startOf(pid) })

/** Where a start cannot be read (another user's process, in a system that hides those), the number decides. */
export const isAlive = (mark: ProcessMark): boolean => {
  if (!exists(mark.pid)) return false
  const started = startOf(mark.pid)
  return mark.started === '' || started === '' || mark.started === started
}

export const exists = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return !isZombie(pid)
  } catch (error) {
    return systemCode(error) === 'EPERM'
  }
}

/** The command line, or the empty string where it cannot be read. */
export const commandOf = (pid: number): string => {
  try {
    if (process.platform === 'linux') return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')
    return ps(pid, 'command=')
  } catch {
    return ''
  }
}

const startOf = (pid: number): string => {
  try {
    return process.platform === 'linux' ? (statOf(pid)[19] ?? '') : ps(pid, 'lstart=')
  } catch {
    return ''
  }
}

/** A process that nobody reaped (a container without an init) has ended, though its number still answers. */
const isZombie = (pid: number): boolean => {
  try {
    return process.platform === 'linux' && statOf(pid)[0] === 'Z'
  } catch {
    return false
  }
}

/** The fields after the name, which may itself hold spaces and brackets: the state is first, the start the 20th. */
const statOf = (pid: number): ReadonlyArray<string> => {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')
}

const ps = (pid: number, field: string): string =>
  execFileSync('ps', ['-o', field, '-p', String(pid)], { encoding: 'utf8' }).trim()
