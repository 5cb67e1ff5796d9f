// msgpackr with structuredClone: shared references, Map, Set, Error and typed arrays survive, as in engram.
import { Packr } from 'msgpackr'

const packr = new Packr({ structuredClone: true })

export const encode = (value) => packr.pack(value)
export const decode = (bytes) => packr.unpack(bytes)
