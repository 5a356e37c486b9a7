/**
 * The report as the task returns it, and its shape for people: one line a region, one column a year. It only arranges
 * what the workflow computed; every number in it comes from the result of the task.
 */
import * as E from 'fp-ts/lib/Either.js'
import { isJsonObject, type Json, type JsonObject } from '../../src/core/json.js'

export interface ReportRow {
  readonly region: string
  readonly year: number
  /** Years, weighted by population. */
  readonly lifeExpectancy: number
  /** People in the countries that were counted. */
  readonly population: number
}

export interface Report {
  readonly rows: ReadonlyArray<ReportRow>
  /** Countries that could not be enriched and are therefore in no region. */
  readonly excluded: ReadonlyArray<string>
  readonly recordsValid: number
  readonly recordsInvalid: number
}

export interface RegionLine {
  readonly region: string
  readonly points: ReadonlyArray<{ readonly year: number; readonly value: number }>
  /** From the first year to the last. */
  readonly change: number
}

/** Reads the task's result; Left says what is missing of a report. */
export const reportOf = (result: Json): E.Either<string, Report> => {
  if (!isJsonObject(result)) return E.left('the result is no object')
  const { by_region: rows, excluded, records } = result
  if (!Array.isArray(rows)) return E.left('the result has no list "by_region"')
  if (!Array.isArray(excluded)) return E.left('the result has no list "excluded"')
  const read: ReportRow[] = []
  for (const [index, row] of rows.entries()) {
    const complete = isJsonObject(row) ? rowOf(row) : undefined
    if (complete === undefined) {
      return E.left(`by_region.${index} is no {region, year, life_expect, population}: ${JSON.stringify(row)}`)
    }
    read.push(complete)
  }
  const counts = isJsonObject(records) ? records : {}
  return E.right({
    rows: read,
    excluded: excluded.map((country) => (typeof country === 'string' ? country : JSON.stringify(country))),
    recordsValid: typeof counts.valid === 'number' ? counts.valid : 0,
    recordsInvalid: typeof counts.invalid === 'number' ? counts.invalid : 0,
  })
}

const rowOf = (row: JsonObject): ReportRow | undefined => {
  const { region, year, life_expect: lifeExpectancy, population } = row
  return typeof region === 'string' &&
    typeof year === 'number' &&
    typeof lifeExpectancy === 'number' &&
    typeof population === 'number'
    ? { region, year, lifeExpectancy, population }
    : undefined
}

/** Regions by the alphabet, years ascending. */
export const regionLines = (rows: ReadonlyArray<ReportRow>): ReadonlyArray<RegionLine> => {
  const byRegion = new Map<string, Array<{ year: number; value: number }>>()
  for (const { region, year, lifeExpectancy } of rows) {
    const points = byRegion.get(region) ?? []
    points.push({ year, value: lifeExpectancy })
    byRegion.set(region, points)
  }
  return [...byRegion]
    .map(([region, unsorted]) => {
      const points = unsorted.toSorted((left, right) => left.year - right.year)
      return { region, points, change: (points.at(-1)?.value ?? 0) - (points[0]?.value ?? 0) }
    })
    .toSorted((left, right) => (left.region < right.region ? -1 : 1))
}

/** A table with a header: region, the years, and the change from the first year to the last. */
export const reportTable = (lines: ReadonlyArray<RegionLine>): ReadonlyArray<string> => {
  const years = [...new Set(lines.flatMap((line) => line.points.map((point) => point.year)))].toSorted((a, b) => a - b)
  const cells = [
    ['region', ...years.map(String), 'change'],
    ...lines.map((line) => [
      line.region,
      ...years.map((year) => line.points.find((point) => point.year === year)?.value.toFixed(1) ?? '–'),
      `${line.change >= 0 ? '+' : '−'}${Math.abs(line.change).toFixed(1)}`,
    ]),
  ]
  const widths = (cells[0] ?? []).map((_, column) => Math.max(...cells.map((row) => (row[column] ?? '').length)))
  const written = cells.map((row) =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join('  '),
  )
  return [written[0] ?? '', '─'.repeat((written[0] ?? '').length), ...written.slice(1)]
}
