// Runs a regular expression by Brzozowski's derivatives: the state after a character is the expression of what may still follow.
// Complement and intersection cost nothing extra, nothing backtracks, and states are made only as texts ask for them.
import { type CharacterSet, contains } from './character-set.ts'
import type { RegexpTree } from './regexp-syntax.ts'
import { QuerySyntaxError } from './syntax-error.ts'

/** States kept before those not in use are forgotten, and alternatives one state may hold. */
const mostStates = 20_000
const mostAlternatives = 1000

type Shape =
  | { kind: 'set'; members: Uint8Array }
  | { kind: 'concat'; head: State; tail: State }
  | { kind: 'union' | 'intersection'; parts: readonly State[] }
  | { kind: 'complement'; part: State }
  | { kind: 'repeat'; part: State; least: number; most: number }
  | { kind: 'none' | 'empty' }

/** An expression; equal ones are one object while they are remembered. */
type State = Shape & {
  id: number
  /** Accepts the empty text: a text that ends here matches. */
  nullable: boolean
  /** What may follow a character, by the class of the character. */
  next: Map<number, State>
}

/** One compiled expression with the states seen so far. */
export class RegexpAutomaton {
  readonly #tree: RegexpTree
  /** First code point of each class of characters that the expression does not tell apart. */
  readonly #classStarts: readonly number[]
  readonly #asciiClasses: Uint16Array
  #states = new Map<string, State>()
  #nextId = 0
  #start: State

  constructor(tree: RegexpTree) {
    this.#tree = tree
    this.#classStarts = classStartsOf(tree)
    this.#asciiClasses = Uint16Array.from({ length: 128 }, (_, codePoint) => this.#searchClass(codePoint))
    this.#start = this.#compile(tree)
  }

