'use strict'

// By this path, tracers of files find the addon too.
process.dlopen(module, __dirname + '/engram.win32-arm64-msvc.node')
