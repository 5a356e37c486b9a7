/** `tasker completion SHELL`: a script that completes commands and flags in a shell, made of the table of commands. */
import type { Command } from '../command.js'
import { bashScript } from '../completion/bash.js'
import { fishScript } from '../completion/fish.js'
import { zshScript } from '../completion/zsh.js'
import { didYouMean } from '../did-you-mean.js'
import { EXIT } from '../exit-code.js'
import { usageError } from '../user-error.js'

const SCRIPTS = { bash: bashScript, zsh: zshScript, fish: fishScript } as const

const isShell = (name: string): name is keyof typeof SCRIPTS => Object.hasOwn(SCRIPTS, name)

/** `all` are the commands that it completes, itself among them. */
export const completionCommand = (all: () => ReadonlyArray<Command>): Command => ({
  name: 'completion',
  summary: 'print a script that completes commands and flags in bash, zsh or fish',
  arguments: [{ name: 'SHELL' }],
  details:
    'bash: source <(tasker completion bash) in ~/.bashrc. zsh: source <(tasker completion zsh) in ~/.zshrc, after compinit.\n' +
    'fish: tasker completion fish > ~/.config/fish/completions/tasker.fish',
  examples: [
    { command: 'source <(tasker completion bash)', says: 'for this shell' },
    { command: 'tasker completion zsh > "${fpath[1]}/_tasker"', says: 'for every new one' },
  ],
  run: async ({ arguments: [shell = ''], json, output }) => {
    if (!isShell(shell)) {
      const meant = didYouMean(shell, Object.keys(SCRIPTS))
      throw usageError(
        `"${shell}" is none of bash, zsh and fish${meant === undefined ? '' : `; did you mean ${meant}?`}`,
      )
    }
    const script = SCRIPTS[shell](all())
    if (json) output.printJson({ shell, script })
    else output.print(script.trimEnd())
    return EXIT.complete
  },
})
