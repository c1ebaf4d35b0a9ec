// How the page looks.

const COLORS = `
:root {
  color-scheme: light dark;
  --bg: light-dark(#f6f7f9, #0e1116);
  --card: light-dark(#ffffff, #161b22);
  --inset: light-dark(#f3f4f7, #0f141b);
  --line: light-dark(#e2e5ea, #2a313c);
  --text: light-dark(#1b2129, #e4e8ee);
  --quiet: light-dark(#5c6675, #97a3b4);
  --accent: light-dark(#2563eb, #6ea8fe);
  --good: light-dark(#0b7a53, #3ecf8e);
  --busy: light-dark(#a15c00, #f0b03f);
  --bad: light-dark(#c2273a, #ff7b86);
  --calm: light-dark(#5c6675, #97a3b4);
  --accepted: light-dark(#0b7a53, #3ecf8e);
  --dropped: light-dark(#a15c00, #f0b03f);
  --refused: light-dark(#7444c9, #b794f6);
  --errors: light-dark(#c2273a, #ff7b86);
  --connections: light-dark(#2563eb, #6ea8fe);
  --mono: ui-monospace, "SF Mono", "Cascadia Mono", "JetBrains Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace;
  --row: 32px;
}
[data-tone=good] { --tone: var(--good) }
[data-tone=busy] { --tone: var(--busy) }
[data-tone=bad] { --tone: var(--bad) }
[data-tone=calm] { --tone: var(--calm) }
`

const LAYOUT = `
* { box-sizing: border-box }
[hidden] { display: none !important }
html { font: 14px/1.45 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "DejaVu Sans", sans-serif; background: var(--bg); color: var(--text) }
body { margin: 0; min-width: 0 }
h1, h2, h3, p, dl, dd, ol { margin: 0; padding: 0 }
h1 { font-size: 15px; font-weight: 650; letter-spacing: -.01em; white-space: nowrap }
h2, h3 { font-size: 13px; font-weight: 650 }
h3 { margin: 16px 0 6px }
code { font-family: var(--mono); font-size: .92em }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px }
.skip { position: absolute; left: -999px }
.skip:focus { left: 12px; top: 8px; z-index: 9; background: var(--card); padding: 6px 10px }
.bar { display: flex; align-items: center; gap: 14px; padding: 10px 20px; border-bottom: 1px solid var(--line); background: var(--card); position: sticky; top: 0; z-index: 5 }
.tabs { display: flex; gap: 4px; min-width: 0; overflow-x: auto; flex: 1 }
.tabs button { font-family: var(--mono); font-size: 12.5px; border-color: transparent; background: none; white-space: nowrap }
.tabs button[aria-current=true] { background: var(--inset); border-color: var(--line) }
.tabs button::before { content: ""; display: inline-block; width: 8px; height: 8px; border-radius: 4px; background: var(--tone); margin-right: 7px }
.stream { color: var(--quiet); font-size: 12.5px; white-space: nowrap }
.stream::before { content: ""; display: inline-block; width: 8px; height: 8px; border-radius: 4px; background: var(--busy); margin-right: 6px }
.stream[data-status=live]::before { background: var(--good) }
.stream[data-status=lost]::before { background: var(--bad) }
main { display: grid; gap: 14px; padding: 14px 20px 24px; max-width: 1720px; margin: 0 auto; grid-template-columns: minmax(0, 1fr) }
.card { background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: 14px 16px; min-width: 0 }
.card-head { display: flex; align-items: center; gap: 10px; margin-bottom: 10px }
.card-head input { margin-left: auto; width: 220px; min-width: 0 }
.count { color: var(--quiet); font-size: 12.5px; font-variant-numeric: tabular-nums; white-space: nowrap }
.state-line { display: flex; align-items: center; flex-wrap: wrap; gap: 6px 12px; min-height: 30px }
.pill { font: 600 13px/1 var(--mono); padding: 7px 11px; border-radius: 999px; color: var(--tone, var(--quiet)); background: color-mix(in srgb, var(--tone, var(--quiet)) 13%, transparent); white-space: nowrap }
.explanation { color: var(--quiet) }
.trouble { color: var(--bad); margin-top: 8px }
.last-transition { font: 12px/1.5 var(--mono); color: var(--quiet); min-height: 18px; margin-top: 6px; overflow-wrap: anywhere }
.last-transition b { color: var(--accent); font-weight: 600 }
@media (min-width: 1080px) {
  main { grid-template-columns: minmax(0, 1.62fr) minmax(0, 1fr) }
  .overview, .figures { grid-column: 1 / -1 }
}
@media (max-width: 560px) {
  .bar { padding: 9px 12px; gap: 8px }
  main { padding: 10px; gap: 10px }
  .card { padding: 12px; border-radius: 9px }
  .card-head { flex-wrap: wrap }
  .card-head input { width: 0; flex: 1 1 130px }
}
@media (prefers-reduced-motion: no-preference) {
  .pill, [data-state] > :is(rect, path, polygon, ellipse) { transition: color .15s, background-color .15s, fill .15s, stroke .15s }
}
`

