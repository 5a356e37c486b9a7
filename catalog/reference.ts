/** The catalog's reference as one document; what stands in the repository is held against it by a test. */
import { referencePages } from '../src/core/capability-page.js'
import { createCatalog } from './catalog.js'

export const REFERENCE_FILE = 'catalog/REFERENCE.md'

const INTRODUCTION = `# The handlers of the catalog

This page is made of the handlers' own definitions (\`npm run reference\`); do not edit it. In a template a handler is the
\`callable\` and its configuration stands in \`handler.initialization\`; in a fragment they are \`handler\` (\`catalog:\` may be left
out) and \`config\`. A key in bold is required. Any value may instead be one reference: \`\${steps.NAME.result.PATH}\`,
\`\${task.context.PATH}\`, in what a fan-out runs \`\${item.PATH}\`, and \`\${secrets.NAME}\` where secrets may stand. A result that is not
what a handler promises fails its step for good (\`output_contract_violated\`). \`tasker catalog show NAME\` shows one of them, yours
included; \`--markdown\` gives its page.
`

export const catalogReference = (): string =>
  `${INTRODUCTION}\n${referencePages(createCatalog().handlers.map(({ capability }) => capability))}`
