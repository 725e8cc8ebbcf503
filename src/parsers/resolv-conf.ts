// The resolver: resolv.conf(5). Of `search` and `domain` the last line counts, and each replaces the other.
import { append, type ConfigValues, tellingLines } from './config-values.ts'
import { typedValue } from './typed-value.ts'

/** `nameserver`, `search`, `domain`, `sortlist`, and each option as `options.<name>`: its number, or true. */
export function parseResolvConf(text: string): ConfigValues {
  const values: ConfigValues = new Map()
  for (const line of tellingLines(text, /^[#;]/)) {
    const [keyword = '', ...words] = line.split(/\s+/)
    if (words.length === 0) continue
    if (keyword === 'nameserver') append(values, keyword, words[0] ?? '')
    else if (keyword === 'search' || keyword === 'domain') {
      for (const before of ['search', 'domain']) values.delete(before)
      append(values, keyword, ...(keyword === 'domain' ? words.slice(0, 1) : words))
    } else if (keyword === 'sortlist') values.set(keyword, words)
    else if (keyword === 'options')
      for (const option of words) {
        const [name = '', number] = option.split(':', 2)
        values.set(`options.${name}`, [number === undefined ? true : typedValue(number)])
      }
  }
  return values
}
