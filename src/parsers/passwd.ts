// Names of users and groups by number, from /etc/passwd and /etc/group as passwd(5) and group(5) describe them.

/** User names by uid; the first line for a number wins, as it does for getpwuid(3). Lines that are not entries are left out. */
export function parsePasswd(text: string): Map<number, string> {
  return namesByNumber(text)
}

/** Group names by gid; the first line for a number wins. Lines that are not entries are left out. */
export function parseGroup(text: string): Map<number, string> {
  return namesByNumber(text)
}

/** Both files begin `name:password:number:`; `+` and `-` lines ask a name service and name nobody. */
function namesByNumber(text: string): Map<number, string> {
  const names = new Map<number, string>()
  for (const line of text.split('\n')) {
    const [name, password, number] = line.split(':')
    if (!name || /^[#+-]/.test(name) || password === undefined || !/^\d{1,10}\r?$/.test(number ?? '')) continue
    const id = Number(number)
    if (!names.has(id)) names.set(id, name)
  }
  return names
}
