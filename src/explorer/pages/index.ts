// Every page there is.
import type { Page } from '../page.ts'
import { complete } from './complete.ts'
import { home } from './home.ts'
import { hosts } from './hosts.ts'
import { search } from './search.ts'

export const pages: readonly Page[] = [home, search, complete, hosts]
