/** How a dependency ends, for those that wait for it. DESIGN, section 5, rule 2, has the definitions. */
export type Settlement = 'satisfied' | 'absent' | 'failed'
