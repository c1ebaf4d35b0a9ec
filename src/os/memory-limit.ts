// How much memory this process may have.
import { totalmem } from 'node:os'

/** In bytes: that of the machine, or of the container (Linux: the limit of the cgroup). */
export function memoryLimit(): number {
  const total = totalmem()
  // Not in every runtime. 0, or more than there is, where nothing is limited.
  const constrained = process.constrainedMemory?.() ?? 0
  return constrained > 0 ? Math.min(constrained, total) : total
}
