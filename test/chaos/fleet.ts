/** Two engines and three workers as processes of their own. One of them is killed now and then; another takes its place. */
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { Dice } from '../support/dice.js'
import type { ChaosOrder } from './chaos-process.js'

export interface Killed {
  readonly engine: number
  readonly worker: number
}

export interface Fleet {
  /** Kills one at random, as `kill -9` does, and starts another like it. Resolves once it is dead. */
  killOne(dice: Dice): Promise<void>
  readonly killed: Killed
  /** Resolves when all processes of the fleet are at work. */
  atWork(): Promise<void>
  end(): Promise<void>
}

interface Member {
  readonly role: ChaosOrder['role']
  readonly child: ChildProcess
  readonly ready: Promise<void>
}

const ROLES = ['engine', 'engine', 'worker', 'worker', 'worker'] as const

export const startFleet = async (order: Omit<ChaosOrder, 'role'>): Promise<Fleet> => {
  const members: Member[] = ROLES.map((role) => start({ ...order, role }))
  process.once('exit', () => {
    for (const { child } of members) child.kill('SIGKILL')
  })
  const killed = { engine: 0, worker: 0 }
  const atWork = async (): Promise<void> => {
    await Promise.all(members.map(({ ready }) => ready))
  }
  await atWork()
  return {
    killed,
    atWork,
    killOne: async (dice) => {
      const index = dice.upTo(members.length)
      const victim = members[index]
      if (victim === undefined) return
      const died = once(victim.child, 'exit')
      victim.child.kill('SIGKILL')
      await died
      killed[victim.role] += 1
      members[index] = start({ ...order, role: victim.role })
    },
    end: async () => {
      await Promise.all(members.map(leave))
    },
  }
}

const start = (order: ChaosOrder): Member => {
  const child = fork(fileURLToPath(new URL('chaos-process.js', import.meta.url)), [JSON.stringify(order)])
  const ended = once(child, 'exit').then(([code, signal]) => {
    if (signal !== 'SIGKILL') throw new Error(`a process of the fleet ended by itself (${signal ?? code})`)
  })
  const ready = Promise.race([once(child, 'message').then(() => undefined), ended])
  ready.catch(() => undefined)
  ended.catch(() => undefined)
  return { role: order.role, child, ready }
}

const leave = async ({ child }: Member): Promise<void> => {
  if (child.exitCode !== null || child.signalCode !== null) return
  const exited = once(child, 'exit')
  child.disconnect()
  await exited
}
