// Questions to begin with, as links: for whoever sees mitra the first time.
import { address, hostsAddress, searchAddress } from '../addresses.ts'
import { html, type Markup } from '../markup.ts'

const questions: readonly [asks: string, href: string][] = [
  ['What changed yesterday?', address('/log', { from: 'yesterday', to: 'yesterday' })],
  ['What changed in the last hour?', address('/log', { since: '1h' })],
  ['Which hosts have somaxconn 128?', hostsAddress('sysctl.net.core.somaxconn:128')],
  ['Which hosts do not have zsh?', address('/hosts', { without: 'package.name:zsh' })],
  ['Which kernels run?', address('/values', { field: 'host.os.kernel' })],
  ['Where is somaxconn set, and where in effect?', searchAddress('somaxconn')],
  ['Which hosts use ext4?', hostsAddress('filename:/etc/fstab ext4')],
  ['Which settings of single hosts look suspicious?', address('/drift', { of: 'sysctls' })],
  ['Where is the configuration not in effect?', address('/drift', { of: 'effective' })],
  ['What could not be read?', searchAddress('_exists_:error.message')],
]

export function questionsToBegin(): Markup {
  return html`<section class="begin"><h2>For example</h2><ul>${questions.map(([asks, href]) => html`<li><a href="${href}">${asks}</a></li>`)}</ul></section>`
}