  /** Whether the whole text is in the language; throws QuerySyntaxError when a state outgrows its limit. */
  matches(text: string): boolean {
    let state = this.#start
    for (let at = 0; at < text.length; at++) {
      if (state.kind === 'none') return false
      if (isEverything(state)) return true
      const codePoint = text.codePointAt(at)!
      if (codePoint > 0xffff) at++
      const follower = this.#after(
        state,
        codePoint < 128 ? this.#asciiClasses[codePoint]! : this.#searchClass(codePoint),
      )
      state = this.#states.size > mostStates ? this.#forgetAllBut(follower) : follower
    }
    return state.nullable
  }

  #forgetAllBut(state: State): State {
    this.#states = new Map()
    this.#start = this.#compile(this.#tree)
    return this.#remake(state, new Map())
  }

  #remake(state: State, made: Map<State, State>): State {
    const known = made.get(state)
    if (known) return known
    const remade = this.#remakeShape(state, (part) => this.#remake(part, made))
    made.set(state, remade)
    return remade
  }

  #remakeShape(state: State, remake: (state: State) => State): State {
    switch (state.kind) {
      case 'none':
      case 'empty':
        return this.#make(state.kind, { kind: state.kind }, state.nullable)
      case 'set':
        return this.#set(state.members)
      case 'concat':
        return this.#concat(remake(state.head), remake(state.tail))
      case 'union':
        return this.#union(state.parts.map(remake))
      case 'intersection':
        return this.#intersection(state.parts.map(remake))
      case 'complement':
        return this.#complement(remake(state.part))
      case 'repeat':
        return this.#repeat(remake(state.part), state.least, state.most)
      default:
        return state satisfies never
    }
  }

  #after(state: State, characterClass: number): State {
    const known = state.next.get(characterClass)
    if (known) return known
    const derived = this.#derive(state, characterClass)
    state.next.set(characterClass, derived)
    return derived
  }

  #derive(state: State, characterClass: number): State {
    switch (state.kind) {
      case 'none':
      case 'empty':
        return this.#none()
      case 'set':
        return state.members[characterClass] ? this.#empty() : this.#none()
      case 'concat': {
        const within = this.#concat(this.#after(state.head, characterClass), state.tail)
        return state.head.nullable ? this.#union([within, this.#after(state.tail, characterClass)]) : within
      }
      case 'union':
        return this.#union(state.parts.map((part) => this.#after(part, characterClass)))
      case 'intersection':
        return this.#intersection(state.parts.map((part) => this.#after(part, characterClass)))
      case 'complement':
        return this.#complement(this.#after(state.part, characterClass))
      case 'repeat': {
        const rest = this.#repeat(state.part, Math.max(state.least - 1, 0), state.most - 1)
        return this.#concat(this.#after(state.part, characterClass), rest)
      }
      default:
        return state satisfies never
    }
  }

  #compile(tree: RegexpTree): State {
    switch (tree.kind) {
      case 'none':
        return this.#none()
      case 'empty':
        return this.#empty()
      case 'set':
        return this.#set(Uint8Array.from(this.#classStarts, (first) => (contains(tree.set, first) ? 1 : 0)))
      case 'concat':
        return tree.parts.reduceRight<State>((tail, part) => this.#concat(this.#compile(part), tail), this.#empty())
      case 'union':
        return this.#union(tree.parts.map((part) => this.#compile(part)))
      case 'intersection':
        return this.#intersection(tree.parts.map((part) => this.#compile(part)))
      case 'complement':
        return this.#complement(this.#compile(tree.part))
      case 'repeat':
        return this.#repeat(this.#compile(tree.part), tree.least, tree.most ?? Number.POSITIVE_INFINITY)
      default:
        return tree satisfies never
    }
  }

  #none(): State {
    return this.#make('none', { kind: 'none' }, false)
  }

  #empty(): State {
    return this.#make('empty', { kind: 'empty' }, true)
  }

  #everything(): State {
    return this.#complement(this.#none())
  }

  #set(members: Uint8Array): State {
    return this.#make(`set ${members.join('')}`, { kind: 'set', members }, false)
  }

  /** Alternatives are drawn out to the front, which keeps the number of different states low. */
  #concat(head: State, tail: State): State {
    if (head.kind === 'none' || tail.kind === 'none') return this.#none()
    if (head.kind === 'empty') return tail
    if (tail.kind === 'empty') return head
    if (head.kind === 'union') return this.#union(head.parts.map((part) => this.#concat(part, tail)))
    if (head.kind === 'concat') return this.#concat(head.head, this.#concat(head.tail, tail))
    return this.#make(`concat ${head.id} ${tail.id}`, { kind: 'concat', head, tail }, head.nullable && tail.nullable)
  }

  #union(parts: readonly State[]): State {
    const flat = new Set<State>()
    for (const part of parts) {
      if (part.kind === 'union') for (const each of part.parts) flat.add(each)
      else if (part.kind !== 'none') flat.add(part)
    }
    const sorted = byId(flat)
    if (sorted.some(isEverything)) return this.#everything()
    if (sorted.length < 2) return sorted[0] ?? this.#none()
    return this.#make(keyOf('union', sorted), { kind: 'union', parts: sorted }, sorted.some(isNullable))
  }

  #intersection(parts: readonly State[]): State {
    const flat = new Set<State>()
    for (const part of parts) {
      if (part.kind === 'intersection') for (const each of part.parts) flat.add(each)
      else if (!isEverything(part)) flat.add(part)
    }
    const sorted = byId(flat)
    if (sorted.some(({ kind }) => kind === 'none')) return this.#none()
    if (sorted.length < 2) return sorted[0] ?? this.#everything()
    return this.#make(keyOf('intersection', sorted), { kind: 'intersection', parts: sorted }, sorted.every(isNullable))
  }

  #complement(part: State): State {
    if (part.kind === 'complement') return part.part
    return this.#make(`complement ${part.id}`, { kind: 'complement', part }, !part.nullable)
  }

  #repeat(part: State, least: number, most: number): State {
    if (most === 0 || part.kind === 'empty') return this.#empty()
    if (part.kind === 'none') return least === 0 ? this.#empty() : part
    if (least === 1 && most === 1) return part
    if (isEverything(part)) return part
    const endless = least === 0 && most === Number.POSITIVE_INFINITY
    if (endless && part.kind === 'set' && part.members.every((member) => member === 1)) return this.#everything()
    return this.#make(
      `repeat ${part.id} ${least} ${most}`,
      { kind: 'repeat', part, least, most },
      least === 0 || part.nullable,
    )
  }

  #make(key: string, shape: Shape, nullable: boolean): State {
    const known = this.#states.get(key)
    if (known) return known
    if ('parts' in shape && shape.parts.length > mostAlternatives) {
      throw new QuerySyntaxError('the regular expression is too complex to be run', 0, { next: 'ask for less at once' })
    }
    const state: State = { ...shape, id: this.#nextId++, nullable, next: new Map() }
    this.#states.set(key, state)
    return state
  }

  #searchClass(codePoint: number): number {
    let low = 0
    let high = this.#classStarts.length - 1
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if (this.#classStarts[middle]! <= codePoint) low = middle
      else high = middle - 1
    }
    return low
  }
}

function isEverything(state: State): boolean {
  return state.kind === 'complement' && state.part.kind === 'none'
}

function isNullable({ nullable }: State): boolean {
  return nullable
}

function byId(states: Set<State>): State[] {
  return [...states].sort((a, b) => a.id - b.id)
}

function keyOf(kind: string, parts: readonly State[]): string {
  return `${kind} ${parts.map(({ id }) => id).join(' ')}`
}

function classStartsOf(tree: RegexpTree): number[] {
  const starts = new Set([0])
  collectStarts(tree, starts)
  return [...starts].sort((a, b) => a - b)
}

function collectStarts(tree: RegexpTree, starts: Set<number>): void {
  if (tree.kind === 'set') addStarts(tree.set, starts)
  if ('part' in tree) collectStarts(tree.part, starts)
  if ('parts' in tree) for (const part of tree.parts) collectStarts(part, starts)
}

function addStarts(set: CharacterSet, starts: Set<number>): void {
  for (const [index, edge] of set.entries()) starts.add(index % 2 === 0 ? edge : edge + 1)
}
