/** What every page is framed by: who looks at it, how it is lit, and what waits for people elsewhere. */

export const THEMES = ['auto', 'light', 'dark'] as const
export type Theme = (typeof THEMES)[number]

/** The cookie in which a reader's choice is kept; absent, the system's applies. */
export const THEME_COOKIE = 'tasker_theme'

export const themeOf = (kept: string | undefined): Theme => THEMES.find((theme) => theme === kept) ?? 'auto'

export interface Frame {
  /** The path and query of this page. */
  readonly address: string
  readonly theme: Theme
  /** Whoever is signed in; null where nobody has to be. */
  readonly viewer: { readonly name: string } | null
  /** The hidden field's value that each form that changes something sends along; empty where none is asked for. */
  readonly csrf: string
  /** Before the names of files that never change: their digest. */
  readonly assets: string
  readonly waiting: { readonly gates: number; readonly deadLetters: number }
  /** What the last change came to, told once. */
  readonly told: { readonly tone: 'good' | 'bad'; readonly text: string } | null
}
