// The servers that more than one work compares, by the titles of their rows.

export const RAW = { raw: { module: 'raw' }, 'raw again': { module: 'raw' } }
/**
 * What no server can do without that gives its handler the peer's address, and waits for the
 * promise of it.
 */
export const RAW_WITH_HANDLER = { 'raw, address and promise': { module: 'raw', hasHandler: true } }
export const OURS = {
  createSock: { module: 'xstate-tcp', factory: 'createSock' },
  create: { module: 'xstate-tcp', factory: 'create' },
}
export const EFFECT = { 'Effect NodeSocketServer': { module: 'effect' } }
export const NAIVE = { 'XState, spawnChild': { module: 'naive' } }

/** The same servers, each told the same besides. */
export const withWork = (servers, work) =>
  Object.fromEntries(Object.entries(servers).map(([title, server]) => [title, { ...server, ...work }]))
