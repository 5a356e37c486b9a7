/** The icons, drawn on a square of 16. Each has a shape of its own: no two differ by colour alone. */
import type { FC } from 'hono/jsx'

const PATHS = {
  tasks: ['M2.5 4h1M2.5 8h1M2.5 12h1M6.5 4h7M6.5 8h7M6.5 12h7'],
  gate: ['M3 13.5v-8a5 5 0 0 1 10 0v8', 'M6 13.5v-7.5M10 13.5v-7.5', 'M2 13.5h12'],
  letter: ['M2.5 4.5h11v8h-11z', 'M2.5 5l5.5 4.5 5.5-4.5'],
  clock: ['M8 2.5a5.5 5.5 0 1 0 0 11 5.5 5.5 0 0 0 0-11z', 'M8 5v3.2l2.2 1.3'],
  planner: ['M8 2v2.5M8 11.5v2.5M2 8h2.5M11.5 8h2.5', 'M8 5.5l.9 1.6 1.6.9-1.6.9-.9 1.6-.9-1.6-1.6-.9 1.6-.9z'],
  template: ['M3 2.5h10v11h-10z', 'M5.5 5.5h5M5.5 8h5M5.5 10.5h3'],
  catalog: ['M2.5 3.5h4.5v4h-4.5zM9 3.5h4.5v4h-4.5zM2.5 9.5h4.5v4h-4.5zM9 9.5h4.5v4h-4.5z'],
  worker: ['M3 4.5h10v5h-10z', 'M5.5 13h5M8 9.5v3.5', 'M5.3 7h.1M8 7h2.7'],
  projection: ['M2.5 13v-4M6.2 13v-7.5M9.8 13v-5.5M13.5 13v-10'],
  subscription: ['M3 6.5a6.5 6.5 0 0 1 6.5 6.5', 'M3 2.8a10.2 10.2 0 0 1 10.2 10.2', 'M3.6 12.4h.1'],
  queue: ['M2.5 4.5h11M2.5 8h11M2.5 11.5h7', 'M12 10l1.7 1.5-1.7 1.5'],
  search: ['M7 2.5a4.5 4.5 0 1 0 0 9 4.5 4.5 0 0 0 0-9z', 'M10.3 10.3l3.2 3.2'],
  sun: [
    'M8 5.3a2.7 2.7 0 1 0 0 5.4 2.7 2.7 0 0 0 0-5.4z',
    'M8 1.7v1.3M8 13v1.3M1.7 8h1.3M13 8h1.3M3.5 3.5l.9.9M11.6 11.6l.9.9M3.5 12.5l.9-.9M11.6 4.4l.9-.9',
  ],
  moon: ['M13 9.6a5.5 5.5 0 1 1-6.6-6.6 4.4 4.4 0 0 0 6.6 6.6z'],
  auto: ['M8 2.5a5.5 5.5 0 1 0 0 11 5.5 5.5 0 0 0 0-11z', '*M8 2.5v11a5.5 5.5 0 0 0 0-11z'],
  menu: ['M2.5 4.5h11M2.5 8h11M2.5 11.5h11'],
  question: ['M6 6a2 2 0 1 1 2.9 1.8c-.6.3-.9.7-.9 1.4', 'M8 11.6h.05'],
  check: ['M3 8.5l3.2 3.2 6.8-7.2'],
  cross: ['M4 4l8 8M12 4l-8 8'],
  arrow: ['M3 8h10M9 4l4 4-4 4'],
  back: ['M13 8h-10M7 4l-4 4 4 4'],
  down: ['M4 6l4 4 4-4'],
  plus: ['M8 3v10M3 8h10'],
  star: ['M8 2.3l1.7 3.6 3.9.5-2.9 2.7.8 3.9-3.5-1.9-3.5 1.9.8-3.9-2.9-2.7 3.9-.5z'],
  info: ['M8 2a6 6 0 1 0 0 12 6 6 0 0 0 0-12z', 'M8 7.3v3.7M8 5h.05'],
  warning: ['M8 2.2l6.3 11.3h-12.6z', 'M8 6.5v3.3M8 11.6h.05'],
  // States.
  pending: [
    'M8 2.5a5.5 5.5 0 0 1 2.1.4M12.6 5a5.5 5.5 0 0 1 .9 2.1M13.2 10.2a5.5 5.5 0 0 1-1.3 1.7M9.5 13.3a5.5 5.5 0 0 1-2.3.1M4.5 12.2a5.5 5.5 0 0 1-1.5-1.8M2.5 8a5.5 5.5 0 0 1 .7-2.7M5 3.4a5.5 5.5 0 0 1 .8-.5',
  ],
  queued: ['M2.8 11.5h10.4M2.8 8h10.4M2.8 4.5h10.4'],
  running: ['M8 2.5a5.5 5.5 0 1 1-5.5 5.5', '*M8 5.7a2.3 2.3 0 1 0 0 4.6 2.3 2.3 0 0 0 0-4.6z'],
  retry: ['M12.8 6a5.2 5.2 0 1 0 .3 3.5', 'M13.2 2.8v3.3h-3.3'],
  people: ['M8 2.8a2.3 2.3 0 1 0 0 4.6 2.3 2.3 0 0 0 0-4.6z', 'M3.3 13.2a4.7 4.7 0 0 1 9.4 0'],
  pause: ['M5.5 3.5v9M10.5 3.5v9'],
  blocked: ['M5.5 2.3h5l3.2 3.2v5l-3.2 3.2h-5l-3.2-3.2v-5z', 'M5 8h6'],
  done: [
    '*M8 1.8a6.2 6.2 0 1 0 0 12.4 6.2 6.2 0 0 0 0-12.4zm3.3 4.6l-4 4.2a.7.7 0 0 1-1 0l-1.7-1.7 1-1 1.2 1.2 3.5-3.7z',
  ],
  failed: ['M5.5 2.3h5l3.2 3.2v5l-3.2 3.2h-5l-3.2-3.2v-5z', 'M6 6l4 4M10 6l-4 4'],
  cancelled: ['M8 2.5a5.5 5.5 0 1 0 0 11 5.5 5.5 0 0 0 0-11z', 'M4.2 11.8l7.6-7.6'],
  byhand: ['M2.8 2.8h10.4v10.4h-10.4z', 'M5.2 8.2l2 2 3.6-4'],
  skipped: ['M3 4l4 4-4 4M8.5 4l4 4-4 4'],
} as const

export type IconName = keyof typeof PATHS

/** Says nothing to those who cannot see it: a word stands beside it, or `label` does. */
export const Icon: FC<{ readonly name: IconName; readonly class?: string; readonly label?: string }> = ({
  name,
  class: kind,
  label,
}) => (
  // biome-ignore lint/a11y/noSvgWithoutTitle: it has a label, or none may be read out
  <svg
    class={kind === undefined ? 'icon' : `icon ${kind}`}
    viewBox="0 0 16 16"
    {...(label === undefined ? { 'aria-hidden': 'true' } : { role: 'img', 'aria-label': label })}
  >
    <IconPaths name={name} />
  </svg>
)

/** On a square of 16, for whoever draws it into a picture of his own. */
export const IconPaths: FC<{ readonly name: IconName }> = ({ name }) => (
  <>
    {PATHS[name].map((path) =>
      path.startsWith('*') ? <path class="solid" fill-rule="evenodd" d={path.slice(1)} /> : <path d={path} />,
    )}
  </>
)
