import { execFileSync } from 'node:child_process'
import { afterEach, describe, expect, test } from 'vitest'
import { compiled } from '../support/package.ts'
import { killPrograms, Program } from './program.ts'

const entry = compiled('visualizations/start.js')

afterEach(killPrograms)

const hasScript = (() => {
  try {
    return execFileSync('script', ['--version'], { encoding: 'utf8' }).includes('util-linux')
  } catch {
    return false
  }
})()

describe.skipIf(!hasScript)('in a terminal (needs script of util-linux)', () => {
  const ENTER = '\x1b[?1049h\x1b[?25l'
  const LEAVE = '\x1b[?25h\x1b[?1049l'

  const startInTerminal = (env: Record<string, string> = {}) =>
    new Program('script', ['-qefc', `${process.execPath} ${entry}; echo "code $?"; stty -a`, '/dev/null'], {
      PORT: '0',
      ...env,
    })

  test('keys pause, resume, drop, change the limit; q drains and gives the terminal back', async () => {
    const program = startInTerminal({ NO_COLOR: '1' })
    const press = (key: string) => program.child.stdin?.write(key)
    await program.prints(/┃ listening ┃/)
    press('p')
    await program.prints(/┃ accept-paused ┃[\s\S]*paused by hand/)
    press('+')
    await program.prints(/0\/4 connections/)
    press('d')
    await program.prints(/┃ dropping ┃/)
    const dropped = await program.client()
    await dropped.closed
    await program.prints(/dropped 1/)
    press('d')
    press('r')
    program.printed = ''
    const resumed = /┃ listening ┃/
    await program.prints(resumed)
    press('q')
    await program.prints(/Closed\. 0 accepted, 1 dropped/)
    await program.prints(/code 0/)
    await program.prints(/ icanon/)
    expect(program.printed).toContain(LEAVE)
    expect(program.printed).not.toContain('\x1b[1;36m')
  })

  test('x drains and stays; Ctrl-C then ends it', async () => {
    const program = startInTerminal()
    await program.prints(/listening/)
    expect(program.printed).toContain(ENTER)
    program.child.stdin?.write('x')
    await program.prints(/Nothing is left\./)
    expect(program.printed).not.toContain(LEAVE)
    program.child.stdin?.write('\x03')
    await program.prints(/code 0/)
    expect(program.printed).toContain(LEAVE)
  })

  test('once it drains, keys do nothing but end it', async () => {
    const program = startInTerminal({ NO_COLOR: '1' })
    const client = await program.client()
    client.send('here')
    await client.receives('here')
    program.child.stdin?.write('x')
    await client.receives('The server is closing')
    program.printed = ''
    program.child.stdin?.write('p+d-')
    await program.prints(/1\/3 connections[\s\S]*1\/3 connections/)
    expect(program.printed).not.toMatch(/paused by hand|limit\.changed|drop\.start/)
    program.child.stdin?.write('q')
    client.end()
    await program.prints(/Drained: 1 settled, 0 destroyed\.[\s\S]*code 0/)
  })

  test('Ctrl-C cuts what x waits for', async () => {
    const program = startInTerminal({ NO_COLOR: '1' })
    const client = await program.client()
    client.send('here')
    await client.receives('here')
    program.child.stdin?.write('x')
    await program.prints(/Ctrl-C cuts\./)
    program.child.stdin?.write('\x03')
    await client.closed
    await program.prints(/Drained: 0 settled, 1 destroyed\.[\s\S]*code 0/)
  })

  test('Ctrl-C says what it waits for, and once more cuts', async () => {
    const program = startInTerminal({ NO_COLOR: '1' })
    const client = await program.client()
    client.send('here')
    await client.receives('here')
    program.child.stdin?.write('\x03')
    await program.prints(/Draining: waits \d+ s for 1 connection; Ctrl-C cuts\./)
    program.child.stdin?.write('\x03')
    await client.closed
    await program.prints(/0 settled, 1 destroyed[\s\S]*code 0/)
    expect(client.error).toBeUndefined()
  })
})