const CONTROLS = `
button, input { font: inherit; color: inherit; background: var(--inset); border: 1px solid var(--line); border-radius: 7px; padding: 4px 10px; min-height: 30px }
button { cursor: pointer }
button:hover:not(:disabled) { border-color: var(--quiet) }
button:disabled { opacity: .45; cursor: default }
button[aria-pressed=true] { background: color-mix(in srgb, var(--accent) 16%, transparent); border-color: var(--accent) }
button.danger { color: var(--bad) }
button.quiet { border-color: transparent; background: none; margin-left: auto }
input::placeholder { color: var(--quiet); opacity: 1 }
.buttons { display: flex; flex-wrap: wrap; gap: 6px; align-items: center; margin-top: 10px }
.buttons .limit { display: inline-flex; gap: 4px; align-items: center; color: var(--quiet) }
.buttons .limit input { width: 86px; color: var(--text) }
.buttons .gap { flex: 1 }
dialog { color: inherit; background: var(--card); border: 1px solid var(--line); border-radius: 12px; padding: 16px }
dialog::backdrop { background: rgb(0 0 0 / .4) }
.confirm { max-width: min(420px, 92vw) }
.confirm .buttons { justify-content: flex-end; margin-top: 14px }
.opened { position: fixed; inset: 0 0 0 auto; margin: 0; width: min(540px, 100vw); max-width: none; height: 100dvh; max-height: none; overflow: auto; border-radius: 0; border-width: 0 0 0 1px; z-index: 6; box-shadow: -12px 0 40px rgb(0 0 0 / .16) }
.facts { display: flex; flex-wrap: wrap; gap: 10px 26px; margin: 4px 0 12px }
.facts dt { color: var(--quiet); font-size: 12px }
.facts dd { font-family: var(--mono); font-size: 13px; font-variant-numeric: tabular-nums; overflow-wrap: anywhere }
.history { list-style: none; font: 12px/1.6 var(--mono) }
.history li { display: flex; flex-wrap: wrap; gap: 0 10px; padding: 3px 0; border-top: 1px solid var(--line) }
.history time, .history .to { color: var(--quiet) }
.history .payload { flex-basis: 100%; overflow-wrap: anywhere }
`

const FIGURES = `
.figures { display: flex; flex-direction: column; gap: 14px }
.numbers { display: grid; grid-template-columns: repeat(4, minmax(0, 1fr)); gap: 12px 10px }
.number { min-width: 0 }
.number.wide { grid-column: 1 / -1 }
.number h3 { margin: 0; color: var(--quiet); font-size: 12px; font-weight: 500; display: flex; align-items: center; gap: 6px }
.number h3::before { content: ""; width: 8px; height: 3px; border-radius: 2px; background: var(--swatch) }
.number .value { font-size: 20px; font-weight: 620; letter-spacing: -.02em; font-variant-numeric: tabular-nums; line-height: 1.25 }
.number.wide .value { font-size: 30px }
.number .value small { font-size: .55em; font-weight: 450; color: var(--quiet); letter-spacing: 0 }
.number .rate { color: var(--quiet); font-size: 12px; font-variant-numeric: tabular-nums }
.number progress { appearance: none; display: block; width: 100%; height: 6px; border: 0; border-radius: 3px; background: var(--inset); overflow: hidden; margin-top: 6px }
.number progress::-webkit-progress-bar { background: var(--inset) }
.number progress::-webkit-progress-value { background: var(--connections); border-radius: 3px }
.number progress::-moz-progress-bar { background: var(--connections); border-radius: 3px }
[data-series=connections] { --swatch: var(--connections) }
[data-series=accepted] { --swatch: var(--accepted) }
[data-series=dropped] { --swatch: var(--dropped) }
[data-series=refused] { --swatch: var(--refused) }
[data-series=errors] { --swatch: var(--errors) }
.plots { display: grid; gap: 12px; margin-top: auto }
@media (min-width: 1080px) {
  .figures { display: grid; grid-template-columns: minmax(0, 1fr) minmax(0, 2fr); gap: 28px; align-items: end }
  .plots { grid-template-columns: repeat(2, minmax(0, 1fr)) }
}
.plot figcaption { display: flex; justify-content: space-between; color: var(--quiet); font-size: 12px; font-variant-numeric: tabular-nums; margin-bottom: 3px }
.plot { margin: 0 }
.plot svg { display: block; width: 100%; height: 96px; background: var(--inset); border-radius: 6px }
.plot path { fill: none; stroke: var(--swatch); stroke-width: 1.6; vector-effect: non-scaling-stroke; stroke-linejoin: round }
.plot path.area { fill: color-mix(in srgb, var(--swatch) 16%, transparent); stroke: none }
.plot path.limit { stroke: var(--quiet); stroke-width: 1; stroke-dasharray: 3 4 }
`

