/** Answers that are no fragment at all, or one that two readers would read differently. */
import { type Attack, harmless, proposal } from '../attack.js'

const valid = JSON.stringify(proposal([harmless('a')]))

export const ANSWERS: ReadonlyArray<Attack> = [
  { name: 'nothing', proposes: () => '', finds: ['schema'] },
  { name: 'prose', proposes: () => 'Certainly! Here is a plan that will work.', finds: ['schema'] },
  { name: 'prose before the object', proposes: () => `Here it is: ${valid}`, finds: ['schema'] },
  { name: 'prose behind the object', proposes: () => `${valid}\nI hope this helps.`, finds: ['schema'] },
  { name: 'a fence around the object', proposes: () => `\`\`\`json\n${valid}\n\`\`\``, finds: ['schema'] },
  { name: 'two objects', proposes: () => valid + valid, finds: ['schema'] },
  { name: 'an object that is cut off', proposes: () => valid.slice(0, -20), finds: ['schema'] },
  { name: 'a list', proposes: () => `[${valid}]`, finds: ['schema'] },
  { name: 'null', proposes: () => 'null', finds: ['schema'] },
  { name: 'a call of another tool', proposes: () => '{"tool": "bash", "input": {"command": "ls"}}', finds: ['schema'] },
  {
    name: 'five megabytes of JSON',
    proposes: () => `{"fragment_version": "1.0", "x": "${'x'.repeat(5 * 1024 * 1024)}"}`,
    finds: ['schema'],
  },
  { name: 'a hundred thousand brackets', proposes: () => `{"a": ${'['.repeat(100_000)}`, finds: ['schema'] },
  {
    name: 'a configuration that nests beyond what is read',
    proposes: () => valid.replace('"input":1', `"input":${'['.repeat(70)}${']'.repeat(70)}`),
    finds: ['schema'],
  },
  {
    name: 'a key that changes prototypes',
    proposes: () => valid.replace('"convergence"', '"__proto__": {"steps": []}, "convergence"'),
    finds: ['schema'],
  },
  {
    name: 'the same key under an escape',
    proposes: () => valid.replace('"convergence"', '"\\u005f_proto__": {"admin": true}, "convergence"'),
    finds: ['schema'],
  },
  {
    name: 'a key twice, harmless first',
    proposes: () => valid.replace('"name":"a"', '"name":"a","handler":"transform","\\u0068andler":"ok"'),
    finds: ['schema'],
  },
  { name: 'half of a character', proposes: () => valid.replace('because', 'because \ud800'), finds: ['schema'] },
  {
    name: 'half of a character under an escape',
    proposes: () => valid.replace('because', '\\ud800'),
    finds: ['schema'],
  },
  { name: 'a NUL under an escape', proposes: () => valid.replace('because', '\\u0000'), finds: ['schema'] },
  { name: 'numbers that JSON has not', proposes: () => valid.replace('"input":1', '"input":NaN'), finds: ['schema'] },
  { name: 'another version', proposes: () => valid.replace('"1.0"', '"2.0"'), finds: ['schema'] },
  { name: 'no reasoning', proposes: () => valid.replace('"reasoning"', '"reason"'), finds: ['schema'] },
  {
    name: 'steps that are no steps',
    proposes: () => JSON.stringify(proposal([null, 1, 'a', [], { name: 1 }])),
    finds: ['schema'],
  },
  {
    name: 'a text of a million letters',
    proposes: () => valid.replace('because I say so', 'x'.repeat(900_000)),
    finds: ['schema'],
  },
]
