import type { PackageClass, PackageCodec } from '../value/package-codec.ts'
import { contentOf } from './arrow-content.ts'
import { libraryWith } from './library.ts'

/** By its bytes as Arrow writes them, which a table that is read again has its columns in. */
function tableCodec(arrow: any): PackageClass {
  return {
    name: 'Table',
    prototype: arrow.Table.prototype as object,
    encode: (table) => arrow.tableToIPC(table),
    decode: (bytes) => arrow.tableFromIPC(bytes),
    key: (table) => contentOf(table, (vector) => bytesOf(arrow, vector)),
  }
}

/** A vector in pieces has a prototype of its own for each type. */
const isVector = (prototype: object): boolean => 'memoize' in prototype && 'nullCount' in prototype

const vectorCodec = (arrow: any): PackageClass => ({
  name: 'Vector',
  prototype: isVector,
  encode: (vector) => bytesOf(arrow, vector),
  decode: (bytes) => arrow.tableFromIPC(bytes).getChildAt(0),
  key: (vector) => contentOf(columnOf(arrow, vector), () => bytesOf(arrow, vector)),
})

const columnOf = (arrow: any, vector: unknown): any => new arrow.Table({ vector })
const bytesOf = (arrow: any, vector: unknown): Uint8Array => arrow.tableToIPC(columnOf(arrow, vector))

/**
 * apache-arrow: `memory.register(arrow, arrowCodec)` with `import * as arrow from 'apache-arrow'`, or with
 * `{ Table, tableFromIPC, tableToIPC }`. Of a table that is read again, nothing is copied.
 */
export const arrow: PackageCodec = {
  name: 'apache-arrow',
  takes: 'the package `apache-arrow`, or { Table, tableFromIPC, tableToIPC } of it',
  codecsOf(library) {
    const lib = libraryWith(library, 'Table', 'tableFromIPC', 'tableToIPC')
    return lib === undefined ? [] : [tableCodec(lib), vectorCodec(lib)]
  },
}
