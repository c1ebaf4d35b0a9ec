/** Node's own handle of a server or a socket. Not documented, and stable for ten years. */
export interface NativeHandle {
  /** -1 on Windows and Deno. */
  readonly fd?: number
  close?(callback?: () => void): void
}

/** `undefined` while it is not open. */
export function nativeHandleOf(owner: object): NativeHandle | undefined {
  return (owner as { _handle?: NativeHandle | null })._handle ?? undefined
}
