/** Proposals whose graph goes in circles, leads nowhere, or reaches into the frame where it must not. */
import { type Attack, harmless, proposal } from '../attack.js'

export const GRAPH: ReadonlyArray<Attack> = [
  {
    name: 'two steps that wait for each other',
    proposes: () => proposal([harmless('a', { dependencies: ['b'] }), harmless('b', { dependencies: ['a'] })]),
    finds: ['cycle'],
  },
  {
    name: 'a step that waits for itself, by its short and by its full name',
    proposes: () => proposal([harmless('a', { dependencies: ['a'] }), harmless('b', { dependencies: ['plan/b'] })]),
    finds: ['cycle'],
  },
  {
    name: 'a step that reads its own result',
    proposes: () =>
      proposal([{ name: 'a', handler: 'transform', config: { input: '${steps.a.result}', expression: '@' } }]),
    finds: ['dangling_reference'],
  },
  {
    name: 'a circle of a hundred, found among a thousand others',
    bounds: { max_steps: 5_000, max_depth: 5_000, max_fan_out: 5_000 },
    proposes: () =>
      proposal([
        ...Array.from({ length: 1_000 }, (_, index) => harmless(`x${index}`)),
        ...Array.from({ length: 100 }, (_, index) =>
          harmless(`a${index}`, { dependencies: [`a${(index + 1) % 100}`] }),
        ),
      ]),
    finds: ['cycle'],
  },
  {
    name: 'a dependency that is nowhere',
    proposes: () => proposal([harmless('a', { dependencies: ['ghost'] })]),
    finds: ['unknown_dependency'],
  },
  {
    name: 'a dependency on what comes after the plan',
    proposes: () =>
      proposal([harmless('a', { dependencies: ['merge'] }), harmless('b', { dependencies: ['publish'] })]),
    finds: ['frame_violation'],
  },
  {
    name: 'a dependency on the planning step itself, and on a step beside it',
    proposes: () => proposal([harmless('a', { dependencies: ['plan'] }), harmless('b', { dependencies: ['beside'] })]),
    finds: ['frame_violation'],
  },
  {
    name: 'a result of a step beside, which need not be there',
    proposes: () =>
      proposal([{ name: 'a', handler: 'transform', config: { input: '${steps.beside.result}', expression: '@' } }]),
    finds: ['dangling_reference'],
  },
  {
    name: 'a result of a step that is not waited for',
    proposes: () =>
      proposal([
        harmless('a'),
        { name: 'b', handler: 'transform', config: { input: '${steps.a.result}', expression: '@' } },
      ]),
    finds: ['dangling_reference'],
  },
  {
    name: 'an attachment behind the gate, which would skip it',
    proposes: () => proposal([harmless('a')], { convergence: 'finale' }),
    finds: ['convergence_not_reached', 'frame_violation'],
  },
  {
    name: 'an attachment to the gate, to an ordinary step, and to the plan',
    proposes: () => proposal([harmless('a')], { convergence: 'approve' }),
    finds: ['convergence_not_reached', 'frame_violation'],
  },
  {
    name: 'no convergence at all',
    proposes: () => {
      const { convergence: _, ...rest } = proposal([harmless('a')])
      return rest
    },
    finds: ['convergence_not_reached'],
  },
  {
    name: 'a convergence of its own in place of the frame’s',
    proposes: () =>
      proposal([harmless('a'), harmless('end', { step_type: 'deferred_convergence', dependencies: ['a'] })], {
        convergence: 'end',
      }),
    finds: ['convergence_not_reached', 'unknown_convergence'],
  },
  {
    name: 'a convergence that nobody knows',
    proposes: () => proposal([harmless('a')], { convergence: '../merge' }),
    finds: ['convergence_not_reached', 'unknown_convergence'],
  },
  {
    name: 'a decision that names what is not below it',
    proposes: () =>
      proposal([
        {
          name: 'choose',
          handler: 'decide',
          step_type: 'decision',
          config: { rules: [{ when: '`true`', create: ['publish', 'beside', 'a'] }] },
        },
        harmless('a'),
      ]),
    finds: ['unreachable_step'],
  },
  {
    name: 'a batch worker that no batch makes',
    proposes: () => proposal([harmless('a', { step_type: 'batch_worker' })]),
    finds: ['unreachable_step'],
  },
  {
    name: 'a dependency listed twice, under two names',
    proposes: () => proposal([harmless('a'), harmless('b', { dependencies: ['a', 'plan/a'] })]),
    finds: ['schema'],
  },
]
