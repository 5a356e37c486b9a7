/** The proposal as a picture: over what was found against it, or over what came of it. */
import type { FC } from 'hono/jsx'
import type { JsonObject } from '../../../core/json.js'
import { countText } from '../../page/wording.js'
import { addressOf } from '../address.js'
import { GraphSvg } from '../graph/graph-svg.js'
import type { CallProps } from './call-panel-props.js'
import { proposalPicture } from './proposal-picture.js'

export const ProposalView: FC<CallProps & { readonly fragment: JsonObject }> = ({ view, call, fragment, hueOf }) => {
  const { outcome, step } = call
  const materialised = outcome.kind === 'accepted' ? outcome.materialised : null
  const findings = outcome.kind === 'rejected' ? outcome.findings : []
  const { picture, marks, more } = proposalPicture({ step, fragment, findings, materialised })
  const made = new Set(materialised ?? [])
  return (
    <figure class="proposal">
      <div class="graph-scroll" tabindex={0}>
        <GraphSvg
          picture={picture}
          drawing={{
            label: `The proposal of call ${call.call} of ${step}`,
            prefix: `call-${call.asked}-`,
            shown: undefined,
            hueOf,
            noteOf: () => '',
            markOf: (card) => marks.get(card.id),
            hrefOf: (card) => (made.has(card.step) ? addressOf(view, { step: card.step }) : undefined),
          }}
        />
      </div>
      <figcaption class="small faint">
        {outcome.kind === 'accepted' && outcome.materialised.length === 0
          ? 'The proposal; nothing of it was created.'
          : CAPTIONS[outcome.kind]}
        {more === 0 ? '' : ` ${countText(more)} more steps are not drawn.`}
      </figcaption>
    </figure>
  )
}

const CAPTIONS: Readonly<Record<CallProps['call']['outcome']['kind'], string>> = {
  accepted: 'The proposal over what was materialised: checked steps exist, the others are marked.',
  rejected: 'The proposal; steps that something was found against are marked.',
  proposed: 'The proposal; nobody has judged it yet.',
  asked: '',
  failed: '',
}
