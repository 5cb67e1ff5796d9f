// Line by line in the REPL (`node`), or cell by cell in a notebook.
const { Memory } = require('engram') // where there is no `require`: const { Memory } = await import('engram')
const memory = new Memory('.engram')

let factor = 3
// There is no file here: the name says which function it is.
const scaled = memory.cache((n) => n * factor, { name: 'scaled' })
console.log(scaled(14), scaled.stats().total.hits)
console.log(scaled(14), scaled.stats().total.hits)

factor = 4 // a cell that the function depends on is edited
console.log(scaled.explain(14).changed)
console.log(scaled(14))
