/** One dead letter: why it stands, what happened to it, and everything that mends it. */
import type { FC } from 'hono/jsx'
import type { Explanation } from '../../core/why/reason.js'
import type { TaskExplanation } from '../../core/why/why.js'
import type { DeadLetterEntry, DeadLetterHistory } from '../../engine/dead-letters.js'
import { Field, Hidden, PostForm } from '../page/form.js'
import type { Frame } from '../page/frame.js'
import { Icon } from '../page/icon.js'
import { Page } from '../page/layout.js'
import { Ago } from '../page/moment.js'
import { EmptyState, Facts, Panel } from '../page/parts.js'
import { State } from '../page/state.js'
import { Table } from '../page/table.js'
import { plural, shortId } from '../page/wording.js'
import { taskPath } from '../tasks/task-table.js'
import { deadLetterPath } from './dead-letter-list-page.js'

export interface DeadLetterProps {
  readonly frame: Frame
  readonly task: string
  readonly entry: DeadLetterEntry | null
  readonly history: ReadonlyArray<DeadLetterHistory>
  readonly why: TaskExplanation
  /** Steps that failed for good, each with why. */
  readonly failed: ReadonlyArray<Explanation>
  /** Those that the reader may do. */
  readonly repairs: ReadonlyArray<string>
  readonly mayResolve: boolean
}

export const DeadLetterPage: FC<DeadLetterProps> = ({
  frame,
  task,
  entry,
  history,
  why,
  failed,
  repairs,
  mayResolve,
}) => (
  <Page
    frame={frame}
    title={entry === null ? 'No dead letter any more' : entry.template}
    section="dead-letters"
    trail={[['Dead letters', '/ui/dead-letters']]}
    {...(entry === null ? {} : { beside: <State of={entry.reason} announce="Dead letter" /> })}
    live={{ task }}
    actions={
      <a class="button" href={taskPath(task)}>
        To the task
        <Icon name="arrow" />
      </a>
    }
  >
    <div class="with-aside">
      <div class="stack">
        <Panel title="Why it stands" id="why" live>
          {entry === null ? <p>It goes on, or has ended as it should. What happened is below.</p> : null}
          <Sentences of={[...why.sentences, ...why.steps.flatMap(({ sentences }) => sentences)]} />
          {why.others === 0 ? null : <p class="faint small">{`and ${plural(why.others, 'more step')}`}</p>}
        </Panel>
        {failed.map((explanation) => (
          <FailedStep frame={frame} task={task} explanation={explanation} repairs={entry === null ? [] : repairs} />
        ))}
        <History history={history} />
      </div>
      <div class="stack">
        {entry === null ? null : <LetterFacts entry={entry} />}
        {mayResolve && entry !== null ? <Resolve frame={frame} task={task} /> : null}
      </div>
    </div>
  </Page>
)

const Sentences: FC<{ readonly of: ReadonlyArray<string> }> = ({ of }) =>
  of.length === 0 ? (
    <p class="soft">Nothing holds it: it goes on as soon as the engine has looked at it.</p>
  ) : (
    <ul class="why">
      {of.map((sentence) => (
        <li>
          <Icon name="info" />
          <span>{sentence}</span>
        </li>
      ))}
    </ul>
  )

/** What may be done to a step that failed for good; each is refused by the core where it makes no sense. */
const REPAIRS = [
  ['reset', 'Reset', 'It starts anew, with its attempts counted from one.'],
  ['resolve', 'Resolve', 'It counts as done, without a result.'],
  ['skip', 'Skip', 'It counts as absent; what depends on it is, too.'],
  ['retry', 'Retry now', 'Where it waits for its retry.'],
] as const

const FailedStep: FC<{
  readonly frame: Frame
  readonly task: string
  readonly explanation: Explanation
  readonly repairs: ReadonlyArray<string>
}> = ({ frame, task, explanation: { step, sentences }, repairs }) => (
  <Panel title={<span class="mono">{step ?? 'The task'}</span>}>
    <Sentences of={sentences} />
    {repairs.length > 0 && step !== null ? (
      <PostForm frame={frame} action={`${deadLetterPath(task)}/step`} class="form wide" label={`Mend ${step}`}>
        <Hidden values={{ step }} />
        <Field label="Reason">
          <input type="text" name="reason" maxlength={500} placeholder="Kept in the log with your name" />
        </Field>
        <div class="row">
          {REPAIRS.filter(([what]) => repairs.includes(what)).map(([what, words, meaning], at) => (
            <button
              class={at === 0 ? 'button main' : 'button'}
              type="submit"
              name="repair"
              value={what}
              title={meaning}
            >
              {words}
            </button>
          ))}
        </div>
        <p class="faint small">
          {REPAIRS.map(([, words, meaning]) => `${words}: ${meaning.charAt(0).toLowerCase()}${meaning.slice(1)}`).join(
            ' ',
          )}
        </p>
      </PostForm>
    ) : null}
  </Panel>
)

const Resolve: FC<{ readonly frame: Frame; readonly task: string }> = ({ frame, task }) => (
  <Panel title="Give it up, or take it as done">
    <PostForm frame={frame} action={`${deadLetterPath(task)}/resolve`} class="form" label="Resolve the dead letter">
      <Field label="What became of it">
        <select name="resolution">
          <option value="manually_resolved">Done otherwise, or need not be done</option>
          <option value="permanently_failed">Failed for good</option>
          <option value="cancelled">Cancelled</option>
        </select>
      </Field>
      <Field label="Reason">
        <input type="text" name="reason" maxlength={500} required />
      </Field>
      <div class="row">
        <button class="button" type="submit">
          Resolve the dead letter
        </button>
      </div>
    </PostForm>
  </Panel>
)

const LetterFacts: FC<{ readonly entry: DeadLetterEntry }> = ({ entry }) => (
  <Panel title="The task">
    <Facts
      of={[
        ['State', <State of={entry.status} />],
        ['Template', `${entry.template} ${entry.version}`],
        ['Namespace', entry.namespace],
        ['Task', <span class="mono">{shortId(entry.taskId)}</span>],
        ['Since', <Ago at={entry.since === '' ? null : entry.since} />],
        ['Code', <code>{entry.code}</code>],
        entry.step === null ? null : ['Step', <span class="mono">{entry.step}</span>],
        ['Message', entry.message],
      ]}
    />
  </Panel>
)

const History: FC<{ readonly history: ReadonlyArray<DeadLetterHistory> }> = ({ history }) => (
  <Panel title="What happened" flush id="history" live>
    {history.length === 0 ? (
      <EmptyState icon="letter" title="Nothing yet">
        It has never been a dead letter.
      </EmptyState>
    ) : (
      <Table
        label="What happened"
        columns={[
          { label: 'What', kind: 'main' },
          { label: 'By' },
          { label: 'Reason' },
          { label: 'When', kind: 'narrow' },
        ]}
        rows={history.map(({ at, what, actor, reason, resolution }, index) => ({
          id: `history-${index}`,
          cells: [
            `${what.replaceAll('-', ' ')}${resolution === null ? '' : `: ${resolution.replaceAll('_', ' ')}`}`,
            actor,
            reason ?? '',
            <Ago at={at} />,
          ],
        }))}
      />
    )}
  </Panel>
)
