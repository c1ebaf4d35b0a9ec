// Reads the pixels of a PNG file, as far as it is written by renderers: 8 bits, RGB or RGBA, not
// interlaced.
import { inflateSync } from 'node:zlib'

export interface Picture {
  width: number
  height: number
  /** 0xrrggbb; -1 where nothing was drawn. */
  at(x: number, y: number): number
}

export function readPng(file: Buffer): Picture {
  const width = file.readUInt32BE(16)
  const height = file.readUInt32BE(20)
  const [depth, kind, , , interlaced] = file.subarray(24, 29)
  if (depth !== 8 || (kind !== 2 && kind !== 6) || interlaced) throw new Error('not that kind of PNG')
  const size = kind === 6 ? 4 : 3
  const parts: Buffer[] = []
  for (let place = 8; place < file.length; ) {
    const length = file.readUInt32BE(place)
    if (file.toString('latin1', place + 4, place + 8) === 'IDAT')
      parts.push(file.subarray(place + 8, place + 8 + length))
    place += length + 12
  }
  const raw = inflateSync(Buffer.concat(parts))
  const stride = width * size
  const pixels = Buffer.alloc(stride * height)
  for (let y = 0; y < height; y++) {
    const filter = raw[y * (stride + 1)]
    for (let x = 0; x < stride; x++) {
      const place = y * stride + x
      const left = x < size ? 0 : (pixels[place - size] as number)
      const above = y === 0 ? 0 : (pixels[place - stride] as number)
      const corner = x < size || y === 0 ? 0 : (pixels[place - stride - size] as number)
      pixels[place] = (raw[y * (stride + 1) + 1 + x] as number) + guess(filter as number, left, above, corner)
    }
  }
  return {
    width,
    height,
    at: (x, y) => {
      const place = y * stride + x * size
      if (size === 4 && pixels[place + 3] === 0) return -1
      return pixels.readUIntBE(place, 3)
    },
  }
}

function guess(filter: number, left: number, above: number, corner: number): number {
  if (filter === 1) return left
  if (filter === 2) return above
  if (filter === 3) return (left + above) >> 1
  return filter === 4 ? paeth(left, above, corner) : 0
}

function paeth(left: number, above: number, corner: number): number {
  const sum = left + above - corner
  const toLeft = Math.abs(sum - left)
  const toAbove = Math.abs(sum - above)
  const toCorner = Math.abs(sum - corner)
  if (toLeft <= toAbove && toLeft <= toCorner) return left
  return toAbove <= toCorner ? above : corner
}
