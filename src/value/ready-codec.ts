/** A codec of `engram/codecs`, and the instances that it is for. */
interface Ready {
  readonly name: string
  /** What a program registers it with; undefined: the class of the instance. */
  readonly library?: string
  /** True for its instances, and no others: by what the package itself goes by, or by several of its names at once. */
  readonly marks: (value: any) => unknown
}

const LUXON = '{ DateTime, Duration, Interval }'
/** Not its lazy sequences. */
const IMMUTABLE = ['LIST', 'MAP', 'SET', 'STACK']

/** In this order: big numbers of mathjs have the marks of decimal.js too. */
const READY: readonly Ready[] = [
  { name: 'mathjs', library: 'math', marks: (value) => value[`is${value.type}`] === true && 'toJSON' in value },
  { name: 'decimal', library: 'Decimal', marks: has('toSignificantDigits', 'toExponential', 's', 'e', 'd') },
  { name: 'bignumber', library: 'BigNumber', marks: has('_isBigNumber') },
  { name: 'big', library: 'Big', marks: has('prec', 'toExponential', 's', 'e', 'c') },
  {
    name: 'luxon',
    library: LUXON,
    marks: (value) => value.isLuxonDateTime ?? value.isLuxonDuration ?? value.isLuxonInterval,
  },
  { name: 'dayjs', library: 'dayjs', marks: (value) => value.$isDayjsObject ?? has('$d', '$ms', '$l')(value) },
  { name: 'moment', library: 'moment', marks: has('_isAMomentObject') },
  { name: 'moment', library: 'moment', marks: has('_milliseconds', '_days', '_months', 'humanize') },
  {
    name: 'temporal',
    library: 'Temporal',
    marks: (value) => String(value[Symbol.toStringTag]).startsWith('Temporal.'),
  },
  { name: 'bson', marks: (value) => typeof value._bsontype === 'string' },
  { name: 'immutable', marks: has('@@__IMMUTABLE_RECORD__@@') },
  {
    name: 'immutable',
    library: 'Immutable',
    marks: (value) => IMMUTABLE.some((kind) => `@@__IMMUTABLE_${kind}__@@` in value),
  },
  { name: 'mlMatrix', marks: (value) => value.klass === 'Matrix' && ('addRow' in value || 'addCross' in value) },
  { name: 'ndarray', library: 'ndarray', marks: has('dtype', 'data', 'pick', 'transpose') },
  { name: 'arrow', library: 'arrow', marks: has('schema', 'batches', 'getChildAt') },
  { name: 'arrow', library: 'arrow', marks: has('memoize', 'nullCount', 'getChildAt') },
  { name: 'tfjs', library: 'tf', marks: has('dataId', 'dtype', 'dataSync') },
  { name: 'danfojs', library: '{ DataFrame, Series }', marks: has('$columns', '$dtypes', '$index') },
]

/** How to register the class of an instance where there is a codec for it, as a sentence of code. Nothing is loaded for it. */
export function readyCodecFor(value: object): string | undefined {
  try {
    const ready = READY.find(({ marks }) => marks(value))
    return ready && adviceOf(ready, value)
  } catch {
    // What throws when it is looked at has another problem.
    return undefined
  }
}

function adviceOf(ready: Ready, value: object): string {
  const { name, library = classOf(value) } = ready
  // A program has the package itself under the same name.
  const isTaken = library === name
  const codec = isTaken ? `${name}Codec` : name
  const imported = isTaken ? `${name} as ${codec}` : name
  return `\`memory.register(${library}, ${codec})\` with \`import { ${imported} } from 'engram/codecs'\``
}

/** Records of Immutable are all of a class of one name, and have a name of their own. */
function classOf({ constructor }: any): string {
  return constructor.displayName ?? constructor.name
}

function has(...names: readonly string[]): Ready['marks'] {
  return (value) => names.every((name) => name in value)
}
