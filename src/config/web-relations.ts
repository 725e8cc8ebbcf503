// What the settings of the explorer ask of each other.
import type { Path } from './mistake.ts'
import type { Values } from './settings.ts'

/** A login is whole, and there is one where others than this machine can reach it. */
export function webContradictions(
  { web }: Values,
  isGiven: (...path: Path) => boolean,
  tell: (path: Path, text: string) => void,
): void {
  for (const [name, other] of [
    ['user', 'password'],
    ['password', 'user'],
  ] as const)
    if (isGiven('web', name) && !isGiven('web', other))
      tell(['web', name], `web.${name} needs web.${other}, which is not given`)
  const isLocal = typeof web.listen !== 'string' || /^(localhost|127(\.\d{1,3}){3}|\[?::1\]?)$/i.test(web.listen)
  const hasLogin = isGiven('web', 'token') || isGiven('web', 'user')
  if (!isLocal && !hasLogin)
    tell(['web', 'listen'], 'web.listen beyond this machine needs web.token, or web.user and web.password')
}
