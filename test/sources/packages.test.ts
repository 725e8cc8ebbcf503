import assert from 'node:assert/strict'
import nodeFs, { chmodSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { NoDataError } from '../../src/errors.ts'
import { FileCalls, type SystemCalls } from '../../src/host/file-calls.ts'
import { Root } from '../../src/host/root.ts'
import { packages } from '../../src/sources/packages.ts'
import { fixtureRoot, observe, observeOne, putFile, treeOf } from './observed.ts'

const { PATH: path = '' } = process.env
after(() => {
  process.env['PATH'] = path
})

const linesOf = (content: string | undefined) => (content ?? '').split('\n').filter((line) => line !== '')

test('dpkg: installed packages and held ones, foreign ones beside their own', async () => {
  const { content, fields, fingerprint, ...about } = await observeOne(packages.create(), fixtureRoot('ubuntu1604-4.4'))
  assert.deepEqual(about, { path: 'packages', dataset: 'mitra.packages', kind: 'state', at: 1000 })
  const lines = linesOf(content)
  assert.equal(lines.length, 23)
  assert.deepEqual(lines, [...lines].sort())
  assert.deepEqual(
    lines.filter((line) => line.startsWith('libc6 ')),
    ['libc6 2.23-0ubuntu11.3 amd64', 'libc6 2.23-0ubuntu11.3 i386'],
  )
  assert.deepEqual(
    lines.filter((line) => line.startsWith('linux-image')),
    ['linux-image-4.4.0-210-generic 4.4.0-210.242 amd64'],
  )
  assert.equal(fields['package.count'], 23)
  assert.equal(fields['package.manager'], 'dpkg')
  const names = [fields['package.name']].flat()
  assert.equal(names.length, 22)
  assert.ok(names.includes('zsh'))
  assert.ok([fields['package.name_version']].flat().includes('openssl-1.0.2g-1ubuntu4.20'))
  assert.ok([fields['package.version']].flat().includes('1.0.2g-1ubuntu4.20'))
  assert.match(String(fingerprint), /^[0-9a-f]{64}$/)
})

test('dpkg: an image that was built without it has a file for each package', async () => {
  const { content, fields } = await observeOne(packages.create(), fixtureRoot('debian12-6.1'))
  assert.ok(linesOf(content).includes('tini 0.19.0-1 amd64'))
  assert.equal(fields['package.count'], 32)
})

test('apk and pacman: from their own databases', async () => {
  const apk = await observeOne(packages.create(), fixtureRoot('alpine316-5.15'))
  assert.ok(linesOf(apk.content).includes('alpine-baselayout 3.2.0-r23 aarch64'))
  assert.deepEqual([apk.fields['package.count'], apk.fields['package.manager']], [9, 'apk'])
  const pacman = await observeOne(packages.create(), fixtureRoot('numa8-4.15'))
  assert.ok(linesOf(pacman.content).includes('zsh 5.4.2-2 x86_64'))
  assert.deepEqual([pacman.fields['package.count'], pacman.fields['package.manager']], [11, 'pacman'])
})

test('a host without a database has nothing to read', async () => {
  for (const host of ['centos6-2.6.32', 'centos7-3.10'] as const)
    await assert.rejects(observe(packages.create(), fixtureRoot(host)), NoDataError)
})

test('a database cut off gives what is whole in it', async () => {
  const { content, fields } = await observeOne(packages.create(), fixtureRoot('broken'))
  assert.equal(content, 'whole 1.0-1 all\n')
  assert.deepEqual(fields['package.name'], ['whole'])
})

test('several managers on one host are one list', async () => {
  const base = treeOf({
    'var/lib/dpkg/status': 'Package: bash\nStatus: install ok installed\nVersion: 5\nArchitecture: amd64\n',
    'usr/lib/apk/db/installed': 'P:musl\nV:1.2\nA:x86_64\n\n',
  })
  const { content, fields } = await observeOne(packages.create(), new Root(base))
  assert.equal(content, 'bash 5 amd64\nmusl 1.2 x86_64\n')
  assert.deepEqual(fields['package.manager'], ['dpkg', 'apk'])
})

test('the list of another day is understood as the databases were', async () => {
  const { content = '', fields } = await observeOne(packages.create(), fixtureRoot('ubuntu1604-4.4'))
  const [format] = packages.formats
  const { 'package.manager': manager, ...rest } = fields
  assert.equal(manager, 'dpkg')
  assert.equal(format?.matches('packages'), true)
  assert.deepEqual(format?.fields(content), rest)
})

/** A root that counts what is opened in it. */
function watchedRoot(base: string) {
  const opened: string[] = []
  const open = ((...args: Parameters<typeof nodeFs.open>) => {
    opened.push(String(args[0]).slice(base.length))
    return nodeFs.open(...args)
  }) as SystemCalls['open']
  return { opened, root: new Root(base, new FileCalls({ calls: { ...nodeFs, open } })) }
}

const status = (version: string) =>
  `Package: bash\nStatus: install ok installed\nVersion: ${version}\nArchitecture: amd64\n`

test('an unchanged database is not read again, a changed one is', async () => {
  const base = treeOf({ 'var/lib/dpkg/status': status('5.1') })
  const { root, opened } = watchedRoot(base)
  const collect = packages.create()
  const first = await observeOne(collect, root)
  assert.deepEqual(opened, ['/var/lib/dpkg/status'])
  const isStored = (_: string, fingerprint: string) => fingerprint === first.fingerprint
  const second = await observeOne(collect, root, { isStored })
  assert.equal(opened.length, 1)
  assert.deepEqual([second.content, second.fingerprint], [undefined, first.fingerprint])
  assert.deepEqual(await observeOne(collect, root), first, 'whole when the store lacks it')
  assert.equal(opened.length, 2)
  putFile(base, 'var/lib/dpkg/status', status('5.2.1'))
  const third = await observeOne(collect, root, { isStored })
  assert.equal(opened.length, 3)
  assert.equal(third.content, 'bash 5.2.1 amd64\n')
  assert.notEqual(third.fingerprint, first.fingerprint)
})

test('a list that is stored already comes without its text', async () => {
  const root = new Root(treeOf({ 'var/lib/dpkg/status': status('5.1') }))
  const { content, fields, fingerprint } = await observeOne(packages.create(), root, { isStored: () => true })
  assert.deepEqual([content, fields['package.count'], fingerprint?.length], [undefined, 1, 64])
})

test('a pass that was told to stop yields nothing', async () => {
  const root = fixtureRoot('ubuntu1604-4.4')
  assert.deepEqual(await observe(packages.create(), root, { signal: AbortSignal.abort() }), [])
})

test('a database that is no text is a document with error.message', async () => {
  const { fields } = await observeOne(packages.create(), new Root(treeOf({ 'var/lib/dpkg/status/x': '' })))
  assert.match(String(fields['error.message']), /\/var\/lib\/dpkg\/status is not a regular file/)
})

/** Puts a program named rpm first on the PATH; without a script there is none at all. */
function installRpm(script?: string): string {
  const folder = treeOf()
  if (script !== undefined) {
    writeFileSync(join(folder, 'rpm'), `#!/bin/sh\n${script}\n`)
    chmodSync(join(folder, 'rpm'), 0o755)
  }
  process.env['PATH'] = script === undefined ? folder : `${folder}:${path}`
  return folder
}

const rpmTree = () => treeOf({ 'var/lib/rpm/Packages': '\0binary' })

test('rpm: its own command lists what only it can read', async () => {
  const folder = installRpm(
    'echo "$@" > "$(dirname "$0")/asked"; echo "bash 4.1.2-48.el6 x86_64"; echo "dbus 1:1.2.24-9.el6 (none)"',
  )
  const base = rpmTree()
  const { content, fields } = await observeOne(packages.create(), new Root(base))
  assert.equal(content, 'bash 4.1.2-48.el6 x86_64\ndbus 1:1.2.24-9.el6 -\n')
  assert.equal(fields['package.manager'], 'rpm')
  const asked = nodeFs.readFileSync(join(folder, 'asked'), 'utf8')
  assert.ok(asked.startsWith(`--root ${base} -qa --queryformat %{NAME} `), asked)
})

test('rpm: a command that fails is a document with error.message', async () => {
  installRpm('echo "rpmdb: damaged" >&2; exit 3')
  const { content, fields } = await observeOne(packages.create(), new Root(rpmTree()))
  assert.equal(content, undefined)
  assert.match(String(fields['error.message']), /rpm -qa ended with 3: rpmdb: damaged/)
})

test('rpm: a database without the command is a document with error.message, but not beside another list', async () => {
  installRpm()
  const base = rpmTree()
  const alone = await observeOne(packages.create(), new Root(base))
  assert.match(String(alone.fields['error.message']), /there is an rpm database, and no rpm to read it with/)
  putFile(base, 'var/lib/dpkg/status', status('5.1'))
  const beside = await observeOne(packages.create(), new Root(base))
  assert.equal(beside.fields['error.message'], undefined)
  assert.deepEqual([beside.content, beside.fields['package.manager']], ['bash 5.1 amd64\n', 'dpkg'])
})
