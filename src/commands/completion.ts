// `mitra completion`: scripts for shells, made from the declarations of all commands; field names are asked of the store.
import { type CommandDefinition, defineCommand } from './command.ts'
import { type CommandEntry, commands } from './index.ts'

export interface LoadedCommand {
  entry: CommandEntry
  definition: CommandDefinition
}

export const completion = defineCommand({
  description:
    'Prints a script that teaches your shell the commands, options and choices of mitra, and the names of the fields your store knows.',
  arguments: {
    shell: { required: true, summary: 'Which shell.', choices: ['bash', 'zsh', 'fish'] },
  },
  options: {},
  examples: [
    { asks: 'Complete in this bash from now on', line: 'source <(mitra completion bash)' },
    { asks: 'Complete in every new fish', line: 'mitra completion fish > ~/.config/fish/completions/mitra.fish' },
  ],
  async run(input, io) {
    const loaded = await Promise.all(commands.map(async (entry) => ({ entry, definition: await entry.load() })))
    await io.stdout.write(await script(input.arguments.shell, loaded))
    return 0
  },
})

async function script(shell: string, loaded: readonly LoadedCommand[]): Promise<string> {
  if (shell === 'zsh') return (await import('./completion-zsh.ts')).zshCompletion(loaded)
  if (shell === 'fish') return (await import('./completion-fish.ts')).fishCompletion(loaded)
  return (await import('./completion-bash.ts')).bashCompletion(loaded)
}
