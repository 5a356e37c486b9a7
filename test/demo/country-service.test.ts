import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { startCountryService } from '../../scripts/demonstration/country-service.js'
import { lifeRecords } from '../../scripts/demonstration/published-data.js'
import { UNKNOWN_COUNTRIES } from './expected-report.js'

const asking = async <A>(use: (ask: (path: string) => Promise<Response>) => Promise<A>): Promise<A> => {
  const service = await startCountryService(0)
  try {
    return await use((path) => fetch(`http://${service.host}${path}`))
  } finally {
    await service.close()
  }
}

test('a country is answered with its region, subregion and area', async () => {
  const country = await asking(async (ask) => (await ask('/countries/Costa%20Rica')).json())
  assert.equal(country, { name: 'Costa Rica', region: 'Americas', subregion: 'Central America', area: 51100 })
})

test('of the countries in the records exactly Turkey and "Hong Kong, China" are unknown', async () => {
  const unknown = await asking(async (ask) => {
    const names: string[] = []
    for (const name of new Set(lifeRecords().map((record) => record.country))) {
      if ((await ask(`/countries/${encodeURIComponent(name)}`)).status === 404) names.push(name)
    }
    return names
  })
  assert.equal(unknown, UNKNOWN_COUNTRIES)
})

test('an unknown name is a 404 that repeats it, and no guess is made', async () => {
  await asking(async (ask) => {
    const answer = await ask('/countries/turkey')
    assert.is(answer.status, 404)
    assert.equal(await answer.json(), { error: 'unknown_country', name: 'turkey' })
  })
})

test('the service says what it offers, publishes the records, and has nothing elsewhere', async () => {
  await asking(async (ask) => {
    assert.match(await (await ask('/')).text(), /GET \/countries\/\{name\}/)
    const records: unknown = await (await ask('/gapminder.json')).json()
    assert.is(Array.isArray(records) ? records.length : 0, 682)
    assert.is((await ask('/else')).status, 404)
    assert.is((await ask('/countries/%E0%A4%A')).status, 400)
  })
})

test('where the usual port is taken another one is used', async () => {
  const first = await startCountryService(0)
  const second = await startCountryService(Number(first.host.split(':')[1]))
  assert.is.not(second.host, first.host)
  await Promise.all([first.close(), second.close()])
})

test.run()
