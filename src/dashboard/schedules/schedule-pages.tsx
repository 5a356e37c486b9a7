/** Schedules: which task is created when, what the last tick made, and whether it goes on. */
import { Hono } from 'hono'
import type { FC } from 'hono/jsx'
import type { ScheduleView } from '../../engine/schedules.js'
import { byOf, type HttpEnv, mayDo, maySee } from '../../http/caller.js'
import { HttpProblem } from '../../http/problem.js'
import { act, type Board, fieldOf, formOf, frameOf, mustBeAllowed, show } from '../board.js'
import { PostButton } from '../page/form.js'
import type { Frame } from '../page/frame.js'
import { Page } from '../page/layout.js'
import { Ago } from '../page/moment.js'
import { EmptyState, Panel } from '../page/parts.js'
import { State } from '../page/state.js'
import { Table } from '../page/table.js'
import { taskPath } from '../tasks/task-table.js'

const HERE = '/ui/schedules'

export const schedulePages = (board: Board): Hono<HttpEnv> => {
  const { schedules } = board.parts
  const app = new Hono<HttpEnv>()
  app.get('/', async (c) => {
    const caller = mustBeAllowed(c, 'schedules:read')
    const [frame, all] = await Promise.all([frameOf(board, c), schedules.list()])
    const seen = all.filter(({ template }) => maySee(caller, template.namespace))
    return show(c, <SchedulesPage frame={frame} schedules={seen} mayChange={mayDo(caller, 'schedules:write')} />)
  })
  app.post('/', async (c) => {
    const caller = mustBeAllowed(c, 'schedules:write')
    const form = await formOf(c)
    const name = fieldOf(form, 'name')
    const by = byOf(caller)
    return act(c, HERE, async () => {
      const { template } = await schedules.get(name)
      if (!maySee(caller, template.namespace)) throw unknown(name)
      if (fieldOf(form, 'turn') === 'pause') await schedules.pause(name, by)
      else await schedules.resume(name, by)
      return fieldOf(form, 'turn') === 'pause' ? `${name} is paused.` : `${name} goes on.`
    })
  })
  return app
}

/** One of another namespace is one that is not there. */
const unknown = (name: string): HttpProblem =>
  new HttpProblem({ status: 404, code: 'schedule_unknown', detail: `there is no schedule ${name}` })

const SchedulesPage: FC<{
  readonly frame: Frame
  readonly schedules: ReadonlyArray<ScheduleView>
  readonly mayChange: boolean
}> = ({ frame, schedules, mayChange }) => (
  <Page
    frame={frame}
    title="Schedules"
    section="schedules"
    live="all"
    lead="Each tick creates one task, however many processes there are."
  >
    <Panel id="schedules" live flush>
      {schedules.length === 0 ? (
        <EmptyState icon="clock" title="Nothing is scheduled">
          Add one: <code>tasker schedule add nightly report --cron &quot;0 3 * * *&quot;</code>
        </EmptyState>
      ) : (
        <Table
          label="Schedules"
          columns={[
            { label: 'Schedule', kind: 'main' },
            { label: 'Creates' },
            { label: 'Next', kind: 'narrow' },
            { label: 'Last', kind: 'narrow' },
            { label: 'Missed ticks', kind: 'narrow' },
            ...(mayChange ? [{ label: 'Change', unseen: true, kind: 'narrow' } as const] : []),
          ]}
          rows={schedules.map((schedule) => rowOf(frame, schedule, mayChange))}
        />
      )}
    </Panel>
  </Page>
)

const rowOf = (frame: Frame, schedule: ScheduleView, mayChange: boolean) => {
  const { name, cron, timezone, template, next, last, paused, catchUp, priority } = schedule
  return {
    id: `schedule-${name}`,
    cells: [
      <>
        <strong>{name}</strong>
        <span class="sub">
          <code>{cron}</code>
          {` ${timezone}`}
        </span>
      </>,
      <>
        <a href={`/ui/templates/${template.namespace}/${template.name}`}>{template.name}</a>
        <span class="sub">
          {`${template.namespace} · ${template.version ?? 'the latest'}${priority === 0 ? '' : ` · priority ${priority}`}`}
        </span>
      </>,
      paused ? <State of="paused" /> : <Ago at={next} none="never" />,
      last === null ? <span class="faint">–</span> : <a href={taskPath(last.task)}>{<Ago at={last.tick} />}</a>,
      catchUp === 'skip' ? 'left out' : catchUp === 'last' ? 'the last one' : 'all made up for',
      ...(mayChange
        ? [
            <PostButton frame={frame} action={HERE} values={{ name, turn: paused ? 'resume' : 'pause' }}>
              {paused ? 'Resume' : 'Pause'}
            </PostButton>,
          ]
        : []),
    ],
  }
}
