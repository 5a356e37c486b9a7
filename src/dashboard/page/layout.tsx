/** The frame of every page: places, the page's head, its content, and help. Nothing in it is written for one page alone. */
import type { Child, FC, PropsWithChildren } from 'hono/jsx'
import { PostForm } from './form.js'
import { type Frame, THEMES, type Theme } from './frame.js'
import { Help } from './help.js'
import { Icon } from './icon.js'
import { Navigation } from './navigation.js'
import { Notice } from './parts.js'

export interface PageProps {
  readonly frame: Frame
  /** The page's heading, and its name in the browser. */
  readonly title: string
  /** The place that it belongs to, by its id in the navigation. */
  readonly section: string
  /** What stands above it: names and their addresses. */
  readonly trail?: ReadonlyArray<readonly [name: string, href: string]>
  readonly lead?: Child
  /** Beside the heading: a state, a tag. */
  readonly beside?: Child
  readonly actions?: Child | undefined
  /** The parts marked `data-live` follow the log: of the whole, or of one task alone. */
  readonly live?: 'all' | { readonly task: string } | undefined
}

export const Page: FC<PropsWithChildren<PageProps>> = (props) => {
  const { frame, title, section, children } = props
  return (
    <html lang="en" {...(frame.theme === 'auto' ? {} : { 'data-theme': frame.theme })}>
      <Head frame={frame} title={title} />
      <body>
        <a class="skip" href="#content">
          Skip to content
        </a>
        <div class="house">
          <header class="side">
            <a class="brand" href="/ui">
              <Mark />
              <span>Tasker ES</span>
            </a>
            <button class="button little menu-button" type="button" popovertarget="places">
              <Icon name="menu" />
              Menu
            </button>
            <div class="places" id="places" popover="auto">
              <nav aria-label="Places" id="navigation" data-live="">
                <Navigation frame={frame} section={section} />
              </nav>
              <SideFoot frame={frame} />
            </div>
          </header>
          <main class="page" id="content" tabindex={-1} {...liveOf(props)}>
            <PageHead {...props} />
            <div class="stack">
              {frame.told === null ? null : (
                <Notice tone={frame.told.tone} role={frame.told.tone === 'bad' ? 'alert' : 'status'}>
                  {frame.told.text}
                </Notice>
              )}
              {children}
            </div>
          </main>
        </div>
        <div class="unseen" id="announcer" role="status" aria-live="polite" />
        <Help />
      </body>
    </html>
  )
}

/** A page without places around it: to sign in, or because something went wrong before. */
export const LonePage: FC<
  PropsWithChildren<{ readonly frame: Pick<Frame, 'theme' | 'assets'>; readonly title: string }>
> = ({ frame, title, children }) => (
  <html lang="en" {...(frame.theme === 'auto' ? {} : { 'data-theme': frame.theme })}>
    <Head frame={frame} title={title} />
    <body>
      <main class="alone" id="content">
        <div class="panel">
          <header>
            <span class="row">
              <Mark />
              <h1>{title}</h1>
            </span>
          </header>
          <div class="body">{children}</div>
        </div>
      </main>
    </body>
  </html>
)

const Head: FC<{ readonly frame: Pick<Frame, 'assets'>; readonly title: string }> = ({ frame, title }) => (
  <head>
    <meta charset="utf-8" />
    <title>{`${title} · Tasker ES`}</title>
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <meta name="color-scheme" content="light dark" />
    <link rel="icon" href={`${frame.assets}/favicon.svg`} type="image/svg+xml" />
    <link rel="stylesheet" href={`${frame.assets}/dashboard.css`} />
    <link rel="stylesheet" href={`${frame.assets}/task.css`} />
    <script type="module" src={`${frame.assets}/dashboard.js`} />
  </head>
)

const liveOf = ({ live }: PageProps) => {
  if (live === undefined) return {}
  return live === 'all' ? { 'data-follow': 'all' } : { 'data-follow': live.task }
}

const PageHead: FC<PageProps> = ({ title, trail = [], lead, beside, actions, live }) => (
  <div class="page-head">
    <div>
      {trail.length === 0 ? null : (
        <nav class="trail" aria-label="Above this page">
          {trail.map(([name, href]) => (
            <>
              <a href={href}>{name}</a>
              <span aria-hidden="true">/</span>
            </>
          ))}
        </nav>
      )}
      <div class="row">
        <h1>{title}</h1>
        {beside ?? null}
      </div>
      {lead === undefined ? null : <p class="lead">{lead}</p>}
    </div>
    {live === undefined ? null : (
      <span class="pulse" id="pulse" data-state="still">
        Not live
      </span>
    )}
    {actions === undefined ? null : <div class="row">{actions}</div>}
  </div>
)

const SideFoot: FC<{ readonly frame: Frame }> = ({ frame }) => (
  <div class="side-foot">
    {frame.viewer === null ? null : (
      <div class="who">
        <Icon name="people" />
        <span>{frame.viewer.name}</span>
        <PostForm frame={frame} action="/logout">
          <button class="button quiet little" type="submit">
            Sign out
          </button>
        </PostForm>
      </div>
    )}
    <div class="tools">
      <PostForm frame={frame} action="/ui/theme" label="Light or dark">
        <input type="hidden" name="back" value={frame.address} />
        <span class="themes">
          {THEMES.map((theme) => (
            <button type="submit" name="theme" value={theme} aria-pressed={theme === frame.theme ? 'true' : 'false'}>
              <Icon name={THEME_LOOKS[theme].icon} label={THEME_LOOKS[theme].word} />
            </button>
          ))}
        </span>
      </PostForm>
      <a class="button quiet little" href="/ui/help" data-help="">
        Keys <kbd>?</kbd>
      </a>
    </div>
  </div>
)

const THEME_LOOKS = {
  auto: { icon: 'auto', word: 'As the system is' },
  light: { icon: 'sun', word: 'Light' },
  dark: { icon: 'moon', word: 'Dark' },
} as const satisfies Readonly<Record<Theme, object>>

/** A step that leads to one that exists and to one that is still a proposal. */
const Mark: FC = () => (
  <svg viewBox="0 0 32 32" aria-hidden="true">
    <rect width="32" height="32" rx="7" fill="#3b4cca" />
    <path
      d="M16 10v3.5M16 13.5c0 3-6 2-6 5.5M16 13.5c0 3 6 2 6 5.5"
      fill="none"
      stroke="#fff"
      stroke-width="2.2"
      stroke-linecap="round"
    />
    <circle cx="16" cy="8" r="2.9" fill="#fff" />
    <circle cx="10" cy="21.5" r="2.9" fill="#fff" />
    <circle cx="22" cy="21.5" r="2.9" fill="none" stroke="#fff" stroke-width="2" stroke-dasharray="2.6 1.9" />
  </svg>
)
