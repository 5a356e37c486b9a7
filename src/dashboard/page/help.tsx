/** The keys that pages understand, as a dialog and as a page by itself. */
import type { FC } from 'hono/jsx'
import { PLACES } from './navigation.js'

const KEYS: ReadonlyArray<readonly [keys: ReadonlyArray<string>, does: string]> = [
  [['?'], 'These keys'],
  [['/'], 'To the search field'],
  [['j'], 'To the next row'],
  [['k'], 'To the row before'],
  [['Enter'], 'Opens the row'],
  [['x'], 'Selects the row'],
  [['n'], 'The next page of a list'],
  [['['], 'Of a task: the event before'],
  [[']'], 'Of a task: the next event'],
  [['+', '-', '0'], 'Of a graph: larger, smaller, the whole'],
  [['Esc'], 'Leaves a field, closes a dialog'],
  ...PLACES.map(({ key, name }) => [['g', key], name] as const),
]

export const KeyList: FC = () => (
  <dl class="keys">
    {KEYS.map(([keys, does]) => (
      <>
        <dt>
          {keys.map((key) => (
            <>
              <kbd>{key}</kbd>{' '}
            </>
          ))}
        </dt>
        <dd>{does}</dd>
      </>
    ))}
  </dl>
)

export const Help: FC = () => (
  <dialog id="help" aria-labelledby="help-title">
    <header>
      <h2 id="help-title">Keys</h2>
      <form method="dialog">
        <button class="button quiet little" type="submit">
          Close
        </button>
      </form>
    </header>
    <KeyList />
  </dialog>
)
