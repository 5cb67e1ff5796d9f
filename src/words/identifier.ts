let identifier: RegExp | undefined

/** Whether a text is a name as it may stand in source text. */
export function isIdentifier(text: string): boolean {
  // Made when it is first needed: as a literal V8 would list all letters of Unicode while it parses this file.
  identifier ??= new RegExp('^[\\p{ID_Start}$_][\\p{ID_Continue}$\\u200c\\u200d]*$', 'u')
  return identifier.test(text)
}

let privateName: RegExp | undefined

/** Whether a private name stands in the text of a class. Those in its strings and comments count too. */
export function hasPrivateName(text: string): boolean {
  privateName ??= new RegExp('#[\\p{ID_Start}$_]', 'u')
  return privateName.test(text)
}
