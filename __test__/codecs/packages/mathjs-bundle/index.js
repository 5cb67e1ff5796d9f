module.exports = require('mathjs/lib/browser/math.js')
