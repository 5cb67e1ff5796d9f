import { copyContainers } from './data-copy.ts'
import { isContainer, isPrimitive, kindOf } from './data-kind.ts'
import { Walk } from './data-walk.ts'
import { under, viewedBy } from './view.ts'

/**
 * What lies under a view; for any other value the same with no view in it. Where there are some, the containers around them
 * are copied, as others may hold these; what lies under views is not. Where there are none, it is the value itself.
 */
export function raw<T>(value: T): T {
  if (isPrimitive(value) || typeof value !== 'object') return value
  const lying = under(value)
  if (lying !== value || !holdsViews(value as object)) return lying
  return copyContainers(value, (part) => viewedBy(part)?.raw) as T
}

function holdsViews(value: object): boolean {
  const walk = new Walk()
  for (let part = value; ; part = walk.part as object) {
    if (viewedBy(part) !== undefined) return true
    const kind = kindOf(part)
    if (isContainer(kind)) walk.enter(part, kind)
    if (!walk.advance(isObject)) return false
  }
}

const isObject = (part: unknown): boolean => typeof part === 'object' && part !== null
