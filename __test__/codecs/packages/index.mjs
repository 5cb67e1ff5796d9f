// The packages as programs import them.
import 'moment-timezone'
import '@tensorflow/tfjs-backend-cpu'
import 'dayjs/locale/de.js'
import 'moment/locale/de.js'
import * as tf from '@tensorflow/tfjs-core'
import dayjs from 'dayjs'
import duration from 'dayjs/plugin/duration.js'
import timezone from 'dayjs/plugin/timezone.js'
import utc from 'dayjs/plugin/utc.js'
import mathPackage from 'mathjs/lib/browser/math.js'

export * as polyfill from '@js-temporal/polyfill'
export * as arrow from 'apache-arrow'
export { default as Big } from 'big.js'
export { default as BigNumber } from 'bignumber.js'
export * as BSON from 'bson'
export { default as danfo } from 'danfojs-node'
export { default as Decimal } from 'decimal.js'
export * as Immutable from 'immutable'
export * as luxon from 'luxon'
export * as mlMatrix from 'ml-matrix'
export { default as moment } from 'moment'
export { default as ndarray } from 'ndarray'
export * as otherPolyfill from 'temporal-polyfill'

// Or it advertises its native backend.
tf.env().set('IS_TEST', true)
dayjs.extend(utc)
dayjs.extend(timezone)
dayjs.extend(duration)

// mathjs as one file: as hundreds of them it takes seconds to load.
export { dayjs, mathPackage, tf }
export const math = mathPackage.create(mathPackage.all)
