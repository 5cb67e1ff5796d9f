// Calls the cached `make(2)` of a module, whose class Point is registered in one word, and prints the ways that a point
// goes: plain-class <location> <module>
import { pathToFileURL } from 'node:url'
import { Memory } from '../../../index.ts'

interface Subject {
  Point: new (x: number) => { x: number; twice(): number }
  make(x: number): { x: number; twice(): number }
  runs(): number
}

const { Point, make, runs } = (await import(pathToFileURL(process.argv[3]!).href)) as Subject
const memory = new Memory({ location: process.argv[2]!, onError: 'throw' })
memory.register(Point)
const point = memory.cache(make, { name: 'make', captures: { ignore: ['count'] } })(2)
const twice = memory.cache((one: typeof point) => one.twice(), { name: 'twice' })
const said = { runs: runs(), isPoint: point instanceof Point, twice: point.twice(), isKnown: twice.has(new Point(2)) }
twice(point)
process.stdout.write(JSON.stringify(said))
await memory.close()
