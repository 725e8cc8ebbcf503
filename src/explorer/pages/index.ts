// Every page there is.
import type { Page } from '../page.ts'
import { charts } from './charts.ts'
import { compare } from './compare.ts'
import { complete } from './complete.ts'
import { diff } from './diff.ts'
import { drift } from './drift.ts'
import { file } from './file.ts'
import { home } from './home.ts'
import { host } from './host.ts'
import { hosts } from './hosts.ts'
import { log } from './log.ts'
import { search } from './search.ts'
import { values } from './values.ts'

export const pages: readonly Page[] = [
  home,
  search,
  complete,
  hosts,
  host,
  charts,
  file,
  diff,
  log,
  values,
  drift,
  compare,
]
