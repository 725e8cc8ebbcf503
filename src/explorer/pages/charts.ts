// The charts of a host as data, for the script that draws them and for programs.
import { type Chart, hostCharts, type Mark, marksOf } from '../charts/host-charts.ts'
import { html } from '../markup.ts'
import { windowOf } from '../moment.ts'
import { definePage } from '../page.ts'

interface Model {
  host: string
  /** Milliseconds since the epoch, as all times here. */
  from: number
  to: number
  is_live: boolean
  charts: Chart[]
  marks: Mark[]
  /** Not all changes are marked. */
  marks_cut: boolean
}

/** `only` narrows it to some charts. */
export const charts = definePage<Model>({
  path: '/charts/:name',
  async load(ask) {
    const { from, to, isLive } = windowOf(ask)
    const only = ask.params.getAll('only')
    const span = { host: ask.name, from, to }
    const drawn = await hostCharts(ask.store, span, only.length > 0 ? only : undefined)
    const { marks, isCut } = await marksOf(ask.store, span)
    return { host: ask.name, from, to, is_live: isLive, charts: drawn, marks, marks_cut: isCut }
  },
  render: ({ host }) => ({
    title: `Charts of ${host}`,
    main: html`<p>This is for programs: ask it with <code>.json</code>.</p>`,
  }),
})
