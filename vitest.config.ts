import { defineConfig } from 'vitest/config'

/** The folder of another XState than the one installed: what has to hold with each is run on it. */
const { XSTATE } = process.env

export default defineConfig({
  resolve: { alias: XSTATE ? [{ find: /^xstate(?=\/|$)/, replacement: XSTATE }] : [] },
  test: {
    // Each file gets a process of its own: descriptors, warnings and uncaught exceptions are the
    // process's.
    pool: 'forks',
    globalSetup: 'test/support/built.ts',
    // What is retained can be told only after a collection.
    execArgv: ['--expose-gc'],
    maxWorkers: 2,
    // A machine may be busy with other things.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    teardownTimeout: 60_000,
    projects: [
      {
        extends: true,
        test: { name: 'test', include: ['test/**/*.test.ts'], exclude: ['**/*.slow.test.ts'] },
      },
      {
        extends: true,
        // By kind: a real browser, the bench, heaps and thousands of connections, system calls that
        // fail.
        test: { name: 'slow', include: ['test/**/*.slow.test.ts'] },
      },
    ],
  },
})
