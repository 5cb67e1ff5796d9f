import { databases } from './databases.ts'
import { dates } from './dates.ts'
import { derived } from './derived.ts'
import { globals } from './globals.ts'
import { hosts } from './hosts.ts'
import { http } from './http.ts'
import { machines } from './machines.ts'
import { models } from './models.ts'
import { numbers } from './numbers.ts'
import { parsers } from './parsers.ts'
import type { Row } from './row.ts'
import { schemas } from './schemas.ts'
import { tables } from './tables.ts'
import { templates } from './templates.ts'
import { texts } from './texts.ts'
import { users } from './users.ts'

/** What is captured, passed and given back. */
export const rows: readonly Row[] = [
  http,
  databases,
  models,
  numbers,
  dates,
  tables,
  schemas,
  parsers,
  templates,
  texts,
  machines,
  hosts,
  globals,
  derived,
  users,
].flat()
