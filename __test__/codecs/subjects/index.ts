import { dates } from './dates.ts'
import { numbers } from './numbers.ts'
import { records } from './records.ts'
import type { Subject } from './subject.ts'
import { tables } from './tables.ts'

/** By the name of the codec. */
export const subjects: Record<string, Subject> = { ...numbers, ...dates, ...records, ...tables }
