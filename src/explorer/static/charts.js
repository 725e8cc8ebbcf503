// Draws the charts of a page with uPlot: lines in the colours of the page, reboots and changes as marks across all of them.
;(() => {
  const holder = document.querySelector('[data-charts]')
  if (!holder || !window.uPlot) return
  const dark = matchMedia('(prefers-color-scheme: dark)')
  const style = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim()
  const hues = () =>
    ['--line-1', '--line-2', '--line-3', '--line-4', '--line-5', '--line-6', '--line-7', '--line-8'].map(style)
  const spread = (index, count) =>
    `hsl(${Math.round(200 + (150 * index) / Math.max(1, count - 1)) % 360} 60% ${dark.matches ? 62 : 42}%)`
  /** On a page that compares moments, those that are chosen. */
  const moments = (holder.dataset.pick ?? '')
    .split(' ')
    .filter(Boolean)
    .map((at) => ({ at: Date.parse(at), kind: 'moment', text: 'chosen' }))
  const sync = uPlot.sync('charts')
  let drawn = []
  let shown
  let known = ''

  const { format, clock, powers } = window.chartFormat

  /** Reboots as full lines, changes as dashed ones; what they are is told below the cursor. */
  const marking = () => ({
    hooks: {
      draw: (plot) => {
        const { ctx } = plot
        const { left, top, width, height } = plot.bbox
        ctx.save()
        for (const mark of shown.marks) {
          const x = Math.round(plot.valToPos(mark.at / 1000, 'x', true)) + 0.5
          if (x < left || x > left + width) continue
          ctx.strokeStyle = style({ boot: '--bad', moment: '--accent' }[mark.kind] ?? '--warn')
          ctx.lineWidth = devicePixelRatio
          ctx.setLineDash(mark.kind !== 'change' ? [] : [3 * devicePixelRatio, 4 * devicePixelRatio])
          ctx.globalAlpha = mark.kind === 'boot' ? 0.9 : 0.6
          ctx.beginPath()
          ctx.moveTo(x, top)
          ctx.lineTo(x, top + height)
          ctx.stroke()
        }
        ctx.restore()
      },
      setCursor: (plot) => {
        const { left } = plot.cursor
        if (left < 0 || !plot.root.matches(':hover')) return
        const near = shown.marks.filter((mark) => Math.abs(plot.valToPos(mark.at / 1000, 'x') - left) < 6)
        const told = plot.root.closest('.chart').querySelector('.marks')
        told.textContent =
          near
            .slice(-3)
            .map((mark) => `${new Date(mark.at).toLocaleString('sv')}  ${mark.text}`)
            .join('\n') || '\u00a0'
      },
    },
  })

  /** What the lines say at the cursor, else at last. */
  const tell = (plot) => plot.setLegend({ idx: plot.cursor.idx ?? plot.data[0].length - 1 })

  const optionsOf = (chart, width) => {
    const colours = hues()
    const isMany = chart.lines.length > colours.length
    const grid = { stroke: style('--rule'), width: 1 }
    const axis = { stroke: style('--dim'), grid, ticks: { show: false }, font: '11px system-ui, sans-serif' }
    let level = 0
    return {
      width,
      height: 176,
      cursor: { sync: { key: sync.key }, points: { size: 6 }, drag: { x: true, y: false, setScale: false } },
      legend: { live: true },
      scales: {
        x: { time: true, range: () => [shown.start / 1000, shown.to / 1000] },
        y: chart.is_logarithmic
          ? { distr: 3, range: (_, least, most) => powers(least, most) }
          : { range: (_, least, most) => [Math.min(0, least ?? 0), (most ?? 0) <= 0 ? 1 : most * 1.08] },
      },
      axes: [
        { ...axis, size: 30, values: (_, splits, __, ___, step) => splits.map((at) => clock(at, step)) },
        {
          ...axis,
          size: 62,
          values: (_, splits) => splits.map((value) => (value === null ? '' : format(chart.unit)(value))),
        },
      ],
      series: [
        { label: 'time', value: (_, at) => (at === null ? '' : new Date(at * 1000).toLocaleString('sv')) },
        ...chart.lines.map((line, index) => ({
          label: line.label,
          stroke: line.is_limit
            ? style('--dim')
            : isMany
              ? spread(index, chart.lines.length)
              : colours[level++ % colours.length],
          width: line.is_limit ? 1 : 1.5,
          ...(line.is_limit && {
            dash: [
              [2, 4],
              [5, 4],
              [9, 4],
            ][index % 3],
          }),
          spanGaps: true,
          points: { show: chart.at.length < 40 && !line.is_limit, size: 4 },
          value: (_, value) => format(chart.unit)(value),
        })),
      ],
      plugins: [marking()],
      hooks: {
        setSelect: [
          (plot) => {
            if (plot.select.width < 8) return
            const ends = [plot.select.left, plot.select.left + plot.select.width].map((x) =>
              new Date(plot.posToVal(x, 'x') * 1000).toISOString(),
            )
            if (holder.dataset.pick !== undefined) return
            const params = new URLSearchParams(location.search)
            params.delete('since')
            params.set('from', ends[0])
            params.set('to', ends[1])
            location.search = params
          },
        ],
      },
    }
  }

  /** Of a host that is known for a short while only, what goes on is drawn from its first sample on. */
  const startOf = ({ from, to, is_live, charts }) => {
    const first = Math.min(...charts.flatMap(({ at }) => at.slice(0, 1)))
    const isShort = is_live && Number.isFinite(first) && first > from + (to - from) / 2
    return isShort ? Math.min(first - (to - first) / 20, to - 60_000) : from
  }

  const dataOf = (chart) => [
    chart.at.map((at) => at / 1000),
    ...chart.lines.map(({ values }) =>
      chart.is_logarithmic ? values.map((value) => (value === 0 ? null : value)) : values,
    ),
  ]

  const sayOf = (chart) => {
    const last = chart.lines.map(
      ({ label, values }) => `${label} ${format(chart.unit)(values.findLast((value) => value !== null)) || 'unknown'}`,
    )
    return `${chart.title}. Newest: ${last.join(', ')}`
  }

  const build = () => {
    for (const { plot } of drawn) plot.destroy()
    holder.replaceChildren()
    drawn = shown.charts.map((chart) => {
      const box = document.createElement('article')
      box.className = 'chart'
      box.id = `chart-${chart.id}`
      const title = document.createElement('h2')
      title.textContent = chart.title
      const note = document.createElement('span')
      note.textContent = chart.note ?? ''
      title.append(note)
      const place = document.createElement('div')
      place.className = 'plot'
      place.setAttribute('role', 'img')
      place.setAttribute('aria-label', sayOf(chart))
      const told = document.createElement('p')
      told.className = 'marks dim'
      told.textContent = '\u00a0'
      box.append(title, place, told)
      holder.append(box)
      const plot = new uPlot(optionsOf(chart, place.clientWidth), dataOf(chart), place)
      if (holder.dataset.pick !== undefined) pick(plot)
      plot.over.addEventListener('mouseleave', () => setTimeout(() => drawn.forEach((one) => void tell(one.plot))))
      requestAnimationFrame(() => tell(plot))
      return { plot, place, chart }
    })
    if (drawn.length === 0) {
      const none = document.createElement('p')
      none.className = 'dim'
      none.textContent = 'No samples in this time.'
      holder.append(none)
    }
    holder.dataset.drawn = String(drawn.length)
  }

  /** On a page that compares times a click puts one more of them into its form. */
  const pick = (plot) => {
    plot.over.addEventListener('click', () => {
      const at = new Date(plot.posToVal(plot.cursor.left, 'x') * 1000).toISOString().slice(0, 19)
      document.dispatchEvent(new CustomEvent('picked', { detail: `${at}Z` }))
    })
  }

  const load = async () => {
    const state = document.querySelector('[data-state]')
    try {
      const response = await fetch(holder.dataset.charts)
      if (!response.ok) throw new Error((await response.json().catch(() => ({}))).error ?? response.statusText)
      const next = await response.json()
      state?.classList.remove('lost')
      const kind = next.charts.map(({ id, lines }) => `${id} ${lines.map(({ field, label }) => field + label)}`).join()
      shown = { ...next, start: startOf(next), marks: [...next.marks, ...moments] }
      if (kind !== known) build()
      else
        for (const [index, one] of drawn.entries()) {
          one.plot.setData(dataOf(shown.charts[index]))
          tell(one.plot)
          one.place.setAttribute('aria-label', sayOf(shown.charts[index]))
        }
      known = kind
    } catch (error) {
      state?.classList.add('lost')
      if (drawn.length === 0) holder.textContent = `The charts could not be had: ${error.message}`
    }
  }

  load()
  const seconds = Number(holder.dataset.liveSeconds ?? 0)
  if (seconds > 0) setInterval(() => document.hidden || load(), seconds * 1000)
  dark.addEventListener('change', () => shown && build())
  let timer
  addEventListener('resize', () => {
    clearTimeout(timer)
    timer = setTimeout(() => {
      for (const { plot, place } of drawn) plot.setSize({ width: place.clientWidth, height: 176 })
    }, 150)
  })
})()
