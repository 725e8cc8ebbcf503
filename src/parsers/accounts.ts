// Users and groups as questions are asked of them: passwd(5), group(5). What stands for a password is never a value.
import { append, type ConfigValues } from './config-values.ts'

/** Shells that let nobody in. */
const noShell = /\/(?:nologin|false|sync|halt|shutdown)$/

/**
 * `user`, `uid0` (users of number 0), `login` (users whose shell lets them in), `shell`, `without_password` (users whose password
 * is empty) and `shell_of`: pairs of user and shell.
 */
export function parsePasswdFile(text: string): ConfigValues {
  const values: ConfigValues = new Map()
  for (const { name, password, number, rest } of entries(text)) {
    // an empty one means /bin/sh
    const shell = rest[3] || '/bin/sh'
    append(values, 'user', name)
    if (Number(number) === 0) append(values, 'uid0', name)
    if (!noShell.test(shell)) append(values, 'login', name)
    append(values, 'shell', shell)
    if (password === '') append(values, 'without_password', name)
    append(values, 'shell_of', `${name} ${shell}`)
  }
  return values
}

/** `group`, `gid0`, and the members each group lists as `members.<group>`. */
export function parseGroupFile(text: string): ConfigValues {
  const values: ConfigValues = new Map()
  for (const { name, number, rest } of entries(text)) {
    append(values, 'group', name)
    if (Number(number) === 0) append(values, 'gid0', name)
    const members = (rest[0] ?? '').split(',').filter((member) => member !== '')
    if (members.length > 0) append(values, `members.${name.replaceAll('.', '_')}`, ...members)
  }
  return values
}

/** The text with `*` for what is no placeholder in the place of a password: hosts without a shadow file keep hashes there. */
export function withoutPasswords(text: string): string {
  return text.replace(/^([^:\n]{1,256}):([^:\n]+):/gm, (line, name: string, password: string) =>
    /^(?:x|[!*]+|!?\*?(?:NP|LK|LOCKED)\*?|##[\w-]{1,64})$/.test(password) ? line : `${name}:*:`,
  )
}

/** Lines of either file; `+` and `-` ask a name service and are nobody. */
function* entries(text: string) {
  for (const line of text.split('\n')) {
    const [name = '', password = '', number = '', ...rest] = line.trimEnd().split(':')
    if (/^[^#+\s-]/.test(name) && /^\d{1,10}$/.test(number)) yield { name, password, number, rest: rest.slice(0, 8) }
  }
}
