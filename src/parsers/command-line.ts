// What may be kept of a command line. Everybody on a host can read the arguments of its processes, but a store gathers those of
// all hosts and keeps them: a password given as an argument must not go there.

/** Stands for what is left out. */
const hidden = '…'
const longest = 1000
const mostWords = 200

const path = /^(?:~|\.{1,2})?\/[\w.+@,%:/-]*$/
const option = /^(-{1,2}[A-Za-z][\w.-]*)(?:=(.*))?$/s

/**
 * The program, the names of its options, and paths; what else was given, such as `-phunter2`, `--token=x`, a word, a number or an
 * address with a password, becomes `…`. A path may stand behind an option whose name tells of no secret. What a process has
 * written over its arguments (`nginx: worker process`) is treated alike: its first word stands for the program.
 */
export function withoutSecrets(words: readonly string[]): string {
  const [program = '', ...rest] = words
    .slice(0, mostWords)
    .flatMap((word, index) => (index === 0 ? word.split(' ') : word))
  let isSecret = false
  const kept = rest.map((word) => {
    const shown = isSecret && !word.startsWith('-') ? hidden : shownWord(word)
    isSecret = word.startsWith('-') && secretName.test(word)
    return shown
  })
  const all = [plainProgram(program), ...kept].filter(
    (word, index, list) => !word.endsWith(hidden) || list[index - 1] !== word,
  )
  return printable(all.join(' '))
}

/** The words as they are. */
export function wholeCommandLine(words: readonly string[]): string {
  return printable(words.slice(0, mostWords).join(' '))
}

const secretName = /pass|pwd|secret|token|key|auth|cred|cookie|session|private/i

function shownWord(word: string): string {
  const [, name = '', value] = option.exec(word) ?? []
  if (name === '') return isPlainPath(word) ? word : hidden
  // of -phunter2 and -Dpassword nobody can tell where the name ends
  const shownName = name.startsWith('--') ? name : name.slice(0, 2)
  const isCut = shownName.length < name.length
  if (value === undefined) return isCut ? `${shownName}${hidden}` : shownName
  const isOpen = !isCut && !secretName.test(name) && isPlainPath(value)
  return isOpen ? `${shownName}=${value}` : `${shownName}${isCut ? '' : '='}${hidden}`
}

/** A long part without a dot may be a token: file names are shorter, or have an extension. */
function isPlainPath(text: string): boolean {
  return (
    path.test(text) && text.split('/').every((part) => part.length < 25 || part.includes('.') || part.includes('-'))
  )
}

function plainProgram(text: string): string {
  return /^[\w.+@,%:/()[\]~-]*$/.test(text) ? text : hidden
}

/** One line, not too long, without what a terminal would obey. */
function printable(text: string): string {
  return text
    .replace(/\p{Cc}/gu, ' ')
    .slice(0, longest)
    .trimEnd()
}
