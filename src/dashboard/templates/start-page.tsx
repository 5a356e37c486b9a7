/** Starts a task of a template: its input by its schema, and when and how it is to run. */
import type { FC } from 'hono/jsx'
import type { Template } from '../../core/template.js'
import type { Form } from '../board.js'
import { fieldOf } from '../board.js'
import { Field, PostForm } from '../page/form.js'
import type { Frame } from '../page/frame.js'
import { Page } from '../page/layout.js'
import { Notice, Panel } from '../page/parts.js'
import { Value } from '../page/value.js'
import { INPUT, type InputField } from './start-form.js'
import { templatePath } from './template-list-page.js'

export interface StartProps {
  readonly frame: Frame
  readonly template: Template
  readonly fields: ReadonlyArray<InputField> | undefined
  /** What was sent, and why it was refused. */
  readonly refused?: { readonly form: Form; readonly says: string }
}

export const StartPage: FC<StartProps> = ({ frame, template, fields, refused }) => (
  <Page
    frame={frame}
    title={`Start ${template.name}`}
    section="templates"
    trail={[
      ['Templates', '/ui/templates'],
      [template.name, templatePath(template.namespace, template.name, template.version)],
    ]}
    beside={<span class="tag">{template.version}</span>}
  >
    {refused === undefined ? null : (
      <Notice tone="bad" role="alert">
        {refused.says}
      </Notice>
    )}
    <div class="with-aside">
      <Panel title="Input">
        <PostForm
          frame={frame}
          action={`${templatePath(template.namespace, template.name)}/start`}
          class="form"
          label="Start a task"
        >
          <input type="hidden" name="version" value={template.version} />
          {fields === undefined ? (
            <Field label="Input as JSON">
              <textarea class="code" name="input" rows={10} spellcheck={false}>
                {refused === undefined ? '{}' : fieldOf(refused.form, 'input')}
              </textarea>
            </Field>
          ) : (
            fields.map((field) => <InputControl field={field} {...(refused && { form: refused.form })} />)
          )}
          <Field label="Key" hint="A second task with this key is the first one; empty makes a new task each time.">
            <input type="text" name="key" maxlength={200} value={valueIn(refused, 'key')} autocomplete="off" />
          </Field>
          <Field label="Priority" hint="-1000 to 1000; the higher goes first.">
            <input type="number" name="priority" min="-1000" max="1000" value={valueIn(refused, 'priority') || '0'} />
          </Field>
          <div class="row">
            <button class="button main" type="submit">
              Start
            </button>
          </div>
        </PostForm>
      </Panel>
      {template.inputSchema === undefined ? null : (
        <Panel title="What the template asks of it">
          <Value of={template.inputSchema} />
        </Panel>
      )}
    </div>
  </Page>
)

const valueIn = (refused: StartProps['refused'], name: string): string =>
  refused === undefined ? '' : fieldOf(refused.form, name)

const InputControl: FC<{ readonly field: InputField; readonly form?: Form }> = ({ field, form }) => {
  const { name, kind, isRequired, description, choices } = field
  const at = `${INPUT}${name}`
  const written = form === undefined ? field.written : fieldOf(form, at)
  const label = isRequired ? `${name} (required)` : name
  const common = { name: at, required: isRequired }
  if (kind === 'boolean') {
    return (
      <label class="check">
        <input type="checkbox" name={at} checked={written === 'on' || written === 'true'} />
        <span>
          {name}
          {description === '' ? '' : `: ${description}`}
        </span>
      </label>
    )
  }
  return (
    <Field label={label} {...(description === '' ? {} : { hint: description })}>
      {kind === 'json' ? (
        <textarea class="code" rows={5} spellcheck={false} {...common}>
          {written}
        </textarea>
      ) : kind === 'choice' ? (
        <select {...common}>
          {isRequired ? null : <option value="">–</option>}
          {choices.map((choice) => (
            <option value={choice} selected={choice === written}>
              {choice}
            </option>
          ))}
        </select>
      ) : (
        <input
          type={kind === 'number' ? 'number' : 'text'}
          {...(kind === 'number' ? { step: 'any' } : {})}
          value={written}
          {...common}
        />
      )}
    </Field>
  )
}
