/** The page on which somebody logs in. It needs no script and nothing of the dashboard, which nobody sees before. */
import { html } from 'hono/html'
import { CSRF_FIELD } from './csrf.js'

export interface LoginForm {
  readonly csrf: string
  /** Where to go afterwards: a path of ours. */
  readonly next: string
  readonly fault?: string
}

export const LOGIN_STYLE = `:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; background: Canvas; color: CanvasText }
main { width: min(24rem, calc(100vw - 2rem)) }
label { display: block; margin-bottom: .25rem }
input { box-sizing: border-box; width: 100%; padding: .5rem; font: inherit; border: 1px solid GrayText; border-radius: .25rem }
button { margin-top: 1rem; padding: .5rem 1rem; font: inherit; cursor: pointer }
[role=alert] { color: light-dark(#a00, #f99) }
`

export const loginPage = ({ csrf, next, fault }: LoginForm) => html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Log in · Tasker</title>
<link rel="stylesheet" href="/login/style.css">
</head>
<body>
<main>
<h1>Tasker</h1>
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
