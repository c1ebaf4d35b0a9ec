// How pictures look. It is said twice: in a style, which knows light and dark, and in attributes,
// which the style overrides, for renderers that know no more of CSS than rules.

type Look = Readonly<Record<string, string>>

/** The colours, in light and in dark. */
const COLORS = {
  ink: ['#1f2328', '#e6edf3'],
  paper: ['#ffffff', '#0d1117'],
  box: ['#f6f8fa', '#161b22'],
  border: ['#8c959f', '#6e7681'],
  quiet: ['#59636e', '#9198a1'],
  edge: ['#6e7781', '#8b949e'],
  event: ['#0550ae', '#79c0ff'],
} as const

/** By selector: a colour by its name, anything else as it is. Later ones win, as in the style. */
const LOOKS = {
  '.state > rect': { fill: 'box', stroke: 'border' },
  '.outer > rect': { fill: 'paper', stroke: 'border' },
  '.final > rect': { fill: 'box', stroke: 'border', 'stroke-width': '3' },
  '.any > rect': { fill: 'none', stroke: 'border', 'stroke-dasharray': '4 3' },
  '.start > circle': { fill: 'ink', stroke: 'none' },
  '.edge > path': { fill: 'none', stroke: 'edge' },
  '.edge > polygon': { fill: 'edge', stroke: 'edge' },
  '.name': { fill: 'ink', 'font-weight': '600' },
  '.description': { fill: 'quiet' },
  '.inner': { fill: 'event' },
  '.event': { fill: 'event' },
} as const satisfies Record<string, Look>

export type Selector = keyof typeof LOOKS

/** What a line of text is, and how large it is, in points: the layout depends on it. */
export const SIZES = { name: 12, description: 10, inner: 10, event: 11 } as const
export type TextKind = keyof typeof SIZES

const isColor = (value: string): value is keyof typeof COLORS => Object.hasOwn(COLORS, value)

/** In light, as attributes. */
export function attributesOf(selector: Selector): string {
  return Object.entries(LOOKS[selector])
    .map(([name, value]) => ` ${name}="${isColor(value) ? COLORS[value][0] : value}"`)
    .join('')
}

/** What the picture lies on, as attributes. */
export const paper = `fill="${COLORS.paper[0]}"`

/** For renderers that do not know the fonts of the style. */
export const fonts = 'DejaVu Sans, Verdana, sans-serif'

/**
 * The style of every picture. A rule overrides attributes even where its values are not understood:
 * so it is only for those who know variables.
 */
export const style = `@supports (color: var(--ink)) {
  .picture {
    ${variables(0)}
    font-family: system-ui, -apple-system, "Segoe UI", "DejaVu Sans", sans-serif;
  }
  @media (prefers-color-scheme: dark) {
    .picture {
      ${variables(1).replaceAll('\n', '\n  ')}
    }
  }
  .picture:root {
    background: var(--paper);
  }
  .picture > .paper {
    fill: none;
  }
${Object.entries(LOOKS)
  .map(([selector, look]) => rule(selector, look))
  .join('\n')}
}
`

function variables(scheme: 0 | 1): string {
  const { ink, ...others } = COLORS
  return [
    `color: ${ink[scheme]};`,
    ...Object.entries(others).map(([name, values]) => `--${name}: ${values[scheme]};`),
  ].join('\n    ')
}

function rule(selector: string, look: Look): string {
  const written = (value: string) =>
    value === 'ink' ? 'currentColor' : isColor(value) ? `var(--${value})` : value
  const declarations = Object.entries(look).map(([name, value]) => `    ${name}: ${written(value)};`)
  return [`  .picture ${selector} {`, ...declarations, '  }'].join('\n')
}
