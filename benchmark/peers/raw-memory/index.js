'use strict'
module.exports = require('./build/Release/raw_memory.node')
