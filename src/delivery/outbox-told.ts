// Which store the outbox was delivered to, and what is to be forgotten when it is another: all that only the one before was told.
import type { OutboxFile } from './outbox-file.ts'

/** Takes note of the store; true when it was another before. */
export function noteStore(file: OutboxFile, store: string): boolean {
  const before = file.get<{ told_to: string | null }>('SELECT told_to FROM figures')?.told_to ?? null
  if (before === store) return false
  const isOther = before !== null
  file.transaction(
    () => {
      if (isOther) forgetTold(file)
      file.run('UPDATE figures SET told_to = ?', store)
    },
    { durable: true },
  )
  return isOther
}

/** What waits in the queue will be told; what follows on one that has left it follows on one that the new store never had. */
function forgetTold(file: OutboxFile): void {
  file.run(
    `UPDATE path SET state = NULL
     WHERE NOT EXISTS (SELECT 1 FROM parcel WHERE parcel.id = path.newest AND parcel.path_id = path.id)`,
  )
  file.run(
    `UPDATE parcel SET unchanged = 0
     WHERE unchanged = 1 AND NOT EXISTS (SELECT 1 FROM parcel AS before WHERE before.id = parcel.follows)`,
  )
}
