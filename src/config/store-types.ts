// What the settings of stores may be: addresses, secrets, certificates, tiers.
import * as v from 'valibot'
import { absolutePath, isMapping, rule } from './rule.ts'

const maxHours = 876_000
const maxNodes = 1000

/** An http or https URL, a path in it allowed; what comes after `?` or `#` would be lost. */
function isUrl(text: string): boolean {
  if (!/^https?:\/\/[^/?#\s][^?#\s]*$/i.test(text) || text.length > 2048) return false
  // Two addresses with a comma between them would be one strange host.
  return URL.canParse(text) && /^([\w.-]+|\[.+\])$/.test(new URL(text).hostname)
}

const url = v.pipe(v.string(), v.check(isUrl))
const nodeUrl = v.pipe(
  v.message(url, 'must be an http or https URL'),
  // Also where the parser sees none: in `http://me:/word@node` it takes the slash for the begin of the path.
  v.check(
    (text) => !text.includes('@'),
    'must not hold a user name or password, write them as store.elasticsearch.username and store.elasticsearch.password',
  ),
)
const nodes = v.pipe(v.array(nodeUrl), v.minLength(1), v.maxLength(maxNodes))

const secretText = v.pipe(
  v.message(v.string(), 'must be a text (quote it)'),
  v.nonEmpty('must not be empty'),
  v.regex(/^\P{Cc}*$/u, 'must be one line without control characters'),
  v.maxLength(16_384, 'must be shorter, at most 16384 characters'),
)
const secretFile = v.pipe(
  v.custom<{ file: unknown }>(
    (input) => isMapping(input) && Object.keys(input).join() === 'file',
    'must be a text (quote it), or a mapping with file and nothing else',
  ),
  v.object({ file: absolutePath.schema }),
)

const attributeName = /^[\w.-]{1,100}$/

/** Every type of these settings, by the name its row gives. */
export const storeTypes = {
  plainText: rule('a text without control characters', v.pipe(v.string(), v.regex(/^\P{Cc}+$/u), v.maxLength(1024))),
  nodes: rule(
    'an http or https URL, or a list of them',
    v.lazy((input) => (Array.isArray(input) ? nodes : nodeUrl)) as v.GenericSchema<unknown, string | string[]>,
  ),
  proxy: rule(
    'an http or https URL',
    v.pipe(
      url,
      v.check(
        (text) => !URL.canParse(text) || !new URL(text).pathname.includes('@'),
        'must have the special characters of its password percent-encoded (/ is %2F)',
      ),
    ),
  ),
  /** Typed as the text it is once loaded: a mapping is replaced by what its file holds before anything else sees it. */
  secret: rule(
    'a text, or `{file: PATH}`',
    v.lazy((input) => (isMapping(input) ? secretFile : secretText)) as v.GenericSchema<unknown, string>,
  ),
  fingerprint: rule(
    'a SHA-256 fingerprint: 64 hexadecimal digits, with or without colons',
    v.pipe(v.string(), v.regex(/^[\da-f]{2}(:?[\da-f]{2}){31}$/i)),
  ),
  hours: rule(`a number of hours from 1 to ${maxHours}`, v.pipe(v.number(), v.minValue(1), v.maxValue(maxHours))),
  tier: rule(
    'data_hot, data_warm, data_cold or data_content',
    v.picklist(['data_hot', 'data_warm', 'data_cold', 'data_content']),
  ),
  nodeAttributes: rule(
    'a mapping of node attributes to texts',
    v.custom<Record<string, string>>(
      (input) =>
        isMapping(input) &&
        Object.keys(input).length > 0 &&
        Object.entries(input).every(
          ([name, value]) => attributeName.test(name) && typeof value === 'string' && value !== '',
        ),
    ),
  ),
}

/** What is wrong with the text of a secret; undefined when nothing is. */
export function secretBreach(text: string): string | undefined {
  return v.safeParse(secretText, text).issues?.[0].message
}
