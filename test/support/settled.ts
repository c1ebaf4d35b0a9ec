/** Whether a promise has settled by the end of this turn of the event loop and the next. */
export async function hasSettled(promise: Promise<unknown>): Promise<boolean> {
  const pending = Symbol('pending')
  const turns = async () => {
    for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve))
    return pending
  }
  return (await Promise.race([promise, turns()])) !== pending
}
