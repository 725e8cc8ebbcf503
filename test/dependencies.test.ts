// docs/dependencies.md has a line for each dependency, at the version that is pinned.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'

const root = join(import.meta.dirname, '..')

test('every dependency is pinned and has its line', () => {
  const { dependencies, optionalDependencies, devDependencies } = JSON.parse(
    readFileSync(join(root, 'package.json'), 'utf8'),
  )
  const listed = readFileSync(join(root, 'docs/dependencies.md'), 'utf8').matchAll(/^\| (\S+ \d\S*) \|/gm)
  const pinned = Object.entries({ ...dependencies, ...optionalDependencies, ...devDependencies }).map(
    ([name, version]) => `${name} ${version}`,
  )
  assert.deepEqual([...listed].map((match) => match[1]).toSorted(), pinned.toSorted())
})
