import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import { compiled } from '../support/package.ts'
import { killPrograms, Program } from './program.ts'

const entry = compiled('visualizations/start.js')

afterEach(killPrograms)

const start = (env?: Record<string, string>) => new Program(process.execPath, [entry], env)

test('npm start puts the server in the place of its shell, which would not pass a signal on', () => {
  const { scripts } = JSON.parse(readFileSync('package.json', 'utf8'))
  expect(scripts.start).toBe('exec node dist/visualizations/start.js')
})

describe('without a terminal', () => {
  test('it echoes, and prints one line for each transition', async () => {
    const program = start()
    const client = await program.client()
    client.send('hello')
    await client.receives('hello')
    client.end()
    await client.closed
    await program.prints(/listener connection\.offered → listening 1\/3/)
    await program.prints(/#1 handler\.settled → closing\.flushing/)
    await program.prints(/listener connection\.settled → listening 0\/3/)
    expect(client.error).toBeUndefined()
    expect(program.printed).not.toContain('\x1b')
  })

  test('it prints where its inspector is, which ends with it', async () => {
    const program = start()
    const [, url = ''] = await program.prints(/Inspector: (http:\/\/127\.0\.0\.1:\d+\/[\w-]{32}\/)/)
    const page = await fetch(url)
    expect(await page.text()).toContain('<title>xstate-tcp inspector</title>')
    program.child.kill('SIGTERM')
    expect(await program.exited).toBe(0)
    await expect(fetch(url)).rejects.toThrow()
  })

  test('it sends back all of a large half-closed stream', async () => {
    const program = start()
    const client = await program.client()
    const size = 5_000_000
    client.send('x'.repeat(size))
    client.end()
    await client.closed
    expect(client.received.length).toBe(size)
    expect(client.error).toBeUndefined()
  })

  test('a handler that fails is counted and does not end the server', async () => {
    const program = start()
    const failing = await program.client()
    failing.send('fail\n')
    await failing.closed
    await program.prints(/listener policy\.called/)
    const client = await program.client()
    client.send('still here')
    await client.receives('still here')
  })

  test.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)(
    '%s drains: clients finish, the exit code is 0',
    async (signal) => {
      const program = start()
      const client = await program.client()
      client.send('before')
      await client.receives('before')
      program.child.kill(signal)
      await program.prints(/Draining: waits \d+ s for 1 connection/)
      await client.receives('The server is closing')
      client.send('after')
      await client.receives('after')
      client.end()
      await client.closed
      expect(client.error).toBeUndefined()
      expect(await program.exited).toBe(0)
      expect(program.printed).toMatch(
        /Closed\. 1 accepted, 0 dropped, 0 failed\. Drained: 1 settled, 0 destroyed\./,
      )
    },
  )

  test('a second signal cuts off what is left', async () => {
    const program = start()
    const client = await program.client()
    client.send('before')
    await client.receives('before')
    program.child.kill('SIGINT')
    await client.receives('The server is closing')
    program.child.kill('SIGINT')
    await client.closed
    expect(client.error).toBeUndefined()
    expect(await program.exited).toBe(0)
    // By the signal, not by the end of the time to drain.
    expect(program.printed).toContain('Cutting off what is left.')
    expect(program.printed).toContain('Drained: 0 settled, 1 destroyed.')
  })

  test('it ends at once with nobody connected', async () => {
    const program = start()
    await program.port()
    program.child.kill('SIGTERM')
    expect(await program.exited).toBe(0)
  })

  test('PORT that is taken, or no port at all, is an error in one line', async () => {
    const taken = createServer().listen(0, '127.0.0.1')
    await once(taken, 'listening')
    const { port } = taken.address() as { port: number }
    const program = start({ PORT: String(port) })
    expect(await program.exited).toBe(1)
    expect(program.printed).toMatch(/^listen EADDRINUSE.*\n$/)
    taken.close()
    for (const PORT of ['http', '65536', '1e3', ' ']) {
      const wrong = start({ PORT })
      expect(await wrong.exited).toBe(2)
      expect(wrong.printed).toMatch(/^PORT is to be a number.*\n$/)
    }
  })

  test('without PORT it says first that it had to take another', async () => {
    const taken = createServer().listen(7000, '127.0.0.1')
    // By whom makes no difference.
    await Promise.race([once(taken, 'listening'), once(taken, 'close')]).catch(() => {})
    const program = start({})
    const port = await program.port()
    expect(program.printed).toMatch(new RegExp(`^Port 7000 is taken, so the server is on ${port}\\.\n`))
    taken.close()
  })

  test.each([true, false])('it ends where its output is not read, asked to (%s) or not', async (isAsked) => {
    const program = start()
    const client = await program.client()
    program.child.stdout?.destroy()
    if (isAsked) program.child.kill('SIGTERM')
    else client.send('fail\n')
    client.end()
    await client.closed
    expect(await program.exited).toBe(0)
    expect(program.printed).not.toContain('Error')
  })
})
