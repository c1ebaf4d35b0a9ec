// Network namespaces of Linux: machines that have nothing but what a test gives them.
import { execFile, execFileSync } from 'node:child_process'

/** Whether this machine lets us make them: it is Linux, has iproute2, and we may. */
export const canMakeNamespaces = (() => {
  const name = `xtcp-try-${process.pid}`
  try {
    ip('netns', 'add', name)
    ip('netns', 'del', name)
    return true
  } catch {
    return false
  }
})()

export interface Network {
  /** The machine in the middle, which has an interface to each of the others. */
  server: string
  /**
   * Each is called as the interface that leads to it; its addresses end in 2, the server's in 1.
   */
  clients: { name: string; interface: string; address: string; serverAddress: string }[]
  remove: () => void
}

/**
 * A machine with interfaces `eth1`, `eth2`…, and one more machine at each. Call `remove` in the
 * end.
 */
export function makeNetwork(count: number): Network {
  const server = `xtcp-${process.pid}`
  const names = [server]
  const remove = () => {
    for (const name of names) ip('netns', 'del', name)
  }
  ip('netns', 'add', server)
  ip('-n', server, 'link', 'set', 'lo', 'up')
  const clients = Array.from({ length: count }, (_, index) => {
    const number = index + 1
    const name = `${server}-${number}`
    const eth = `eth${number}`
    const [address, serverAddress] = [`10.77.${number}.2`, `10.77.${number}.1`]
    ip('netns', 'add', name)
    names.push(name)
    ip('-n', server, 'link', 'add', eth, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', name)
    ip('-n', server, 'addr', 'add', `${serverAddress}/24`, 'dev', eth)
    ip('-n', name, 'addr', 'add', `${address}/24`, 'dev', 'eth0')
    ip('-n', server, 'link', 'set', eth, 'up')
    ip('-n', name, 'link', 'set', 'eth0', 'up')
    ip('-n', name, 'route', 'add', 'default', 'via', serverAddress)
    return { name, interface: eth, address, serverAddress }
  })
  return { server, clients, remove }
}

const CLIENT = `
const [host, port, patience] = process.argv.slice(1)
const socket = require('node:net').connect(port, host)
const tell = (what) => { console.log(what); process.exit() }
socket.on('error', ({ code }) => tell(code)).on('data', (text) => tell(String(text))).on('end', () => tell('ended'))
socket.on('connect', () => setTimeout(tell, patience, 'waits'))
`

/**
 * What a client in a namespace sees: what it receives, or its error's code, or that it waits for so
 * many milliseconds.
 */
export function clientIn(namespace: string, host: string, port: number, patience = 5_000): Promise<string> {
  const args = ['netns', 'exec', namespace, process.execPath, '-e', CLIENT, host, `${port}`, `${patience}`]
  return new Promise((resolve, reject) => {
    execFile('ip', args, (error, output) => (error ? reject(error) : resolve(output.trim())))
  })
}

function ip(...args: string[]): void {
  execFileSync('ip', args, { stdio: 'pipe' })
}
