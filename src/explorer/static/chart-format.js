// How charts write figures, times and the ends of logarithmic scales.
window.chartFormat = (() => {
  const scaled = (value, step, units) => {
    let size = value
    let unit = 0
    while (Math.abs(size) >= step * 0.9995 && unit < units.length - 1) {
      size /= step
      unit++
    }
    return `${Math.abs(size) >= 100 || Number.isInteger(size) ? Math.round(size) : Number(size.toPrecision(3))}${units[unit]}`
  }
  const formats = {
    bytes: (value) => scaled(value, 1000, [' B', ' kB', ' MB', ' GB', ' TB', ' PB']),
    percent: (value) => `${Number(value.toPrecision(3))} %`,
    per_second: (value) => `${scaled(value, 1000, ['', ' k', ' M', ' G'])}/s`,
  }
  /** A function from values of a unit to texts; nothing for nothing. */
  const format = (unit) => (value) =>
    value === null || value === undefined
      ? ''
      : (formats[unit] ?? ((each) => scaled(each, 1000, ['', ' k', ' M', ' G'])))(value)

  /** `11-20` of days, `18:00` within one, `18:00:07` within minutes; at midnight the day. */
  const clock = (at, step) => {
    const [day, time] = new Date(at * 1000).toLocaleString('sv').split(' ')
    if (step >= 86_400 || (step >= 60 && time === '00:00:00')) return day.slice(5)
    return step >= 60 ? time.slice(0, 5) : time
  }

  /** From a power of ten to another. */
  const powers = (least, most) => {
    const power = (value, round) => 10 ** round(Math.log10(Math.max(1, value ?? 1)))
    return [power(least, Math.floor), Math.max(10, power(most, Math.ceil))]
  }

  return { format, clock, powers }
})()
