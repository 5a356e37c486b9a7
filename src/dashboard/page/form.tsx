/** Forms: each that changes something carries the reader's CSRF field, and works without script. */
import type { Child, FC, PropsWithChildren } from 'hono/jsx'
import { CSRF_FIELD } from '../../http/auth/csrf.js'
import type { Frame } from './frame.js'

export const PostForm: FC<
  PropsWithChildren<{
    readonly frame: Pick<Frame, 'csrf'>
    readonly action: string
    readonly class?: string
    readonly id?: string
    readonly label?: string
  }>
> = ({ frame, action, class: kind, id, label, children }) => (
  <form
    method="post"
    action={action}
    {...(kind === undefined ? {} : { class: kind })}
    {...(id === undefined ? {} : { id })}
    {...(label === undefined ? {} : { 'aria-label': label })}
  >
    <CsrfField frame={frame} />
    {children}
  </form>
)

export const CsrfField: FC<{ readonly frame: Pick<Frame, 'csrf'> }> = ({ frame }) =>
  frame.csrf === '' ? null : <input type="hidden" name={CSRF_FIELD} value={frame.csrf} />

export const Hidden: FC<{ readonly values: Readonly<Record<string, string>> }> = ({ values }) => (
  <>
    {Object.entries(values).map(([name, value]) => (
      <input type="hidden" name={name} value={value} />
    ))}
  </>
)

/** A label around what is filled in, with a hint below. */
export const Field: FC<
  PropsWithChildren<{ readonly label: Child; readonly hint?: Child; readonly class?: string }>
> = ({ label, hint, class: kind, children }) => (
  // biome-ignore lint/a11y/noLabelWithoutControl: the control is what stands inside
  <label class={kind === undefined ? 'field' : `field ${kind}`}>
    <span>{label}</span>
    {children}
    {hint === undefined ? null : <span class="hint">{hint}</span>}
  </label>
)

export const Select: FC<{
  readonly name: string
  readonly chosen: string
  readonly options: ReadonlyArray<readonly [value: string, text: string]>
}> = ({ name, chosen, options }) => (
  <select name={name}>
    {options.map(([value, text]) => (
      <option value={value} selected={value === chosen}>
        {text}
      </option>
    ))}
  </select>
)

/** One button that changes something; `confirm` is asked before where there is script. */
export const PostButton: FC<
  PropsWithChildren<{
    readonly frame: Pick<Frame, 'csrf'>
    readonly action: string
    readonly values?: Readonly<Record<string, string>>
    readonly kind?: string
    readonly confirm?: string
  }>
> = ({ frame, action, values = {}, kind = 'little', confirm, children }) => (
  <form method="post" action={action} {...(confirm === undefined ? {} : { 'data-confirm': confirm })}>
    <CsrfField frame={frame} />
    <Hidden values={values} />
    <button class={`button ${kind}`} type="submit">
      {children}
    </button>
  </form>
)
