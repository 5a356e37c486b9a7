/** Schedules in the memory log. */
import type { Schedule, ScheduleStore } from '../ports/schedules.js'
import type { MemoryStore } from './memory-store.js'

export const memorySchedules = ({ schedules, scheduleChanges }: MemoryStore): ScheduleStore => {
  const all = (): ReadonlyArray<Schedule> =>
    [...schedules.values()].sort((left, right) => (left.name < right.name ? -1 : 1))
  return {
    addSchedule: async (schedule, change) => {
      if (schedules.has(schedule.name)) return false
      schedules.set(schedule.name, { ...schedule, lastAt: null, lastTask: null, revision: 1 })
      scheduleChanges.push(change)
      return true
    },
    updateSchedule: async (name, revision, { paused, nextAt, lastAt, lastTask }, change) => {
      const schedule = schedules.get(name)
      if (schedule?.revision !== revision) return false
      schedules.set(name, { ...schedule, paused, nextAt, lastAt, lastTask, revision: revision + 1 })
      if (change !== undefined) scheduleChanges.push(change)
      return true
    },
    removeSchedule: async (name, change) => {
      if (!schedules.delete(name)) return false
      scheduleChanges.push(change)
      return true
    },
    readSchedule: async (name) => schedules.get(name),
    listSchedules: async () => all(),
    dueSchedules: async (nowMs, limit) =>
      all()
        .filter(({ paused, nextAt }) => !paused && nextAt !== null && nextAt <= nowMs)
        .toSorted((left, right) => (left.nextAt ?? 0) - (right.nextAt ?? 0))
        .slice(0, limit),
    scheduleChanges: async (name, limit) =>
      scheduleChanges
        .filter(({ schedule }) => schedule === name)
        .toReversed()
        .slice(0, limit),
  }
}
