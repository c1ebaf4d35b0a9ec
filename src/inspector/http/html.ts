// The page, without anything in it but the charts.
import { pictures } from './pictures.ts'

const STYLE = /<style[^>]*>([\s\S]*?)<\/style>/g

/** A picture as a part of the page, whose policy lets in styles from files only. */
function inline(picture: string): string {
  return picture.replace(/^[\s\S]*?(?=<svg)/, '').replaceAll(STYLE, '')
}

/** The styles of the pictures. */
export const pictureStyle = [
  ...new Set(
    Object.values(pictures).flatMap((picture) =>
      Array.from(picture.matchAll(STYLE), ([, style = '']) => style),
    ),
  ),
].join('\n')

const ICON =
  "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E%3Crect x='1' y='4' width='14' height='8' rx='3' fill='%2310b981'/%3E%3C/svg%3E"

export const html = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>xstate-tcp inspector</title>
<link rel="icon" href="${ICON}">
<link rel="stylesheet" href="style.css">
<script type="module" src="inspector/page/main.js"></script>
</head>
<body>
<a class="skip" href="#connections">Skip to the connections</a>
<header class="bar">
  <h1>xstate-tcp</h1>
  <nav id="servers" class="tabs" aria-label="Servers"></nav>
  <p id="stream" class="stream" role="status" data-status="connecting">connecting</p>
</header>
<main>
  <section id="overview" class="card overview" aria-labelledby="state">
    <div class="state-line">
      <h2 id="state" class="pill" aria-live="polite">…</h2>
      <p id="explanation" class="explanation">No server yet. Give <code>inspector.inspect</code> to <code>Server.create</code>.</p>
    </div>
    <div id="controls"></div>
    <p id="trouble" class="trouble" role="alert" hidden></p>
    <div id="listener-chart" class="chart" tabindex="0" role="group" aria-label="The listener’s chart">${inline(pictures.listener)}</div>
    <p id="last-transition" class="last-transition"></p>
  </section>
  <section class="card figures" aria-label="Counts">
    <div id="numbers" class="numbers"></div>
    <div id="plots" class="plots"></div>
  </section>
  <section class="card list-card" aria-labelledby="connections-title">
    <div class="card-head">
      <h2 id="connections-title">Connections</h2>
      <p id="connections-count" class="count"></p>
      <input id="connections-search" type="search" placeholder="Search address, state, #" aria-label="Search connections" autocomplete="off" spellcheck="false">
    </div>
    <div id="connections" class="list"></div>
  </section>
  <section class="card list-card" aria-labelledby="log-title">
    <div class="card-head">
      <h2 id="log-title">Events</h2>
      <p id="log-count" class="count"></p>
      <input id="log-filter" type="search" placeholder="Filter events" aria-label="Filter events" autocomplete="off" spellcheck="false">
      <button id="log-pause" type="button" aria-pressed="false">Freeze</button>
    </div>
    <div id="log" class="list"></div>
  </section>
</main>
<dialog id="opened" class="opened" aria-labelledby="opened-title">
  <div class="card-head">
    <h2 id="opened-title"></h2>
    <p id="opened-state" class="pill"></p>
    <button id="opened-close" type="button" class="quiet" aria-label="Close this connection’s details">✕</button>
  </div>
  <dl id="opened-facts" class="facts"></dl>
  <div id="opened-controls"></div>
  <div id="connection-chart" class="chart" tabindex="0" role="group" aria-label="The connection’s chart">${inline(pictures.connection)}</div>
  <h3>Last events</h3>
  <ol id="opened-history" class="history"></ol>
</dialog>
<dialog id="confirm" class="confirm" aria-labelledby="confirm-text">
  <p id="confirm-text"></p>
  <div class="buttons"><button id="confirm-no" type="button">Cancel</button><button id="confirm-yes" type="button" class="danger">Yes</button></div>
</dialog>
<noscript><p class="trouble">The inspector needs JavaScript, all of which comes from this address.</p></noscript>
</body>
</html>
`
