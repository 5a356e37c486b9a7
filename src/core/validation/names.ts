/** Names of steps: each once, none that the frame has already, none that is a word of references, none too long. */
import type { Finding } from '../finding.js'
import { MAX_NAME_CHARS, RESERVED_NAMES } from '../limits.js'
import { finding, placeOf, quoted } from './findings.js'
import type { Proposal } from './proposal.js'

export const nameFindings = ({ steps, frame }: Proposal): ReadonlyArray<Finding> => {
  const first = new Map<string, string>()
  return steps.flatMap(({ draft, fullName }): ReadonlyArray<Finding> => {
    const { name } = draft
    if (name === undefined) return []
    const place = placeOf(draft.place, 'name')
    const findings: Finding[] = []
    const earlier = first.get(name)
    if (earlier === undefined) first.set(name, draft.place)
    else {
      const message = `${quoted(name)} is already the name of ${earlier}; give each step its own`
      findings.push(finding('duplicate_step', place, message, { first: earlier }))
    }
    if (RESERVED_NAMES.includes(name)) {
      findings.push(finding('reserved_name', place, `${quoted(name)} is a word of references; choose another name`))
    } else if (frame.names.has(name) || frame.names.has(fullName)) {
      const message = `${quoted(name)} is the name of a step around this fragment; choose another name`
      findings.push(finding('reserved_name', place, message))
    }
    if (fullName.length > MAX_NAME_CHARS) {
      const message = `the step would be called by ${fullName.length} characters, ${MAX_NAME_CHARS} are allowed; choose a shorter name`
      findings.push(finding('schema', place, message))
    }
    return findings
  })
}
