// How the native part of Node tells the part in JavaScript what came of a read or a write: by an
// array that both know. There is no public way to it; `process.binding` is documented, and
// deprecated for programs.

interface StreamBinding {
  readonly streamBaseState: Int32Array
  readonly kReadBytesOrError: number
  readonly kArrayBufferOffset: number
  readonly kBytesWritten: number
  readonly kLastWriteWasAsync: number
}

const { binding } = process as unknown as { binding: (name: string) => object }
const { streamBaseState, ...index } = binding.call(process, 'stream_wrap') as StreamBinding

/** What `onread` is about to ask for: a number of bytes, or an error. */
export function tellRead(bytesOrError: number): void {
  streamBaseState[index.kReadBytesOrError] = bytesOrError
  streamBaseState[index.kArrayBufferOffset] = 0
}

/** What a write is about to ask for. */
export function tellWrite(bytes: number, isAsync: boolean): void {
  streamBaseState[index.kBytesWritten] = bytes
  streamBaseState[index.kLastWriteWasAsync] = Number(isAsync)
}

/** The class of the native handles of TCP: Node tells a handle by it. */
export const { TCP } = binding.call(process, 'tcp_wrap') as { TCP: { prototype: object } }
