'use strict'

// By this path, tracers of files find the addon too.
process.dlopen(module, __dirname + '/engram.linux-arm64-musl.node')
