import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // Each file gets a process of its own: descriptors, warnings and uncaught exceptions are the process's.
    pool: 'forks',
    // What is retained can be told only after a collection.
    execArgv: ['--expose-gc'],
    maxWorkers: 2,
    // A machine may be busy with other things.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    teardownTimeout: 60_000,
  },
})
