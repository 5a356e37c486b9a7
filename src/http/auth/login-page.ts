/** The page on which somebody logs in. It needs no script and nothing of the dashboard, which nobody sees before. */
import { html } from 'hono/html'
import { CSRF_FIELD } from './csrf.js'

export interface LoginForm {
  readonly csrf: string
  /** Where to go afterwards: a path of ours. */
  readonly next: string
  readonly fault?: string
}

/** In the dashboard's colours, which stand in its stylesheet. */
export const LOGIN_STYLE = `:root { color-scheme: light dark; font: 400 0.9375rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "DejaVu Sans", sans-serif }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; background: light-dark(#f6f6f3, #101216); color: light-dark(#1b1d20, #e9ebee) }
main { box-sizing: border-box; width: min(25rem, calc(100vw - 2rem)); padding: 1.75rem; border: 1px solid light-dark(#e5e5df, #282d35); border-radius: 10px; background: light-dark(#fff, #171a1f); box-shadow: 0 1px 2px light-dark(rgb(20 22 26 / 5%), rgb(0 0 0 / 30%)) }
h1 { display: flex; align-items: center; gap: .6rem; margin: 0 0 1.25rem; font-size: 1.25rem; letter-spacing: -.01em }
h1 svg { width: 1.75rem; height: 1.75rem }
label { display: block; margin-bottom: .25rem; font-size: .8125rem; color: light-dark(#50555d, #aab1bc) }
input { box-sizing: border-box; width: 100%; height: 2.4rem; padding: 0 .6rem; font: inherit; color: inherit; background: light-dark(#fff, #101216); border: 1px solid light-dark(#c9c9c1, #414955); border-radius: 6px }
button { width: 100%; height: 2.4rem; margin-top: 1rem; font: inherit; font-weight: 520; color: light-dark(#fff, #11141b); background: light-dark(#3b4cca, #9aa8ff); border: 0; border-radius: 6px; cursor: pointer }
button:hover { background: light-dark(#2f3da8, #b4bfff) }
:focus-visible { outline: 2px solid light-dark(#3b4cca, #9aa8ff); outline-offset: 2px }
p { margin: 1rem 0 0; font-size: .8125rem; color: light-dark(#676d76, #8d95a2) }
[role=alert] { margin: 0 0 1rem; padding: .6rem .8rem; border-radius: 6px; color: light-dark(#ab211a, #f5948b); background: light-dark(#fceae8, #351a19) }
`

/**
 * For whoever comes by a link from elsewhere: the browser keeps its login back until a page of ours leads on. Whoever has
 * none is sent to log in from there.
 */
export const onwardPage = (next: string) => html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="refresh" content="0; url=${next}">
<title>Tasker</title>
<link rel="stylesheet" href="/login/style.css">
</head>
<body>
<main><p><a href="${next}">Go on</a></p></main>
</body>
</html>`

export const loginPage = ({ csrf, next, fault }: LoginForm) => html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Log in · Tasker ES</title>
<link rel="stylesheet" href="/login/style.css">
</head>
<body>
<main>
<h1><svg viewBox="0 0 32 32" aria-hidden="true"><rect width="32" height="32" rx="7" fill="#3b4cca"/><path d="M16 10v3.5M16 13.5c0 3-6 2-6 5.5M16 13.5c0 3 6 2 6 5.5" fill="none" stroke="#fff" stroke-width="2.2" stroke-linecap="round"/><circle cx="16" cy="8" r="2.9" fill="#fff"/><circle cx="10" cy="21.5" r="2.9" fill="#fff"/><circle cx="22" cy="21.5" r="2.9" fill="none" stroke="#fff" stroke-width="2" stroke-dasharray="2.6 1.9"/></svg>Tasker ES</h1>
${fault === undefined ? '' : html`<p role="alert">${fault}</p>`}
<form method="post" action="/login">
<input type="hidden" name="${CSRF_FIELD}" value="${csrf}">
<input type="hidden" name="next" value="${next}">
<label for="credential">API key or token</label>
<input id="credential" name="credential" type="password" autocomplete="off" required autofocus>
<button>Log in</button>
</form>
<p>A key is made with <code>tasker keys create</code>.</p>
</main>
</body>
</html>`
