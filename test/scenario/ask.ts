// mitra asked about the scenario on its last day, whatever day it is: `node test/scenario/ask.ts hosts --silent 1h`. It looks into
// scenario.db of this folder and takes it for noon of 2026-11-21; print.ts says how to make the file.
import { main } from '../../src/cli.ts'
import { processIo } from '../../src/terminal/io.ts'
import { scenarioNow } from './scenario.ts'

process.env['TZ'] = 'UTC'
const [command = '--help', ...words] = process.argv.slice(2)
const store = words.includes('--help') || command.startsWith('-') ? [] : ['--store', 'scenario.db']
const io = { ...processIo(new AbortController().signal), now: () => scenarioNow }
process.exitCode = await main([command, ...store, ...words], io)
