// Prints the scenario for `mitra import`: `node test/scenario/print.ts | mitra import --store /tmp/scenario.db`.
import { scenarioLines } from './scenario.ts'

process.stdout.write(await scenarioLines())
