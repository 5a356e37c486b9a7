import * as E from 'fp-ts/lib/Either.js'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { chartSvg } from '../../scripts/demonstration/chart.js'
import { regionLines, reportOf, reportTable } from '../../scripts/demonstration/report.js'

const rows = [
  { region: 'Oceania', year: 2005, lifeExpectancy: 81, population: 10 },
  { region: 'Asia & more', year: 1955, lifeExpectancy: 51.25, population: 10 },
  { region: 'Asia & more', year: 2005, lifeExpectancy: 49, population: 10 },
]

test('a result without its parts is no report, and says which', () => {
  assert.equal(reportOf({}), E.left('the result has no list "by_region"'))
  assert.match(JSON.stringify(reportOf({ by_region: [{ region: 'Asia' }], excluded: [] })), /by_region\.0 is no/)
})

test('a report is read from the names that the template gives them', () => {
  const read = reportOf({
    by_region: [{ region: 'Asia', year: 1955, life_expect: 51.2, population: 7 }],
    excluded: ['Turkey'],
    records: { valid: 682, invalid: 0 },
  })
  assert.equal(
    read,
    E.right({
      rows: [{ region: 'Asia', year: 1955, lifeExpectancy: 51.2, population: 7 }],
      excluded: ['Turkey'],
      recordsValid: 682,
      recordsInvalid: 0,
    }),
  )
})

test('regions are lines, years are columns, and a fall has a minus', () => {
  assert.equal(reportTable(regionLines(rows)), [
    'region       1955  2005  change',
    '───────────────────────────────',
    'Asia & more  51.3  49.0    −2.3',
    'Oceania         –  81.0    +0.0',
  ])
})

test('the chart names every region, says in words what it shows, and escapes what it was given', () => {
  const svg = chartSvg(regionLines(rows), { title: 'T', subtitle: 'S', source: 'D' })
  assert.match(svg, /role="img" aria-labelledby="title desc"/)
  assert.match(svg, /Asia &amp; more: 51\.3 years in 1955, 49\.0 in 2005\./)
  assert.is(svg.match(/<polyline/g)?.length, 2)
  assert.not.match(svg, /& more/)
})

test.run()
