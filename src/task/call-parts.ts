import type { NodeDefinition } from './definition.ts'
import type { CallInputs } from './inputs.ts'
import type { Made } from './made.ts'

/** A call of a node that is to be made. */
export interface CallParts {
  readonly definition: NodeDefinition
  readonly toldName: string
  readonly inputs: CallInputs
  /** Calls that have to be done first. */
  readonly before: readonly Made[]
}

/** How a result is made again that is gone: kept in the store once more, or for this run alone. */
export type Remaking = 'stored' | 'held'

/** What has to be waited for before it may begin; undefined for nothing. Rejects with what one of them failed with. */
export function afterOthers({ before }: CallParts): Promise<unknown> | undefined {
  return before.length === 0 ? undefined : Promise.all(before.map((made) => made.handed()))
}
