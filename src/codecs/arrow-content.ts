/** The parts of Arrow's vectors and tables that keys are made of. */
interface Vector extends Iterable<unknown> {
  readonly type: DataType
  readonly length: number
  readonly nullCount: number
  toArray(): unknown
  isValid(index: number): boolean
  get(index: number): unknown
  getChildAt(index: number): Vector
}

interface DataType {
  readonly typeId: number
  readonly children?: readonly Field[] | null
  readonly dictionary?: DataType
  readonly isOrdered?: boolean
}

interface Field {
  readonly name: string | null
  readonly type: DataType
  readonly nullable: boolean
  readonly metadata: Map<string, string>
}

interface Table {
  readonly schema: { readonly fields: readonly Field[]; readonly metadata: Map<string, string> }
  getChildAt(index: number): Vector
}

/** Numbers of Arrow's format. */
const DICTIONARY = -1
const LIST = 12
const STRUCT = 13
const FIXED_SIZE_LIST = 16
const TEXTS = [4, 5, 19, 20]

/**
 * What stands for a table in a key. Its bytes could not: dictionaries have a number in them that is another one in each
 * process, and equal columns may lie in other pieces. `bytesOf` gives those of a column that nothing else can be said of.
 */
export function contentOf(table: Table, bytesOf: (vector: any) => Uint8Array): unknown {
  const { fields, metadata } = table.schema
  const columns = fields.map((field, index) => [fieldOf(field), valuesOf(table.getChildAt(index), bytesOf)])
  return [metadata, columns]
}

/** Of a table that is read again an empty name is null. */
function fieldOf({ name, type, nullable, metadata }: Field): unknown {
  return [name ?? '', typeOf(type), nullable, metadata]
}

function typeOf(type: DataType): unknown {
  return [String(type), type.isOrdered, type.dictionary && typeOf(type.dictionary), type.children?.map(fieldOf)]
}

function valuesOf(vector: Vector, bytesOf: (vector: Vector) => Uint8Array): unknown {
  const { typeId, children, dictionary } = vector.type
  const each = (one: Vector): unknown => valuesOf(one, bytesOf)
  if (typeId === STRUCT) return [validity(vector), children!.map((_, index) => each(vector.getChildAt(index)))]
  if (typeId === LIST || typeId === FIXED_SIZE_LIST) return Array.from(vector, (item) => item && each(item as Vector))
  if (children?.length || (typeId === DICTIONARY && !TEXTS.includes(dictionary!.typeId))) return bytesOf(vector)
  const values = vector.toArray()
  // Not one by one, where numbers would be rounded: nanoseconds do not fit.
  if (ArrayBuffer.isView(values)) return numbers(vector, values)
  return Array.from(vector, (value) => (ArrayBuffer.isView(value) ? bytesIn(value) : value))
}

/** What lies in the place of a missing value does not count. */
function numbers(vector: Vector, values: ArrayBufferView): unknown {
  if (vector.nullCount === 0) return bytesIn(values)
  const bytes = bytesIn(values).slice()
  const width = bytes.length / vector.length
  for (let i = 0; i < vector.length; i++) if (!vector.isValid(i)) bytes.fill(0, i * width, (i + 1) * width)
  return [validity(vector), bytes]
}

function validity(vector: Vector): Uint8Array | undefined {
  if (vector.nullCount === 0) return undefined
  return Uint8Array.from({ length: vector.length }, (_, index) => (vector.isValid(index) ? 1 : 0))
}

function bytesIn({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength)
}
