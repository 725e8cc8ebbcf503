// Elasticsearch refuses to run as root: the account that it runs as instead.
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

export interface Account {
  uid: number
  gid: number
}

const preferred = ['nobody', 'daemon', 'www-data']

/**
 * An unprivileged account that can run this program, or nothing when this process is not root and needs none.
 * A container may have accounts in /etc/passwd that it cannot change to, so each is tried.
 */
export function accountFor(program: string): Account | undefined {
  if (process.getuid?.() !== 0) return undefined
  const accounts = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'))
    .filter(([name, , uid]) => name && Number(uid) > 0)
    .toSorted(([left = ''], [right = '']) => rank(left) - rank(right))
  for (const [, , uid, gid] of accounts) {
    const account = { uid: Number(uid), gid: Number(gid) }
    const { status } = spawnSync(program, ['-version'], { ...account, cwd: '/', stdio: 'ignore' })
    if (status === 0) return account
  }
  throw new Error(`no account of /etc/passwd but root can run ${program}`)
}

function rank(name: string): number {
  const place = preferred.indexOf(name)
  return place < 0 ? preferred.length : place
}
