// Who may ask: the name the explorer is asked by, what a request may do, and a login where there is one.
import { createHash, timingSafeEqual } from 'node:crypto'
import { isIP } from 'node:net'

/** How people log in; without one, only this machine may listen. */
export interface Login {
  token?: string
  user?: string
  password?: string
}

export interface Rules {
  /** Names it may be asked by, beside addresses and localhost. */
  names: readonly string[]
  login?: Login
}

export interface Asked {
  method: string
  url: URL
  header(name: string): string | undefined
}

export type Verdict =
  | { status: 'allowed' }
  /** The token came with the address: it is kept in a cookie, and the address goes on without it. */
  | { status: 'login'; cookie: string; location: string }
  | { status: 'refused'; code: 401 | 403 | 405 | 421; reason: string; challenge?: string }

export const cookieName = 'mitra_token'

export function judge(asked: Asked, { names, login }: Rules): Verdict {
  if (!isKnownName(asked.header('host'), names))
    return {
      status: 'refused',
      code: 421,
      reason: 'the explorer is not known by this name: ask it by its address, or add the name to web.names',
    }
  if (asked.method !== 'GET' && asked.method !== 'HEAD')
    return { status: 'refused', code: 405, reason: 'the explorer only reads' }
  // a link from elsewhere may lead here; nothing elsewhere may load what is here
  if (asked.header('sec-fetch-site') === 'cross-site' && asked.header('sec-fetch-mode') !== 'navigate')
    return { status: 'refused', code: 403, reason: 'asked by a page of another site' }
  return login === undefined ? { status: 'allowed' } : judgeLogin(asked, login)
}

/** A name that an attacker chose leads to an address of theirs choosing (DNS rebinding); an address or localhost does not. */
function isKnownName(host: string | undefined, names: readonly string[]): boolean {
  const name = (host ?? '').toLowerCase().replace(/:\d+$/, '')
  const bare = name.replace(/^\[(.*)\]$/, '$1')
  return isIP(bare) !== 0 || name === 'localhost' || names.some((each) => each.toLowerCase() === name)
}

function judgeLogin(asked: Asked, login: Login): Verdict {
  const { token, user, password } = login
  const given = asked.url.searchParams.get('token')
  if (token !== undefined && given !== null && isSame(given, token)) {
    const next = new URL(asked.url)
    next.searchParams.delete('token')
    // a link in a message may lead here; what pages of other sites load comes without it
    const cookie = `${cookieName}=${encodeURIComponent(token)}; HttpOnly; SameSite=Lax; Path=/; Max-Age=2592000`
    return { status: 'login', cookie, location: `${next.pathname}${next.search}` }
  }
  const authorization = asked.header('authorization') ?? ''
  const [scheme = '', credentials = ''] = authorization.split(' ', 2)
  const basic = scheme.toLowerCase() === 'basic' ? Buffer.from(credentials, 'base64').toString('utf8') : undefined
  const isUser =
    user !== undefined && password !== undefined && basic !== undefined && isSame(basic, `${user}:${password}`)
  const isBearer = token !== undefined && scheme.toLowerCase() === 'bearer' && isSame(credentials, token)
  const isCookie = token !== undefined && isSame(cookieOf(asked.header('cookie')), token)
  if (isUser || isBearer || isCookie) return { status: 'allowed' }
  const reason = token === undefined ? 'log in' : 'open it once with ?token= and the token behind its address'
  return {
    status: 'refused',
    code: 401,
    reason,
    ...(user !== undefined && { challenge: 'Basic realm="mitra", charset="UTF-8"' }),
  }
}

function cookieOf(header: string | undefined): string {
  const found = (header ?? '').split(/;\s*/).find((each) => each.startsWith(`${cookieName}=`))
  try {
    return decodeURIComponent(found?.slice(cookieName.length + 1) ?? '')
  } catch {
    return ''
  }
}

/** In the same time wherever they differ. */
function isSame(one: string, other: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(one), digest(other))
}

/** Nothing but what the explorer itself serves is loaded or run, and nobody frames it. */
export const safetyHeaders: Readonly<Record<string, string>> = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'x-frame-options': 'DENY',
}
