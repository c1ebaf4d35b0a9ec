/**
 * Ports that the OS does not give to clients: one of those could become a client's while a `rebind`
 * pause has let go of it, even the one that the client wants to connect to.
 */
function portForNoClient(): number {
  return 12_000 + Math.floor(Math.random() * 18_000)
}

/** Starts a server on such a port, another one where it is taken. */
export async function onPortForNoClient<Server>(
  start: (where: { port: number; host: string }) => Promise<Server>,
): Promise<Server> {
  for (;;) {
    try {
      return await start({ port: portForNoClient(), host: '127.0.0.1' })
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error
    }
  }
}
