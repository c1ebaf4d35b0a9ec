// Styled text whose width is known, so that it can be cut to a terminal's.

export type Style = 'plain' | 'bold' | 'dim' | 'lit' | 'good' | 'busy' | 'bad'

export interface Span {
  text: string
  style: Style
}

export type Line = Span[]

const CODES: Record<Style, string> = {
  plain: '',
  bold: '1',
  dim: '2',
  lit: '1;36',
  good: '32',
  busy: '33',
  bad: '31',
}

export function span(text: string, style: Style = 'plain'): Span {
  return { text, style }
}

export function widthOf(line: Line): number {
  return line.reduce((width, { text }) => width + text.length, 0)
}

/** The line as a terminal takes it, no wider than `columns`. */
export function render(line: Line, columns: number, hasColor: boolean): string {
  let left = columns
  let out = ''
  for (const { text, style } of line) {
    if (left <= 0) break
    const shown = text.length > left ? `${text.slice(0, left - 1)}…` : text
    left -= shown.length
    const code = CODES[style]
    out += hasColor && code !== '' ? `\x1b[${code}m${shown}\x1b[0m` : shown
  }
  return out
}

/** Lines no wider than `columns`, broken between spans, each indented by `indent` blanks. */
export function flow(spans: Span[], columns: number, indent: number, gap: string): Line[] {
  const lines: Line[] = []
  let line: Line = []
  for (const item of spans) {
    if (line.length > 0 && widthOf(line) + gap.length + item.text.length > columns) {
      lines.push(line)
      line = []
    }
    line.push(span(line.length === 0 ? ' '.repeat(indent) : gap), item)
  }
  if (line.length > 0) lines.push(line)
  return lines
}