const LISTS = `
.list { position: relative; border: 1px solid var(--line); border-radius: 8px; overflow: hidden; display: flex; flex-direction: column; height: 400px; container-type: inline-size }
.list-head { display: grid; border-bottom: 1px solid var(--line); background: var(--inset); color: var(--quiet); font-size: 12px; padding: 0 10px; flex: none; scrollbar-gutter: stable; overflow: hidden }
.list-head > * { padding: 0; min-height: 28px; line-height: 28px; text-align: left; background: none; border: 0; border-radius: 0; color: inherit; font-size: 12px; min-width: 0 }
.list-head > [aria-sort=ascending]::after { content: " ↑" }
.list-head > [aria-sort=descending]::after { content: " ↓" }
.scroller { flex: 1; overflow-y: auto; overflow-x: hidden; position: relative; scrollbar-gutter: stable; overflow-anchor: none; contain: strict }
.scroller:focus-visible { outline-offset: -2px }
.spacer { position: relative }
.row { position: absolute; left: 0; right: 0; top: 0; height: var(--row); display: grid; align-items: center; padding: 0 10px; font-size: 12.5px; font-variant-numeric: tabular-nums; border-bottom: 1px solid color-mix(in srgb, var(--line) 60%, transparent); white-space: nowrap; contain: strict }
.row > * { overflow: hidden; text-overflow: ellipsis; min-width: 0 }
.connections .row { cursor: pointer }
.connections .row:hover { background: var(--inset) }
.row.is-active { background: color-mix(in srgb, var(--accent) 12%, transparent) }
.row.is-opened { box-shadow: inset 3px 0 var(--accent) }
.connections .row, .connections .list-head { grid-template-columns: 72px 104px minmax(0, 1fr) 76px 76px 76px; column-gap: 8px }
.row .address, .log .row { font-family: var(--mono); font-size: 12px }
.row .number-cell, .list-head .number-cell { text-align: right }
.row .state::before { content: ""; display: inline-block; width: 7px; height: 7px; border-radius: 4px; background: var(--tone); margin-right: 7px; vertical-align: 1px }
.log .row, .log .list-head { grid-template-columns: 92px 64px minmax(0, 1fr); column-gap: 8px }
.log .row { --row: 42px; grid-template-rows: auto auto; align-content: center }
.log .time, .log .source, .log .to { color: var(--quiet) }
.log .after { grid-column: 3; display: flex; gap: 10px; font-size: 11.5px; min-width: 0 }
.log .after > * { overflow: hidden; text-overflow: ellipsis }
.log .to { flex: none; max-width: 100% }
.log .missed { grid-column: 1 / -1; color: var(--busy) }
.empty { position: absolute; inset: 0; display: grid; place-items: center; color: var(--quiet); pointer-events: none; padding: 20px; text-align: center }
@container (max-width: 480px) {
  .connections .row, .connections .list-head { grid-template-columns: 46px 84px minmax(0, 1fr) 44px; column-gap: 6px }
  .connections .wide-only { display: none }
  .log .row, .log .list-head { grid-template-columns: 90px 60px minmax(0, 1fr) }
}
`

const CHART = `
.chart { margin-top: 14px; overflow: auto; border-radius: 8px }
.chart svg { display: block; width: 100%; height: auto; max-height: 560px }
@media (max-width: 560px) { .chart svg { width: auto; max-height: none } }
.chart [data-state].is-active > :is(rect, path, polygon) { stroke: var(--tone); stroke-opacity: 1; stroke-width: 2.5; fill: color-mix(in srgb, var(--tone) 18%, transparent) }
.chart [data-state].is-within > :is(rect, path, polygon):first-of-type { stroke: var(--tone); stroke-opacity: 1 }
.chart [data-edge].is-last :is(path, polygon) { stroke: var(--accent) }
.chart [data-edge].is-last text { fill: var(--accent); text-decoration: underline }
`

export const style = [COLORS, LAYOUT, CONTROLS, FIGURES, LISTS, CHART].join('')
