import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { load, mistakes } from './written.ts'

describe('the settings of the explorer', () => {
  test('listen on this machine alone', async () => {
    const { web } = await load('host: web1\n')
    assert.deepEqual([web.listen, web.port, web.serve, web.names], ['127.0.0.1', 5640, undefined, []])
  })

  const table: readonly [yaml: string, told: string[]][] = [
    ['web: {user: ann}\n', ['1: web.user needs web.password, which is not given']],
    ['web: {password: secret}\n', ['1: web.password needs web.user, which is not given']],
    ['web: {listen: 0.0.0.0}\n', ['1: web.listen beyond this machine needs web.token, or web.user and web.password']],
    ['web: {listen: "::"}\n', ['1: web.listen beyond this machine needs web.token, or web.user and web.password']],
    ['web: {listen: 0.0.0.0, token: x}\n', []],
    ['web: {listen: 0.0.0.0, user: ann, password: x}\n', []],
    ['web: {listen: localhost}\n', []],
    ['web: {listen: "[::1]"}\n', []],
  ]
  for (const [yaml, told] of table)
    test(yaml.trim(), async () => {
      if (told.length === 0) await load(yaml)
      else assert.deepEqual(await mistakes(yaml), told)
    })
})
