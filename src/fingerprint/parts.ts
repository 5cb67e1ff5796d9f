import { attempt } from '../code/captured-value.ts'
import type { Explored } from './exploration.ts'
import { type HeldPart, partsOfHeld } from './held-parts.ts'
import type { FunctionSentence, Sentence } from './sentence.ts'

/** One of the things that a fingerprint is made of. */
export interface CodePart {
  readonly kind: 'code' | 'helper' | 'capture' | 'dependency'
  readonly name: string
  readonly value: unknown
  /** Whether a short text of it may be kept with entries: not of code, and not of what may be a secret. */
  readonly isShown: boolean
}

/** The parts of a function's code, nearest first. `name` is the function's. */
export function codePartsOf(explored: Explored, name: string): CodePart[] {
  return new Listing(explored, name).parts
}

/** The parts of the instances that a function captured, by their paths, as they are now. */
export function heldPartsIn(explored: Explored): HeldPart[] {
  const said = [...explored.functions.flatMap((one) => one.said), ...explored.deps.flat()]
  return said.flatMap((one) =>
    one.what === 'data' && explored.findings.data[one.index]!.isHeld ? heldPartsOf(explored, one) : [],
  )
}

function heldPartsOf({ findings, keys }: Explored, data: Extract<Sentence, { what: 'data' }>): HeldPart[] {
  return partsOfHeld(shownName(data), attempt(findings.data[data.index]!.read), keys)
}

/** The names of what a function changes itself, which is in no key. */
export function stateOf({ functions, deps }: Explored): string[] {
  const said = [...functions.flatMap((one) => one.said), ...deps.flat()]
  return [...new Set(said.filter(({ what }) => what === 'state').map(shownName))]
}

function shownName({ label, shown }: Sentence): string {
  return shown ?? label
}

/** A walk along the fingerprint, function by function, each under the name by which it is first met. */
class Listing {
  readonly parts: CodePart[] = []
  readonly #explored: Explored
  readonly #pending: { number: number; name: string; isRoot: boolean }[] = []
  readonly #met = new Set<number>()

  constructor(explored: Explored, name: string) {
    this.#explored = explored
    for (const said of explored.deps) this.#addAll(said, '', 'dependency')
    if (explored.coversRoot) this.#meet(0, name, true)
    for (const { number, name: known, isRoot } of this.#pending)
      this.#function(explored.functions[number]!, known, isRoot)
  }

  #meet(number: number | 'unknown', name: string, isRoot = false): void {
    if (number === 'unknown' || this.#met.has(number)) return
    this.#met.add(number)
    this.#pending.push({ number, name, isRoot })
  }

  #function(sentence: FunctionSentence, name: string, isRoot: boolean): void {
    if (sentence.what === 'stamp') this.#stamp(sentence.stamp, name)
    if (sentence.what === 'text') {
      const text = isRoot ? withoutOwnName(sentence.text) : sentence.text
      this.#add({ kind: isRoot ? 'code' : 'helper', name, value: text, isShown: false })
    }
    this.#addAll(sentence.said, isRoot && sentence.what !== 'stamp' ? '' : ` of ${name}`, 'capture')
  }

  #stamp([what, label = '', fn = '']: readonly string[], name: string): void {
    if (what !== 'package') return this.#add({ kind: 'helper', name, value: [what, label, fn], isShown: true })
    const at = label.lastIndexOf('@')
    const [title, version] = at > 0 ? [label.slice(0, at), label.slice(at + 1)] : [name, label]
    this.#add({ kind: 'dependency', name: title, value: version, isShown: true })
  }

  #addAll(said: readonly Sentence[], owner: string, kind: 'capture' | 'dependency'): void {
    for (const one of said) {
      const name = `${one.what === 'typeof' ? 'typeof ' : ''}${shownName(one)}${owner}`
      if (one.what === 'function') this.#meet(one.number, name)
      else if (one.what === 'module')
        this.#add({ kind: 'dependency', name: one.label, value: one.version, isShown: true })
      else if (one.what === 'data' && this.#explored.findings.data[one.index]!.isHeld) this.#addHeld(one, owner, kind)
      else if (isCounted(one)) this.#add({ kind, name, value: this.#valueOf(one), isShown: mayBeShown(name) })
    }
  }

  #addHeld(data: Extract<Sentence, { what: 'data' }>, owner: string, kind: 'capture' | 'dependency'): void {
    for (const { name, value } of heldPartsOf(this.#explored, data))
      this.#add({ kind, name: `${name}${owner}`, value, isShown: mayBeShown(name) })
  }

  #valueOf(sentence: CountedSentence): unknown {
    switch (sentence.what) {
      case 'value':
        return sentence.value
      case 'data':
        return attempt(this.#explored.findings.data[sentence.index]!.read)
      case 'symbol':
        return sentence.description
      case 'made of':
        return sentence.parts
      case 'typeof':
        return sentence.type
    }
  }

  #add(part: CodePart): void {
    this.parts.push(part)
  }
}

/** What counts by a value. */
type CountedSentence = Extract<Sentence, { what: 'value' | 'data' | 'symbol' | 'made of' | 'typeof' }>

function isCounted(sentence: Sentence): sentence is CountedSentence {
  const { what } = sentence
  return what === 'value' || what === 'data' || what === 'symbol' || what === 'made of' || what === 'typeof'
}

/** What stands in the environment, or was given to the program, may be a password. */
function mayBeShown(name: string): boolean {
  return !name.startsWith('process.env') && !name.startsWith('process.argv')
}

/** The text of a function that may be declared under another name, which is a part of its own. */
function withoutOwnName(text: string): string {
  const own = /^(?:async )?function\b *\*? *([\w$]+)/.exec(text)?.[1]
  if (own === undefined) return text
  return text.replaceAll(new RegExp(`(?<![\\w$.])${own.replaceAll('$', '\\$')}(?![\\w$])`, 'g'), '')
}
