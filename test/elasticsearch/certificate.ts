// A certificate authority of a test's own and a certificate that it signed, for this machine alone.
import { execFileSync } from 'node:child_process'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

export interface Certificate {
  /** PEM text of the authority's certificate: what a client trusts. */
  ca: string
  /** Files for the server. */
  certificate: string
  key: string
}

/** Writes ca.crt, http.crt and http.key into `folder`; with `days` below 0 the certificate has expired. */
export function certificate(folder: string, options: { days?: number; names?: readonly string[] } = {}): Certificate {
  const { days = 30, names = ['DNS:localhost', 'IP:127.0.0.1', 'IP:::1'] } = options
  const at = (name: string) => join(folder, name)
  const openssl = (...words: string[]) =>
    execFileSync('openssl', words, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] })
  const newKey = ['-newkey', 'rsa:2048', '-nodes', '-sha256']
  openssl(
    'req',
    '-x509',
    ...newKey,
    '-keyout',
    'ca.key',
    '-out',
    'ca.crt',
    '-days',
    '30',
    '-subj',
    '/CN=mitra test authority',
  )
  openssl('req', ...newKey, '-keyout', 'http.key', '-out', 'http.csr', '-subj', '/CN=localhost')
  writeFileSync(at('http.ext'), `subjectAltName=${names.join(',')}\nextendedKeyUsage=serverAuth\n`)
  const authority = ['-CA', 'ca.crt', '-CAkey', 'ca.key', '-CAcreateserial']
  openssl(
    'x509',
    '-req',
    '-in',
    'http.csr',
    ...authority,
    '-out',
    'http.crt',
    '-sha256',
    '-days',
    String(days),
    '-extfile',
    'http.ext',
  )
  for (const name of ['ca.key', 'ca.srl', 'http.csr', 'http.ext']) rmSync(at(name), { force: true })
  return { ca: readFileSync(at('ca.crt'), 'utf8'), certificate: at('http.crt'), key: at('http.key') }
}
