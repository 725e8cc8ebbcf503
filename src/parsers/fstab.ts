// File systems to mount: fstab(5). Six columns, of which the last two may be missing.
import { append, type ConfigValues, tellingLines } from './config-values.ts'

/** `device`, `mountpoint`, `type`, `option` (each by itself), and the first four columns of each line as `entry`. */
export function parseFstab(text: string): ConfigValues {
  const values: ConfigValues = new Map()
  for (const line of tellingLines(text)) {
    const [device, mountpoint, type, options = 'defaults'] = line.split(/\s+/).map(unescaped)
    if (device === undefined || mountpoint === undefined || type === undefined) continue
    append(values, 'device', device)
    append(values, 'mountpoint', mountpoint)
    append(values, 'type', type)
    append(values, 'option', ...options.split(','))
    append(values, 'entry', [device, mountpoint, type, options].join(' '))
  }
  return values
}

/** Blanks in a column are written in octal: `\040`. */
function unescaped(column: string): string {
  return column.replace(/\\([0-3][0-7]{2})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)))
}
