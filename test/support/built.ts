// The library is compiled once for all test files of a run, and again before each repetition where
// vitest watches.
import type { TestProject } from 'vitest/node'
import { build } from './build.ts'

export default function setup(project: TestProject): () => void {
  const { folder, again, remove } = build()
  project.provide('built', folder)
  project.onTestsRerun(() => again())
  return remove
}
