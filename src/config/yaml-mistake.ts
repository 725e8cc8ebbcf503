// What is wrong with a text that is no YAML, and what to do about it. The words of the parser are kept where they are constant:
// some of its messages quote the text, which may hold a secret.

const quoting = 'quote a text that holds ": " or " #", or begins with one of & * ! | > % @ ` { [ # and quotes'

interface Advice {
  when: RegExp
  /** In place of the parser's words. */
  text?: string
  next: string
}

/** The first that fits. */
const advices: readonly Advice[] = [
  {
    when: /alias/,
    text: 'aliases (*name) are not allowed here',
    next: 'write the value out, or quote a text that begins with *',
  },
  { when: /anchor/, text: 'a name is missing after &', next: 'quote a text that begins with &' },
  { when: /directive/i, next: 'quote a text that begins with %' },
  {
    when: /\btag\b/,
    text: 'a tag (!name) is not known here',
    next: 'leave it out, or quote a text that begins with !',
  },
  { when: /^tab char/, next: 'indent with spaces' },
  { when: /null byte|non-printable/, next: 'remove the character, or write it as an escape in double quotes' },
  { when: /maxDepth/, text: 'nested too deep', next: 'look for brackets that are opened and not closed' },
  { when: /escape|hexadecimal/, next: 'write \\\\ for a backslash in double quotes, or use single quotes' },
  {
    when: /quoted scalar|flow collection|deficient indentation/,
    next: 'look for a quote or a bracket that is not closed, on this line or above',
  },
  {
    when: /indentation|mapping|separator|line break/,
    next: `give all keys of a section the same indentation, and ${quoting}`,
  },
]

/** The parser's reason as a mistake: one line, and the next step. */
export function yamlMistake(reason?: string): { text: string; next: string } {
  const advice = reason === undefined ? undefined : advices.find(({ when }) => when.test(reason))
  const text = advice?.text ?? reason ?? 'it cannot be read'
  return {
    text: `not valid YAML: ${text}`,
    next: advice?.next ?? `look at this line and the one before it: indent with spaces, and ${quoting}`,
  }
}
