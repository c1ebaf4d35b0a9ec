// Single keys, without Enter.
import type { ReadStream } from 'node:tty'

/** Calls `press` with each key. Returns what gives the terminal back. */
export function readKeys(input: ReadStream, press: (key: string) => void): () => void {
  const onData = (keys: string) => {
    for (const key of keys.startsWith('\x1b') ? [] : keys) press(key)
  }
  const stop = () => {
    process.removeListener('exit', stop)
    input.removeListener('data', onData)
    input.setRawMode(false)
    input.pause()
  }
  process.on('exit', stop)
  input.setRawMode(true)
  input.setEncoding('utf8').on('data', onData).resume()
  return stop
}
