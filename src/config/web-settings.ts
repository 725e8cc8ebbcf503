// The settings of the web explorer; a part of settings.ts.
import { optional, setting } from './setting.ts'

export const web = {
  serve: optional('boolean', {
    help: 'Whether a running agent serves the explorer; unless it is set, `mitra start` does and `mitra agent` does not.',
    consequence: 'Without a login everybody with an account on this machine can read what is stored.',
    example: 'serve: true',
  }),
  listen: setting('hostAddress', {
    default: '127.0.0.1',
    help: 'Address it listens at.',
    consequence:
      'Beyond this machine only with a token, or with user and password; put TLS before it where others can listen in.',
  }),
  port: setting('port', { default: 5640, help: 'Its port.' }),
  token: optional('secret', {
    help: 'Who knows it may look: given once behind the address as `?token=`, or as a bearer token.',
    example: 'token: {file: /etc/mitra/web-token}',
  }),
  user: optional('plainText', { help: 'User name, with `password`.' }),
  password: optional('secret', { help: 'Password of `user`, or a mapping with `file`.' }),
  names: setting('names', {
    default: [],
    help: 'Names the explorer may be asked by, beside addresses, localhost and the name of this host.',
    consequence:
      'A request by another name is refused, so that no site can lead a browser here under a name of its own.',
    example: 'names: [mitra.example.org]',
  }),
}
