import { execFileSync } from 'node:child_process'
import { pathToFileURL } from 'node:url'
import { expect, test } from 'vitest'
import { packageEntry } from './support/package.ts'

/** A server of each kind serves a client; then it prints which modules of Node were loaded. */
const PROGRAM = `
import { connect } from 'node:net'
import { once } from 'node:events'
const { Server } = await import(process.argv[1])
const echo = async (_address, reader, writer) => { for await (const chunk of reader) writer.write(chunk) }
const untilEnd = (_address, socket) => once(socket.resume(), 'end')
for (const server of [
  await Server.create({ port: 0, host: '127.0.0.1' }, echo),
  await Server.createSock({ port: 0, host: '127.0.0.1' }, untilEnd),
]) {
  const client = connect(server.listeningOn, '127.0.0.1').resume()
  client.end('x')
  await once(client, 'close')
  await server.close()
}
console.log(JSON.stringify(process.moduleLoadList.map((name) => name.replace(/^NativeModule /, ''))))
`

test('servers that speak no other protocol do not load what others do: node:http, node:tls, node:crypto', () => {
  const entry = pathToFileURL(packageEntry()).href
  const args = ['--input-type=module', '-e', PROGRAM, entry]
  const loaded = JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8' }))
  expect(loaded).toContain('net')
  const large = ['http', '_http_server', '_http_client', 'https', 'http2', 'tls', '_tls_wrap', 'crypto']
  expect(large.filter((name) => loaded.includes(name))).toEqual([])
})
