import { InvalidArgumentError } from 'commander'

/** An integer from 1 on, as an option of a command gives it. */
export function wholeNumber(text: string): number {
  const number = Number(text)
  if (Number.isSafeInteger(number) && number >= 1 && text.trim() !== '') return number
  throw new InvalidArgumentError('Give an integer from 1 on.')
}

/** The same from 0 on. */
export function countNumber(text: string): number {
  return text.trim() === '0' ? 0 : wholeNumber(text)
}
