/** One template: its frame as a picture, how its tasks do, its versions and what they changed, and starting a task of it. */
import type { FC } from 'hono/jsx'
import type { Bounds } from '../../core/bounds.js'
import type { Difference } from '../../core/template/difference.js'
import type { Template } from '../../core/template.js'
import type { TemplatePerformance } from '../../ports/summaries.js'
import type { RegisteredTemplate, TemplateListing } from '../../ports/templates.js'
import { DifferenceList } from '../page/difference-list.js'
import { Durations, withinText } from '../page/durations.js'
import type { Frame } from '../page/frame.js'
import { Icon } from '../page/icon.js'
import { Page } from '../page/layout.js'
import { Ago } from '../page/moment.js'
import { Facts, Figures, Panel } from '../page/parts.js'
import { StepsPicture } from '../page/steps-picture.js'
import { Table } from '../page/table.js'
import { countText, durationText, moneyText, percentText, plural } from '../page/wording.js'
import { templatePath, totalOf } from './template-list-page.js'

export interface TemplateProps {
  readonly frame: Frame
  readonly template: Template
  readonly registered: RegisteredTemplate
  readonly listings: ReadonlyArray<TemplateListing>
  readonly performance: ReadonlyArray<TemplatePerformance>
  /** What this version changes of another one, where that was asked for. */
  readonly compared: { readonly before: string; readonly differences: ReadonlyArray<Difference> } | undefined
  readonly mayStart: boolean
}

export const TemplatePage: FC<TemplateProps> = (props) => {
  const { frame, template, registered, compared, mayStart } = props
  return (
    <Page
      frame={frame}
      title={template.name}
      section="templates"
      trail={[['Templates', '/ui/templates']]}
      beside={<span class="tag">{template.version}</span>}
      {...(template.description === '' ? {} : { lead: template.description })}
      live="all"
      actions={
        mayStart ? (
          <a
            class="button main"
            href={`${templatePath(template.namespace, template.name)}/start?version=${encodeURIComponent(template.version)}`}
          >
            <Icon name="plus" />
            Start a task
          </a>
        ) : undefined
      }
    >
      <Performance {...props} />
      <Panel title={`The frame: ${plural(template.steps.length, 'step')}`} flush>
        <StepsPicture steps={template.steps} label={`The frame of ${template.name}`} />
      </Panel>
      {compared === undefined ? null : (
        <Panel title={`What ${template.version} changes of ${compared.before}`}>
          <DifferenceList differences={compared.differences} same="Nothing: they say the same." />
        </Panel>
      )}
      <div class="pair">
        <Panel title="About it">
          <Facts
            of={[
              ['Namespace', template.namespace],
              ['Registered', <Ago at={registered.registeredAt} />],
              ['By', registered.registeredBy],
              ['Digest', <code class="small">{template.digest}</code>],
              ...boundFacts(template.bounds),
            ]}
          />
        </Panel>
        <Versions {...props} />
      </div>
      <Panel title="As it was written" flush>
        <details class="source">
          <summary>{`${plural(registered.text.split('\n').length, 'line')}`}</summary>
          <pre>{registered.text}</pre>
        </details>
      </Panel>
    </Page>
  )
}

const boundFacts = (bounds: Bounds): ReadonlyArray<readonly [string, string]> =>
  Object.entries(bounds).map(([bound, limit]) => [
    bound.replaceAll('_', ' '),
    Array.isArray(limit) ? limit.join(', ') : String(limit),
  ])

const Performance: FC<TemplateProps> = ({ performance, template }) => {
  const sums = totalOf(performance.filter(({ templateVersion }) => templateVersion === template.version))
  return (
    <div id="performance" data-live="">
      <Figures
        of={[
          { label: 'Tasks of this version', value: countText(sums.created) },
          {
            label: 'Complete',
            value: percentText(sums.complete, sums.ended),
            note: `${countText(sums.error)} in error, ${countText(sums.cancelled)} cancelled`,
          },
          { label: 'Blocked', value: countText(sums.blocked), note: 'times, by a failure' },
          {
            label: 'On average',
            value: sums.ended === 0 ? '–' : durationText(sums.durationMs / sums.ended),
            note: `95% ${withinText(sums.durations, 0.95)}`,
          },
          { label: 'Failed attempts', value: countText(sums.failedAttempts), note: `of ${plural(sums.steps, 'step')}` },
          { label: 'Planning', value: moneyText(sums.costUsd), note: plural(sums.plannerCalls, 'call') },
        ]}
      />
    </div>
  )
}

const Versions: FC<TemplateProps> = ({ template, listings, performance }) => (
  <Panel title="Versions" flush>
    <Table
      label="Versions"
      columns={[
        { label: 'Version', kind: 'main' },
        { label: 'Registered', kind: 'narrow' },
        { label: 'Tasks', kind: 'number' },
        { label: 'How long they took' },
        { label: 'Compare', kind: 'narrow' },
      ]}
      rows={[...listings].reverse().map(({ version, registeredAt, registeredBy }) => {
        const found = performance.find((one) => one.templateVersion === version)
        const path = templatePath(template.namespace, template.name, template.version)
        return {
          id: `version-${version}`,
          cells: [
            <>
              <a
                href={templatePath(template.namespace, template.name, version)}
                {...(version === template.version ? { 'aria-current': 'page' } : {})}
              >
                {version}
              </a>
              <span class="sub">{registeredBy}</span>
            </>,
            <Ago at={registeredAt} />,
            countText(found?.created ?? 0),
            <Durations of={found?.durations ?? []} />,
            version === template.version ? (
              <span class="faint">shown</span>
            ) : (
              <a href={`${path}&before=${encodeURIComponent(version)}`}>with this</a>
            ),
          ],
        }
      })}
    />
  </Panel>
)
