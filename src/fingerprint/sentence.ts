/**
 * What is said of a function: of its text, and of each thing that it depends on. In keys sentences stand by their forms,
 * which must stay as they are.
 */

interface Labelled<What extends string> {
  readonly what: What
  /** What is spoken of: the alias of a variable and the path from it, or the role that it has. */
  readonly label: string
  /** The label as people know it, where that differs. In no key. */
  shown?: string
}

/** What is said of something that a function depends on. */
export type Sentence =
  /** What the function changes itself: in no key, but that it does. */
  | Labelled<'state'>
  /** What the user said does not matter. */
  | Labelled<'ignored'>
  /** A variable that has no value yet. */
  | Labelled<'unset'>
  /** What cannot be told. */
  | Labelled<'unknown'>
  /** An object that changes no result, or one of Node's, by its name. */
  | (Labelled<'known'> & { readonly name?: 'process' | 'globalThis' })
  /** A variable whose value does not say what it is. */
  | (Labelled<'named'> & { readonly name: string })
  /** A value that stays as it is, or its digest. */
  | (Labelled<'value'> & { readonly value: unknown })
  /** A value that is read for each key, by its number among these. */
  | (Labelled<'data'> & { readonly index: number })
  | (Labelled<'symbol'> & { readonly description: string | undefined })
  /** An object of the platform, by what it was made with. */
  | (Labelled<'made of'> & { readonly parts: unknown })
  | (Labelled<'typeof'> & { readonly type: string })
  /** A function, by its number. */
  | (Labelled<'function'> & { readonly number: number | 'unknown' })
  /** A module that is loaded late: the label is its specifier. */
  | (Labelled<'module'> & { readonly version: string | undefined })

/** What is said of a function itself. */
export type FunctionSentence =
  /** Its code, and what is said of each name in it. */
  | { readonly what: 'text'; readonly text: string; readonly said: readonly Sentence[] }
  /** What stands for it where its code does not count, and what it was given. */
  | { readonly what: 'stamp'; readonly stamp: readonly string[]; readonly said: readonly Sentence[] }
  /** A bound function: what it was made of. */
  | { readonly what: 'bound'; readonly said: readonly Sentence[] }

/** As it is hashed. */
export function formOf(sentence: Sentence): readonly unknown[] {
  const { label, what } = sentence
  switch (what) {
    case 'state':
    case 'ignored':
    case 'unset':
    case 'unknown':
      return [label, what]
    case 'known':
      return sentence.name === undefined ? [label, what] : [label, what, sentence.name]
    case 'named':
      return [label, what, sentence.name]
    case 'value':
      return [label, what, sentence.value]
    case 'data':
      return [label, what, sentence.index]
    case 'symbol':
      return [label, what, sentence.description]
    case 'made of':
      return [label, what, sentence.parts]
    case 'typeof':
      return [label, what, sentence.type]
    case 'function':
      return [label, what, sentence.number]
    case 'module':
      return [what, label, sentence.version]
  }
}

/** As it is hashed. */
export function formOfFunction(sentence: FunctionSentence): readonly unknown[] {
  const said = sentence.said.map(formOf)
  switch (sentence.what) {
    case 'text':
      return said.length === 0 ? ['text', sentence.text] : ['text', sentence.text, said]
    case 'stamp':
      return said.length === 0 ? ['stamp', ...sentence.stamp] : ['stamp', ...sentence.stamp, said]
    case 'bound':
      return ['bound', said]
  }
}
