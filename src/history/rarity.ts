// How suspicious it is to hold what few others hold.
import type { Holding, Split } from '../store/store.ts'

/** A value that is not what most hosts of its group hold. */
export interface Rarity extends Holding {
  item: string
  group: string | undefined
  /** What most hold; undefined in a tie. */
  majority: Holding | undefined
  /** Hosts of the group that were compared. */
  of: number
  /**
   * The lead of the majority over this value, as a share of the hosts: (hosts of the majority - hosts of this value) / hosts. One
   * host among 1,000 has 0.998; either half of a fleet has 0.
   */
  score: number
}

export interface Ranking {
  /** Highest score first, then fewest hosts, then by name. */
  rarities: Rarity[]
  /** How many things were compared; on how many all hosts agree; and how many are left out, as each host has its own value. */
  compared: number
  agreed: number
  own: number
}

/** With as many values as four fifths of the hosts or more, a thing is a host's own: its name, its boot, its keys. */
const ownShare = 0.8
/** Three hosts may well hold three values of something that is to be the same. */
const fewestWithOwn = 4

/** Every value outside of a majority, the most suspicious first. */
export function rankingOf(splits: Iterable<Split>): Ranking {
  const ranking: Ranking = { rarities: [], compared: 0, agreed: 0, own: 0 }
  for (const groups of Map.groupBy(splits, ({ item }) => item).values()) {
    ranking.compared++
    if (groups.every(({ holdings }) => holdings.length < 2)) ranking.agreed++
    else if (isOwn(groups)) ranking.own++
    else for (const split of groups) ranking.rarities.push(...raritiesOf(split))
  }
  ranking.rarities.sort(
    (one, other) =>
      other.score - one.score ||
      one.hosts - other.hosts ||
      compareTexts(one.item, other.item) ||
      compareTexts(one.group ?? '', other.group ?? ''),
  )
  return ranking
}

/** The values of one thing that are not those of its majority; in a tie all of them. */
export function raritiesOf({ item, group, hosts: of, holdings, tied }: Split): Rarity[] {
  const [first] = holdings
  const majority = tied === 1 ? first : undefined
  return holdings
    .filter((holding) => holding !== majority)
    .map((holding) => ({ ...holding, item, group, majority, of, score: ((first?.hosts ?? 0) - holding.hosts) / of }))
}

/** In small groups only all of them together tell. */
function isOwn(groups: readonly Split[]): boolean {
  const hosts = groups.reduce((sum, split) => sum + split.hosts, 0)
  const values = groups.reduce((sum, split) => sum + split.holdings.length, 0)
  return hosts >= fewestWithOwn && values >= hosts * ownShare
}

function compareTexts(one: string, other: string): number {
  return one === other ? 0 : one < other ? -1 : 1
}
