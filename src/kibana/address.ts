// Where Kibana is, as people write it: its address, that of a space, or whatever the browser showed.
import { ActionableError } from '../errors.ts'

export interface Address {
  /** With the base path that Kibana may have, without a slash at its end. */
  url: string
  /** Id of a space; absent for the default one. */
  space?: string
}

const spaceId = /^[a-z\d_-]+$/

/** `space` beside an address goes before one within it. Throws ActionableError for what is no address. */
export function readAddress(text: string, space?: string): Address {
  const url = URL.parse(text)
  if (url === null || !/^https?:$/.test(url.protocol) || url.hostname === '')
    throw new ActionableError(`--kibana must be the address of a Kibana, got "${text}"`, {
      next: 'write it as http://kibana.example.org:5601',
    })
  if (url.username !== '' || url.password !== '')
    throw new ActionableError('--kibana takes no login: other users of this host see the command line', {
      next: 'Kibana gets the login of store.elasticsearch',
    })
  const [path = ''] = url.pathname.split(/\/(?:app|api)(?:\/|$)/, 1)
  const [, base = '', within] = /^(.*?)(?:\/s\/([^/]+))?\/*$/.exec(path) ?? []
  const chosen = space ?? within
  if (chosen !== undefined && !spaceId.test(chosen))
    throw new ActionableError(`the id of a space has lower-case letters, digits, "_" and "-" only, got "${chosen}"`, {
      next: 'it stands in addresses of Kibana as /s/ID, and is not its name',
    })
  return { url: url.origin + base, ...(chosen !== undefined && chosen !== 'default' && { space: chosen }) }
}
