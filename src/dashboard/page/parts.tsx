/** The parts that pages are made of: panels, facts, figures, notices, and what is said where there is nothing. */
import type { Child, FC, PropsWithChildren } from 'hono/jsx'
import { Icon, type IconName } from './icon.js'
import type { Tone } from './state.js'

/** `live`: its content is renewed when something has changed; the id must be the page's only one. */
export const Panel: FC<
  PropsWithChildren<{
    readonly title?: Child
    readonly id?: string
    readonly live?: boolean
    readonly actions?: Child
    readonly footer?: Child
    /** Without room around the content: for tables and pictures. */
    readonly flush?: boolean
    readonly class?: string
  }>
> = ({ title, id, live, actions, footer, flush, class: kind, children }) => (
  <section
    class={kind === undefined ? 'panel' : `panel ${kind}`}
    {...(id === undefined ? {} : { id })}
    {...(live === true ? { 'data-live': '' } : {})}
  >
    {title === undefined && actions === undefined ? null : (
      <header>
        {title === undefined ? null : <h2>{title}</h2>}
        {actions === undefined ? null : <div class="actions row">{actions}</div>}
      </header>
    )}
    <div class={flush === true ? 'body flush' : 'body'}>{children}</div>
    {footer === undefined ? null : <footer>{footer}</footer>}
  </section>
)

export const EmptyState: FC<PropsWithChildren<{ readonly icon: IconName; readonly title: string }>> = ({
  icon,
  title,
  children,
}) => (
  <div class="empty">
    <Icon name={icon} />
    <strong>{title}</strong>
    <p>{children}</p>
  </div>
)

export const Facts: FC<{ readonly of: ReadonlyArray<readonly [string, Child] | null> }> = ({ of }) => (
  <dl class="facts">
    {of.map((fact) =>
      fact === null ? null : (
        <>
          <dt>{fact[0]}</dt>
          <dd>{fact[1]}</dd>
        </>
      ),
    )}
  </dl>
)

export interface Figure {
  readonly label: string
  readonly value: Child
  readonly unit?: string
  readonly note?: Child
}

export const Figures: FC<{ readonly of: ReadonlyArray<Figure> }> = ({ of }) => (
  <dl class="figures">
    {of.map(({ label, value, unit, note }) => (
      <div>
        <dt>{label}</dt>
        <dd>
          {value}
          {unit === undefined ? null : <small>{unit}</small>}
        </dd>
        {note === undefined ? null : <dd class="note">{note}</dd>}
      </div>
    ))}
  </dl>
)

const NOTICE_ICONS: Readonly<Record<Tone, IconName>> = {
  good: 'check',
  busy: 'info',
  wait: 'warning',
  ask: 'people',
  bad: 'failed',
  still: 'info',
}

export const Notice: FC<PropsWithChildren<{ readonly tone: Tone; readonly role?: 'status' | 'alert' }>> = ({
  tone,
  role,
  children,
}) => (
  <div class={`notice tone-${tone}`} {...(role === undefined ? {} : { role })}>
    <Icon name={NOTICE_ICONS[tone]} />
    <div>{children}</div>
  </div>
)

export interface BarPart {
  readonly tone: Tone
  readonly count: number
  readonly label: string
}

/** What stands how, as parts of a whole; the words beside it say the same. */
export const Bar: FC<{ readonly parts: ReadonlyArray<BarPart>; readonly label: string }> = ({ parts, label }) => {
  const whole = Math.max(
    1,
    parts.reduce((sum, { count }) => sum + count, 0),
  )
  let x = 0
  return (
    <svg class="bar" viewBox="0 0 100 4" preserveAspectRatio="none" role="img" aria-label={label}>
      {parts.map(({ tone, count }) => {
        const width = (100 * count) / whole
        const at = x
        x += width
        return width === 0 ? null : (
          <rect class={`tone-${tone}`} x={at.toFixed(2)} y="0" width={width.toFixed(2)} height="4" />
        )
      })}
    </svg>
  )
}

/** The next page of a list that is paged by what stood last. */
export const Pager: FC<PropsWithChildren<{ readonly next: string | null; readonly first: string | null }>> = ({
  next,
  first,
  children,
}) => (
  <nav class="pager" aria-label="Pages">
    <span>{children}</span>
    <span class="row">
      {first === null ? null : (
        <a class="button little" href={first}>
          First page
        </a>
      )}
      {next === null ? null : (
        <a class="button little" href={next} rel="next" data-key="n">
          Next page
          <Icon name="arrow" />
        </a>
      )}
    </span>
  </nav>
)
