import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type Asked, cookieName, judge, type Login } from '../../src/explorer/guard.ts'

const asked = (headers: Record<string, string>, path = '/', method = 'GET'): Asked => ({
  method,
  url: new URL(path, 'http://127.0.0.1:5640'),
  header: (name) => ({ host: '127.0.0.1:5640', ...headers })[name],
})
const code = (request: Asked, login?: Login, names: string[] = []) => {
  const verdict = judge(request, { names, ...(login && { login }) })
  return verdict.status === 'refused' ? verdict.code : verdict.status
}

describe('the name it is asked by', () => {
  for (const host of [
    '127.0.0.1:5640',
    'localhost:5640',
    'LOCALHOST',
    '[::1]:5640',
    '192.0.2.7',
    'mitra.example.org:80',
  ])
    test(`${host} is taken`, () => assert.equal(code(asked({ host }), undefined, ['mitra.example.org']), 'allowed'))
  for (const host of ['evil.example', 'localhost.evil.example', '127.0.0.1.evil.example', '', 'mitra.example.org.evil'])
    test(`"${host}" is refused`, () => assert.equal(code(asked({ host }), undefined, ['mitra.example.org']), 421))
})

describe('what may be asked', () => {
  for (const method of ['POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS'])
    test(`${method} is refused`, () => assert.equal(code(asked({}, '/', method)), 405))
  test('a link of another site may lead here', () =>
    assert.equal(code(asked({ 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' })), 'allowed'))
  test('a script of another site may not ask', () =>
    assert.equal(code(asked({ 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' })), 403))
})

describe('with a token', () => {
  const login = { token: 's3cret/ü' }
  test('nobody gets in without it', () => assert.equal(code(asked({}), login), 401))
  test('a wrong one does not help', () => {
    assert.equal(code(asked({}, '/?token=wrong'), login), 401)
    assert.equal(code(asked({ authorization: 'Bearer wrong' }), login), 401)
    assert.equal(code(asked({ cookie: `${cookieName}=wrong` }), login), 401)
    assert.equal(code(asked({ cookie: `${cookieName}=%` }), login), 401)
  })
  test('it is taken from the address into a cookie that scripts do not see', () => {
    const verdict = judge(asked({}, '/search?q=a&token=s3cret%2F%C3%BC&n=1'), { names: [], login })
    assert.equal(verdict.status, 'login')
    if (verdict.status !== 'login') return
    assert.equal(verdict.location, '/search?q=a&n=1')
    assert.match(verdict.cookie, /HttpOnly; SameSite=Lax/)
    assert.equal(code(asked({ cookie: `other=1; ${verdict.cookie.split(';')[0]}` }), login), 'allowed')
  })
  test('programs send it as a bearer token', () =>
    assert.equal(code(asked({ authorization: 'Bearer s3cret/ü' }), login), 'allowed'))
})

test('user and password are asked for and taken', () => {
  const login = { user: 'ann', password: 'a:b' }
  const basic = (text: string) => ({ authorization: `Basic ${Buffer.from(text).toString('base64')}` })
  const verdict = judge(asked({}), { names: [], login })
  assert.match(verdict.status === 'refused' ? (verdict.challenge ?? '') : '', /^Basic realm/)
  assert.equal(code(asked(basic('ann:a:b')), login), 'allowed')
  assert.equal(code(asked(basic('ann:b')), login), 401)
  assert.equal(code(asked(basic('bob:a:b')), login), 401)
})
