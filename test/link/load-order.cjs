// Preloaded into a probe (node -r): tells on standard error, in order, which modules are loaded and when standard output is written.
const Module = require('node:module')
const fs = require('node:fs')

const say = fs.writeSync.bind(fs, 2)
const load = Module._load
Module._load = function (request, ...rest) {
  say(`load ${request}\n`)
  return load.call(this, request, ...rest)
}
const writeSync = fs.writeSync
fs.writeSync = function (fd, ...rest) {
  if (fd === 1) say('write\n')
  return writeSync.call(this, fd, ...rest)
}
const writeFileSync = fs.writeFileSync
fs.writeFileSync = function (file, ...rest) {
  say(`file ${file}\n`)
  return writeFileSync.call(this, file, ...rest)
}
