/** The last release of Node whose streams speak with their handles as the simulated ones do. */
const LAST = 24

/** Why nothing can be simulated on this release of Node; `undefined` where it can. */
export const unsupported: string | undefined =
  Number.parseInt(process.versions.node, 10) > LAST
    ? `The simulated handles are those of Node 20 to ${LAST}, but this is ${process.versions.node}`
    : undefined
