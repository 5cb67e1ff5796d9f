// Adds the Node that runs this to PACKAGE_NODES for the later steps of a job: see scripts/package.mjs.
const { appendFileSync } = require('node:fs')
const { delimiter } = require('node:path')

const { GITHUB_ENV, PACKAGE_NODES } = process.env
const nodes = [PACKAGE_NODES, process.execPath].filter(Boolean).join(delimiter)
appendFileSync(GITHUB_ENV, `PACKAGE_NODES=${nodes}\n`)
