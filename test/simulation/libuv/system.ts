// What the simulated handles have in common: the kernel and the loop that they are of.
import { EMFILE } from '../kernel/errno.ts'
import { type Kernel, PlainFile } from '../kernel/kernel.ts'
import { Loop } from './loop.ts'
import { Time } from './time.ts'

/** What libuv keeps for when no descriptor is left, and its flags as the library marks it. */
const RESERVE = 3
const MARKED = 0o4000

export interface SystemOptions {
  /** That the process listens on. */
  port: number
  /** A number below `count`. */
  choose: (count: number) => number
  /** A callback has thrown. */
  onThrown: (error: unknown) => void
}

export class System {
  readonly kernel: Kernel
  readonly time = new Time()
  readonly loop: Loop
  readonly choose: (count: number) => number
  readonly port: number
  /** It accepts clients to close them. */
  isShedding = false

  constructor(kernel: Kernel, { port, choose, onThrown }: SystemOptions) {
    this.kernel = kernel
    this.port = port
    this.choose = choose
    this.loop = new Loop(this.time, choose, onThrown)
    const reserve = kernel.get(RESERVE)
    if (reserve instanceof PlainFile) kernel.close(RESERVE)
    this.#openReserve('/dev/null').flags = MARKED
  }

  /** As libuv does it: where no descriptor is left, it accepts and closes all who wait. */
  accept(fd: number): number {
    const accepted = this.kernel.accept(fd)
    if (accepted !== -EMFILE || !(this.kernel.get(RESERVE) instanceof PlainFile)) return accepted
    this.kernel.close(RESERVE)
    this.isShedding = true
    let client = this.kernel.accept(fd)
    for (; client >= 0; client = this.kernel.accept(fd)) this.kernel.close(client)
    this.isShedding = false
    this.#openReserve('/')
    return client
  }

  #openReserve(path: string): PlainFile {
    const reserve = new PlainFile(path)
    this.kernel.open(reserve)
    return reserve
  }
}
