/** A process of several writers, each of whom appends to a few tasks of its own whenever `chaos.test.ts` says so. */
import { openLog } from '../log/log-database.js'
import { Story } from './story.js'

const [url = '', writers = '0', appends = '0'] = process.argv.slice(2)
const TASKS = 4

const log = await openLog(url)
const stories = Array.from({ length: Number(writers) }, () => Array.from({ length: TASKS }, () => new Story(log)))

const write = async (own: ReadonlyArray<Story>): Promise<void> => {
  for (let count = 0; count < Number(appends); count += 1) {
    const notes = Array.from({ length: 1 + (count % 3) }, (_, index) => `${count}.${index}`)
    await own[count % TASKS]?.tell(...notes)
  }
}

process.on('message', () => void Promise.all(stories.map(write)).then(() => process.send?.('written')))
process.once('disconnect', () => void log.close())
process.send?.('ready')
