/**
 * The right answer of the demonstration, computed straight from the published data with loops and sums, by none of the
 * code that the workflow runs on.
 */
import { countriesByName, lifeRecords } from '../../scripts/demonstration/published-data.js'
import type { ReportRow } from '../../scripts/demonstration/report.js'

export const UNKNOWN_COUNTRIES: ReadonlyArray<string> = ['Hong Kong, China', 'Turkey']

export const expectedRows = (): ReadonlyArray<ReportRow> => {
  const countries = countriesByName()
  const sums = new Map<string, { region: string; year: number; people: number; personYears: number }>()
  for (const record of lifeRecords()) {
    const region = countries.get(record.country)?.region
    if (region === undefined) continue
    const key = `${region}/${record.year}`
    const sum = sums.get(key) ?? { region, year: record.year, people: 0, personYears: 0 }
    sum.people += record.pop
    sum.personYears += record.pop * record.life_expect
    sums.set(key, sum)
  }
  return [...sums.values()].map(({ region, year, people, personYears }) => ({
    region,
    year,
    lifeExpectancy: personYears / people,
    population: people,
  }))
}
