// The charts for the page, drawn by `npm run visualize`.
export const pictures = {
  listener: `<svg xmlns="http://www.w3.org/2000/svg" class="picture" role="img" aria-label="The listener chart" width="1510" height="572" viewBox="0.00 0.00 1510.00 572.00" font-family="DejaVu Sans, Verdana, sans-serif">
<style>
@supports (color: var(--ink)) {
.picture { color: #1f2328; --paper: #ffffff; --box: #f6f8fa; --border: #8c959f; --quiet: #59636e; --edge: #6e7781; --event: #0550ae; font-family: system-ui, -apple-system, "Segoe UI", "DejaVu Sans", sans-serif }
@media (prefers-color-scheme: dark) { .picture { color: #e6edf3; --paper: #0d1117; --box: #161b22; --border: #6e7681; --quiet: #9198a1; --edge: #8b949e; --event: #79c0ff } }
.picture:root { background: var(--paper) }
.picture > .paper { fill: none }
.picture text { fill: currentColor }
.picture .state > path { fill: var(--box); stroke: var(--border) }
.picture .state > polygon { fill: var(--box); stroke: var(--border) }
.picture .outer > path { fill: var(--paper); stroke: var(--border) }
.picture .outer > polygon { fill: var(--paper); stroke: var(--border) }
.picture .final > path { stroke-width: 3 }
.picture .any > path { fill: none; stroke: var(--border); stroke-dasharray: 4 3 }
.picture .start > ellipse { fill: currentColor; stroke: none }
.picture .edge > path { fill: none; stroke: var(--edge) }
.picture .edge > polygon { fill: var(--edge); stroke: var(--edge) }
.picture .label > text { fill: var(--event) }
.picture .name { fill: currentColor; font-weight: 600 }
.picture .description { fill: var(--quiet) }
.picture .inner { fill: var(--event) }
}
</style>
<rect class="paper" width="100%" height="100%" fill="#ffffff"/>
<g transform="scale(1 1) rotate(0) translate(7.2 564.32)">
<g class="outer" data-state="accept-paused"><title>accept(2) is not called. Existing connections are served; new clients wait in the kernel or are refused.</title>
<path d="M439.39,-8C439.39,-8 671.39,-8 671.39,-8 677.39,-8 683.39,-14 683.39,-20 683.39,-20 683.39,-400.12 683.39,-400.12 683.39,-406.12 677.39,-412.12 671.39,-412.12 671.39,-412.12 439.39,-412.12 439.39,-412.12 433.39,-412.12 427.39,-406.12 427.39,-400.12 427.39,-400.12 427.39,-20 427.39,-20 427.39,-14 433.39,-8 439.39,-8" fill="#ffffff" stroke="#8c959f"/>
<text class="name" text-anchor="start" x="576.23" y="-397.32" font-size="12.00" fill="#1f2328" font-weight="600">accept&#45;paused</text>
</g>
<g class="outer" data-state="dropping"><title>Each incoming connection is accepted and closed at once; existing ones go on. Wins over the limit and over a pause.</title>
<path d="M848.39,-173.68C848.39,-173.68 1049.39,-173.68 1049.39,-173.68 1055.39,-173.68 1061.39,-179.68 1061.39,-185.68 1061.39,-185.68 1061.39,-537.12 1061.39,-537.12 1061.39,-543.12 1055.39,-549.12 1049.39,-549.12 1049.39,-549.12 848.39,-549.12 848.39,-549.12 842.39,-549.12 836.39,-543.12 836.39,-537.12 836.39,-537.12 836.39,-185.68 836.39,-185.68 836.39,-179.68 842.39,-173.68 848.39,-173.68" fill="#ffffff" stroke="#8c959f"/>
<text class="name" text-anchor="start" x="991.97" y="-534.32" font-size="12.00" fill="#1f2328" font-weight="600">dropping</text>
</g>
<g class="outer" data-state="closing"><title>No handler starts any more; the listening descriptor is being closed.</title>
<path d="M1225.39,-253.24C1225.39,-253.24 1385.39,-253.24 1385.39,-253.24 1391.39,-253.24 1397.39,-259.24 1397.39,-265.24 1397.39,-265.24 1397.39,-465.68 1397.39,-465.68 1397.39,-471.68 1391.39,-477.68 1385.39,-477.68 1385.39,-477.68 1225.39,-477.68 1225.39,-477.68 1219.39,-477.68 1213.39,-471.68 1213.39,-465.68 1213.39,-465.68 1213.39,-265.24 1213.39,-265.24 1213.39,-259.24 1219.39,-253.24 1225.39,-253.24" fill="#ffffff" stroke="#8c959f"/>
<text class="name" text-anchor="start" x="1340.83" y="-462.88" font-size="12.00" fill="#1f2328" font-weight="600">closing</text>
</g>
<g class="outer" data-state="closed"><title>The listening descriptor is closed. Handlers that run are left to finish.</title>
<path d="M1081.39,-60.4C1081.39,-60.4 1239.39,-60.4 1239.39,-60.4 1245.39,-60.4 1251.39,-66.4 1251.39,-72.4 1251.39,-72.4 1251.39,-233.24 1251.39,-233.24 1251.39,-239.24 1245.39,-245.24 1239.39,-245.24 1239.39,-245.24 1081.39,-245.24 1081.39,-245.24 1075.39,-245.24 1069.39,-239.24 1069.39,-233.24 1069.39,-233.24 1069.39,-72.4 1069.39,-72.4 1069.39,-66.4 1075.39,-60.4 1081.39,-60.4" fill="#ffffff" stroke="#8c959f"/>
<text class="name" text-anchor="start" x="1199.51" y="-230.44" font-size="12.00" fill="#1f2328" font-weight="600">closed</text>
</g>
<g class="state" data-state="listening"><title>There is room: each connection is admitted and gets a handler.</title>
<path d="M256.42,-373.72C256.42,-373.72 198.36,-373.72 198.36,-373.72 194.19,-373.72 190.02,-369.55 190.02,-365.37 190.02,-365.37 190.02,-357.03 190.02,-357.03 190.02,-352.85 194.19,-348.68 198.36,-348.68 198.36,-348.68 256.42,-348.68 256.42,-348.68 260.59,-348.68 264.76,-352.85 264.76,-357.03 264.76,-357.03 264.76,-365.37 264.76,-365.37 264.76,-369.55 260.59,-373.72 256.42,-373.72" fill="#f6f8fa" stroke="#8c959f"/>
<text class="name" text-anchor="start" x="198.22" y="-358.6" font-size="12.00" fill="#1f2328" font-weight="600">listening</text>
</g>
<g class="label" data-edge="1" data-source="listening" data-target="accept-paused" data-events="always">
<text text-anchor="start" x="270.31" y="-323.68" font-size="11.00" fill="#0550ae">always [isPausedByHand]</text>
<text text-anchor="start" x="270.31" y="-308.48" font-size="11.00" fill="#0550ae">always [isFull]</text>
</g>
<g class="edge" data-edge="1" data-source="listening" data-target="accept-paused" data-events="always">
<path d="M262.52,-348.27C274.3,-344.27 287.54,-339.77 299.77,-335.62" fill="none" stroke="#6e7781"/>
</g>
<g class="label" data-edge="2" data-source="listening" data-target="dropping.open" data-events="drop.start">
<text text-anchor="start" x="1" y="-316.08" font-size="11.00" fill="#0550ae">drop.start</text>
</g>
<g class="edge" data-edge="2" data-source="listening" data-target="dropping.open" data-events="drop.start">
<path d="M189.74,-357.13C156.16,-353.79 105.88,-347.3 63.39,-335.68 56.31,-333.74 48.72,-330.78 42.43,-328.07" fill="none" stroke="#6e7781"/>
</g>
<g class="label" data-edge="3" data-source="listening" data-target="accept-paused.exhausted" data-events="accept.exhausted">
<text text-anchor="start" x="156.95" y="-316.08" font-size="11.00" fill="#0550ae">accept.exhausted</text>
</g>
<g class="edge" data-edge="3" data-source="listening" data-target="accept-paused.exhausted" data-events="accept.exhausted">
<path d="M220.67,-348.37C216.83,-341.61 212.16,-333.4 209,-327.84" fill="none" stroke="#6e7781"/>
</g>
<g class="label" data-edge="4" data-source="listening" data-target="accept-paused.retrying" data-events="accept.failed">
<text text-anchor="start" x="71.53" y="-316.08" font-size="11.00" fill="#0550ae">accept.failed</text>
</g>
<g class="edge" data-edge="4" data-source="listening" data-target="accept-paused.retrying" data-events="accept.failed">
<path d="M189.67,-348.46C176.87,-344.45 162.5,-339.9 149.39,-335.68 141.76,-333.22 133.38,-330.47 126.06,-328.04" fill="none" stroke="#6e7781"/>
</g>
<g class="state" data-state="accept-paused.waiting"><title>Full, or paused by hand, or both.</title>
<path d="M613.43,-292.28C613.43,-292.28 563.35,-292.28 563.35,-292.28 559.17,-292.28 555,-288.11 555,-283.93 555,-283.93 555,-275.59 555,-275.59 555,-271.41 559.17,-267.24 563.35,-267.24 563.35,-267.24 613.43,-267.24 613.43,-267.24 617.61,-267.24 621.78,-271.41 621.78,-275.59 621.78,-275.59 621.78,-283.93 621.78,-283.93 621.78,-288.11 617.61,-292.28 613.43,-292.28" fill="#f6f8fa" stroke="#8c959f"/>
<text class="name" text-anchor="start" x="563.2" y="-277.16" font-size="12.00" fill="#1f2328" font-weight="600">waiting</text>
</g>
<g class="label" data-edge="6" data-source="accept-paused" data-target="dropping" data-events="drop.start">
<text text-anchor="start" x="767" y="-316.08" font-size="11.00" fill="#0550ae">drop.start</text>
</g>
<g class="edge" data-edge="6" data-source="accept-paused" data-target="dropping" data-events="drop.start">
<path d="M683.39,-290.49C708.04,-294.09 734.4,-298.91 758.39,-305.28 765.66,-307.21 773.46,-310.17 779.94,-312.89" fill="none" stroke="#6e7781"/>
</g>
<g class="label" data-edge="7" data-source="accept-paused.waiting" data-target="accept-paused.opening" data-events="always resume">
<text text-anchor="start" x="496.88" y="-206.08" font-size="11.00" fill="#0550ae">always [canAccept]</text>
<text text-anchor="start" x="496.88" y="-190.88" font-size="11.00" fill="#0550ae">resume [refusesByHandOnly]</text>
</g>
<g class="edge" data-edge="7" data-source="accept-paused.waiting" data-target="accept-paused.opening" data-events="always resume">
<path d="M586.83,-267.06C585.06,-253.82 582.18,-232.24 580.28,-218.05" fill="none" stroke="#6e7781"/>
</g>
<g class="state" data-state="accept-paused.opening"><title>The acceptor was asked to accept again; at once after a hold, later after a rebind.</title>
<path d="M587.34,-165.68C587.34,-165.68 533.44,-165.68 533.44,-165.68 529.27,-165.68 525.1,-161.51 525.1,-157.33 525.1,-157.33 525.1,-148.99 525.1,-148.99 525.1,-144.81 529.27,-140.64 533.44,-140.64 533.44,-140.64 587.34,-140.64 587.34,-140.64 591.51,-140.64 595.68,-144.81 595.68,-148.99 595.68,-148.99 595.68,-157.33 595.68,-157.33 595.68,-161.51 591.51,-165.68 587.34,-165.68" fill="#f6f8fa" stroke="#8c959f"/>
<text class="name" text-anchor="start" x="533.3" y="-150.56" font-size="12.00" fill="#1f2328" font-weight="600">opening</text>
</g>
<g class="label" data-edge="8" data-source="accept-paused.opening" data-target="listening" data-events="acceptor.ready">
<text text-anchor="start" x="390.19" y="-430.92" font-size="11.00" fill="#0550ae">acceptor.ready</text>
</g>
<g class="edge" data-edge="8" data-source="accept-paused.opening" data-target="listening" data-events="acceptor.ready">
<path d="M524.78,-156.89C511.95,-159.52 498.22,-164.47 488.39,-173.68 452.36,-207.43 452.39,-229.39 452.39,-278.76 452.39,-321.48 452.39,-321.48 452.39,-321.48 452.39,-362.53 438.79,-410.58 433.48,-427.79" fill="none" stroke="#6e7781"/>
</g>
<g class="label" data-edge="9" data-source="accept-paused.opening" data-target="accept-paused.retrying" data-events="acceptor.failed">
<text text-anchor="start" x="442.84" y="-115.64" font-size="11.00" fill="#0550ae">acceptor.failed</text>
</g>
<g class="edge" data-edge="9" data-source="accept-paused.opening" data-target="accept-paused.retrying" data-events="acceptor.failed">
<path d="M530.84,-140.22C520.15,-135.9 508.49,-131.18 499.4,-127.51" fill="none" stroke="#6e7781"/>
</g>
<g class="label" data-edge="10" data-source="accept-paused.opening" data-target="accept-paused.exhausted" data-events="accept.exhausted">
<text text-anchor="start" x="555.95" y="-115.64" font-size="11.00" fill="#0550ae">accept.exhausted</text>
</g>
<g class="edge" data-edge="10" data-source="accept-paused.opening" data-target="accept-paused.exhausted" data-events="accept.exhausted">
<path d="M577.28,-140.22C583.38,-135.9 590.05,-131.18 595.24,-127.51" fill="none" stroke="#6e7781"/>
</g>
<g class="state" data-state="accept-paused.retrying"><title>Listening or accepting failed, the address is taken for instance: try again after a growing delay.</title>
<path d="M510.35,-99.44C510.35,-99.44 456.43,-99.44 456.43,-99.44 452.25,-99.44 448.08,-95.27 448.08,-91.09 448.08,-91.09 448.08,-82.75 448.08,-82.75 448.08,-78.57 452.25,-74.4 456.43,-74.4 456.43,-74.4 510.35,-74.4 510.35,-74.4 514.52,-74.4 518.7,-78.57 518.7,-82.75 518.7,-82.75 518.7,-91.09 518.7,-91.09 518.7,-95.27 514.52,-99.44 510.35,-99.44" fill="#f6f8fa" stroke="#8c959f"/>
<text class="name" text-anchor="start" x="456.28" y="-84.32" font-size="12.00" fill="#1f2328" font-weight="600">retrying</text>
</g>
<g class="label" data-edge="11" data-source="accept-paused.retrying" data-target="accept-paused.opening" data-events="retry.due">
<text text-anchor="start" x="479.81" y="-32.8" font-size="11.00" fill="#0550ae">retry.due</text>
</g>
<g class="edge" data-edge="11" data-source="accept-paused.retrying" data-target="accept-paused.opening" data-events="retry.due">
<path d="M488.72,-74.37C492.99,-65.1 498.83,-52.42 502.35,-44.8" fill="none" stroke="#6e7781"/>
</g>
<g class="state" data-state="accept-paused.exhausted"><title>The process is about to run out of file descriptors: wait for some to be closed.</title>
<path d="M639.27,-99.44C639.27,-99.44 569.51,-99.44 569.51,-99.44 565.34,-99.44 561.16,-95.27 561.16,-91.09 561.16,-91.09 561.16,-82.75 561.16,-82.75 561.16,-78.57 565.34,-74.4 569.51,-74.4 569.51,-74.4 639.27,-74.4 639.27,-74.4 643.44,-74.4 647.62,-78.57 647.62,-82.75 647.62,-82.75 647.62,-91.09 647.62,-91.09 647.62,-95.27 643.44,-99.44 639.27,-99.44" fill="#f6f8fa" stroke="#8c959f"/>
<text class="name" text-anchor="start" x="569.36" y="-84.32" font-size="12.00" fill="#1f2328" font-weight="600">exhausted</text>
</g>
<g class="label" data-edge="12" data-source="accept-paused.exhausted" data-target="accept-paused.opening" data-events="connection.settled retry.due">
<text text-anchor="start" x="560.9" y="-40.4" font-size="11.00" fill="#0550ae">connection.settled</text>
<text text-anchor="start" x="560.9" y="-25.2" font-size="11.00" fill="#0550ae">retry.due</text>
</g>
<g class="edge" data-edge="12" data-source="accept-paused.exhausted" data-target="accept-paused.opening" data-events="connection.settled retry.due">
<path d="M606.08,-74.37C607.06,-67.75 608.28,-59.39 609.31,-52.37" fill="none" stroke="#6e7781"/>
</g>
<g class="start">
<ellipse cx="553.39" cy="-320.48" rx="3.96" ry="3.96" fill="#1f2328" stroke="none"/>
</g>
<g class="edge">
<path d="M555.49,-316.57C557.63,-313.65 561.11,-309.04 564.39,-305.28 566.34,-303.04 568.45,-300.74 570.57,-298.49" fill="none" stroke="#6e7781"/>
<polygon points="571.99,-300.55 575.09,-293.81 568.46,-297.14 571.99,-300.55" fill="#6e7781" stroke="#6e7781"/>
</g>
<g class="any">
<path d="M660.64,-373.72C660.64,-373.72 500.14,-373.72 500.14,-373.72 495.97,-373.72 491.79,-369.55 491.79,-365.37 491.79,-365.37 491.79,-357.03 491.79,-357.03 491.79,-352.85 495.97,-348.68 500.14,-348.68 500.14,-348.68 660.64,-348.68 660.64,-348.68 664.81,-348.68 668.99,-352.85 668.99,-357.03 668.99,-357.03 668.99,-365.37 668.99,-365.37 668.99,-369.55 664.81,-373.72 660.64,-373.72" fill="none" stroke="#8c959f" stroke-dasharray="4 3"/>
<text class="name" text-anchor="start" x="499.99" y="-358.6" font-size="12.00" fill="#1f2328" font-weight="600">in any of accept&#45;paused</text>
</g>
<g class="label" data-edge="5" data-source="accept-paused" data-target="accept-paused.waiting" data-events="pause">
<text text-anchor="start" x="572.04" y="-316.08" font-size="11.00" fill="#0550ae">pause</text>
</g>
<g class="edge" data-edge="5" data-source="accept-paused" data-target="accept-paused.waiting" data-events="pause">
<path d="M582.83,-348.37C584.23,-341.61 585.93,-333.4 587.08,-327.84" fill="none" stroke="#6e7781"/>
</g>
<g class="state" data-state="dropping.open"><title>Accepting in order to close.</title>
<path d="M907.04,-510.72C907.04,-510.72 869.74,-510.72 869.74,-510.72 865.56,-510.72 861.39,-506.55 861.39,-502.37 861.39,-502.37 861.39,-494.03 861.39,-494.03 861.39,-489.85 865.56,-485.68 869.74,-485.68 869.74,-485.68 907.04,-485.68 907.04,-485.68 911.22,-485.68 915.39,-489.85 915.39,-494.03 915.39,-494.03 915.39,-502.37 915.39,-502.37 915.39,-506.55 911.22,-510.72 907.04,-510.72" fill="#f6f8fa" stroke="#8c959f"/>
<text class="name" text-anchor="start" x="871.82" y="-495.6" font-size="12.00" fill="#1f2328" font-weight="600">open</text>
</g>
<g class="label" data-edge="13" data-source="dropping.open" data-target="listening" data-events="drop.stop">
<text text-anchor="start" x="296.05" y="-430.92" font-size="11.00" fill="#0550ae">drop.stop</text>
</g>
<g class="edge" data-edge="13" data-source="dropping.open" data-target="listening" data-events="drop.stop">
<path d="M860.92,-497.03C762.05,-496.32 427.8,-492.78 382.39,-477.68 360.54,-470.41 339.43,-452.57 329.05,-442.87" fill="none" stroke="#6e7781"/>
</g>
<g class="label" data-edge="14" data-source="dropping.open" data-target="dropping.retrying" data-events="accept.exhausted accept.failed">
<text text-anchor="start" x="850.95" y="-438.52" font-size="11.00" fill="#0550ae">accept.exhausted</text>
<text text-anchor="start" x="850.95" y="-423.32" font-size="11.00" fill="#0550ae">accept.failed</text>
</g>
<g class="edge" data-edge="14" data-source="dropping.open" data-target="dropping.retrying" data-events="accept.exhausted accept.failed">
<path d="M890.51,-485.46C892.33,-475.37 894.97,-460.81 896.89,-450.15" fill="none" stroke="#6e7781"/>
</g>
<g class="state" data-state="dropping.opening"><title>A paused server polls nothing: the acceptor was asked to accept again.</title>
<path d="M915.34,-292.28C915.34,-292.28 861.44,-292.28 861.44,-292.28 857.27,-292.28 853.1,-288.11 853.1,-283.93 853.1,-283.93 853.1,-275.59 853.1,-275.59 853.1,-271.41 857.27,-267.24 861.44,-267.24 861.44,-267.24 915.34,-267.24 915.34,-267.24 919.51,-267.24 923.68,-271.41 923.68,-275.59 923.68,-275.59 923.68,-283.93 923.68,-283.93 923.68,-288.11 919.51,-292.28 915.34,-292.28" fill="#f6f8fa" stroke="#8c959f"/>
<text class="name" text-anchor="start" x="861.3" y="-277.16" font-size="12.00" fill="#1f2328" font-weight="600">opening</text>
</g>
<g class="label" data-edge="15" data-source="dropping.opening" data-target="dropping.open" data-events="acceptor.ready">
<text text-anchor="start" x="964.19" y="-198.48" font-size="11.00" fill="#0550ae">acceptor.ready</text>
</g>
<g class="edge" data-edge="15" data-source="dropping.opening" data-target="dropping.open" data-events="acceptor.ready">
<path d="M915.57,-266.89C928.06,-261 942.86,-253.41 955.39,-245.24 972,-234.42 989.41,-218.93 998.66,-210.3" fill="none" stroke="#6e7781"/>
</g>
<g class="label" data-edge="16" data-source="dropping.opening" data-target="dropping.retrying" data-events="acceptor.failed accept.exhausted">
<text text-anchor="start" x="850.95" y="-206.08" font-size="11.00" fill="#0550ae">acceptor.failed</text>
<text text-anchor="start" x="850.95" y="-190.88" font-size="11.00" fill="#0550ae">accept.exhausted</text>
</g>
<g class="edge" data-edge="16" data-source="dropping.opening" data-target="dropping.retrying" data-events="acceptor.failed accept.exhausted">
<path d="M890.11,-267.06C892.05,-253.82 895.22,-232.24 897.31,-218.05" fill="none" stroke="#6e7781"/>
</g>
<g class="label" data-edge="17" data-source="dropping.opening" data-target="accept-paused" data-events="drop.stop">
<text text-anchor="start" x="733.05" y="-198.48" font-size="11.00" fill="#0550ae">drop.stop</text>
</g>
<g class="edge" data-edge="17" data-source="dropping.opening" data-target="accept-paused" data-events="drop.stop">
<path d="M867.95,-266.9C840.38,-250.89 792.25,-222.96 770.56,-210.36" fill="none" stroke="#6e7781"/>
</g>
<g class="state" data-state="dropping.retrying"><title>Listening or accepting failed: try again after a growing delay.</title>
<path d="M919.35,-373.72C919.35,-373.72 865.43,-373.72 865.43,-373.72 861.25,-373.72 857.08,-369.55 857.08,-365.37 857.08,-365.37 857.08,-357.03 857.08,-357.03 857.08,-352.85 861.25,-348.68 865.43,-348.68 865.43,-348.68 919.35,-348.68 919.35,-348.68 923.52,-348.68 927.7,-352.85 927.7,-357.03 927.7,-357.03 927.7,-365.37 927.7,-365.37 927.7,-369.55 923.52,-373.72 919.35,-373.72" fill="#f6f8fa" stroke="#8c959f"/>
<text class="name" text-anchor="start" x="865.28" y="-358.6" font-size="12.00" fill="#1f2328" font-weight="600">retrying</text>
</g>
<g class="label" data-edge="18" data-source="dropping.retrying" data-target="dropping.opening" data-events="retry.due">
<text text-anchor="start" x="851.81" y="-316.08" font-size="11.00" fill="#0550ae">retry.due</text>
</g>
<g class="edge" data-edge="18" data-source="dropping.retrying" data-target="dropping.opening" data-events="retry.due">
<path d="M887.81,-348.37C885.19,-341.61 882.01,-333.4 879.85,-327.84" fill="none" stroke="#6e7781"/>
</g>
<g class="label" data-edge="19" data-source="dropping.retrying" data-target="accept-paused" data-events="drop.stop">
<text text-anchor="start" x="698.05" y="-316.08" font-size="11.00" fill="#0550ae">drop.stop</text>
</g>
<g class="edge" data-edge="19" data-source="dropping.retrying" data-target="accept-paused" data-events="drop.stop">
<path d="M856.65,-355.62C829.61,-351.68 791.73,-345.12 759.39,-335.68 752.34,-333.62 744.76,-330.65 738.46,-327.95" fill="none" stroke="#6e7781"/>
</g>
<g class="start">
<ellipse cx="922.39" cy="-320.48" rx="3.96" ry="3.96" fill="#1f2328" stroke="none"/>
</g>
<g class="edge">
<path d="M920.28,-316.59C918.12,-313.67 914.63,-309.08 911.39,-305.28 909.61,-303.19 907.71,-301.05 905.79,-298.93" fill="none" stroke="#6e7781"/>
<polygon points="907.67,-297.36 901.12,-293.89 904.08,-300.69 907.67,-297.36" fill="#6e7781" stroke="#6e7781"/>
</g>
<g class="state" data-state="closing.listeningSocket"><title>Waiting for the listening descriptor.</title>
<path d="M1375.07,-373.72C1375.07,-373.72 1271.71,-373.72 1271.71,-373.72 1267.53,-373.72 1263.36,-369.55 1263.36,-365.37 1263.36,-365.37 1263.36,-357.03 1263.36,-357.03 1263.36,-352.85 1267.53,-348.68 1271.71,-348.68 1271.71,-348.68 1375.07,-348.68 1375.07,-348.68 1379.25,-348.68 1383.42,-352.85 1383.42,-357.03 1383.42,-357.03 1383.42,-365.37 1383.42,-365.37 1383.42,-369.55 1379.25,-373.72 1375.07,-373.72" fill="#f6f8fa" stroke="#8c959f"/>
<text class="name" text-anchor="start" x="1271.56" y="-358.6" font-size="12.00" fill="#1f2328" font-weight="600">listeningSocket</text>
</g>
<g class="label" data-edge="20" data-source="closing.listeningSocket" data-target="closing.sockets" data-events="acceptor.closed">
<text text-anchor="start" x="1228.34" y="-323.68" font-size="11.00" fill="#0550ae">acceptor.closed</text>
<text text-anchor="start" x="1228.34" y="-308.48" font-size="11.00" fill="#0550ae">[closesExistingConnections]</text>
</g>
<g class="edge" data-edge="20" data-source="closing.listeningSocket" data-target="closing.sockets" data-events="acceptor.closed">
<path d="M1317.89,-348.37C1315.99,-344.28 1313.84,-339.66 1311.87,-335.41" fill="none" stroke="#6e7781"/>
</g>
<g class="label" data-edge="21" data-source="closing.listeningSocket" data-target="closed" data-events="acceptor.closed">
<text text-anchor="start" x="1362.52" y="-198.48" font-size="11.00" fill="#0550ae">acceptor.closed</text>
</g>
<g class="edge" data-edge="21" data-source="closing.listeningSocket" data-target="closed" data-events="acceptor.closed">
<path d="M1374.98,-348.31C1380.88,-345.07 1386.25,-340.94 1390.39,-335.68 1420.86,-296.95 1410.87,-230.87 1406.77,-210.23" fill="none" stroke="#6e7781"/>
</g>
<g class="state" data-state="closing.sockets"><title>Waiting for the connections' descriptors, which close() was asked to close as well.</title>
<path d="M1330.75,-292.28C1330.75,-292.28 1280.02,-292.28 1280.02,-292.28 1275.85,-292.28 1271.68,-288.11 1271.68,-283.93 1271.68,-283.93 1271.68,-275.59 1271.68,-275.59 1271.68,-271.41 1275.85,-267.24 1280.02,-267.24 1280.02,-267.24 1330.75,-267.24 1330.75,-267.24 1334.93,-267.24 1339.1,-271.41 1339.1,-275.59 1339.1,-275.59 1339.1,-283.93 1339.1,-283.93 1339.1,-288.11 1334.93,-292.28 1330.75,-292.28" fill="#f6f8fa" stroke="#8c959f"/>
<text class="name" text-anchor="start" x="1279.88" y="-277.16" font-size="12.00" fill="#1f2328" font-weight="600">sockets</text>
</g>
<g class="label" data-edge="22" data-source="closing.sockets" data-target="closed" data-events="sockets.closed">
<text text-anchor="start" x="1266.47" y="-198.48" font-size="11.00" fill="#0550ae">sockets.closed</text>
</g>
<g class="edge" data-edge="22" data-source="closing.sockets" data-target="closed" data-events="sockets.closed">
<path d="M1305.55,-267.06C1305.76,-251.1 1306.13,-223.05 1306.3,-210.39" fill="none" stroke="#6e7781"/>
</g>
<g class="start">
<ellipse cx="1323.39" cy="-435.32" rx="3.96" ry="3.96" fill="#1f2328" stroke="none"/>
</g>
<g class="edge">
<path d="M1323.39,-431.22C1323.39,-422.91 1323.39,-399.59 1323.39,-382.34" fill="none" stroke="#6e7781"/>
<polygon points="1325.84,-382.5 1323.39,-375.5 1320.94,-382.5 1325.84,-382.5" fill="#6e7781" stroke="#6e7781"/>
</g>
<g class="state" data-state="closed.draining"><title>Handlers still run.</title>
<path d="M1229.27,-165.68C1229.27,-165.68 1173.51,-165.68 1173.51,-165.68 1169.33,-165.68 1165.16,-161.51 1165.16,-157.33 1165.16,-157.33 1165.16,-148.99 1165.16,-148.99 1165.16,-144.81 1169.33,-140.64 1173.51,-140.64 1173.51,-140.64 1229.27,-140.64 1229.27,-140.64 1233.45,-140.64 1237.62,-144.81 1237.62,-148.99 1237.62,-148.99 1237.62,-157.33 1237.62,-157.33 1237.62,-161.51 1233.45,-165.68 1229.27,-165.68" fill="#f6f8fa" stroke="#8c959f"/>
<text class="name" text-anchor="start" x="1173.36" y="-150.56" font-size="12.00" fill="#1f2328" font-weight="600">draining</text>
</g>
<g class="label" data-edge="23" data-source="closed.draining" data-target="closed.drained" data-events="always">
<text text-anchor="start" x="1083.98" y="-115.64" font-size="11.00" fill="#0550ae">always [hasNoConnections]</text>
</g>
<g class="edge" data-edge="23" data-source="closed.draining" data-target="closed.drained" data-events="always">
<path d="M1185.66,-140.22C1179.87,-135.83 1173.56,-131.03 1168.69,-127.34" fill="none" stroke="#6e7781"/>
</g>
<g class="state" data-state="closed.drained"><title>Nothing is left.</title>
<path d="M1185.93,-99.44C1185.93,-99.44 1134.85,-99.44 1134.85,-99.44 1130.67,-99.44 1126.5,-95.27 1126.5,-91.09 1126.5,-91.09 1126.5,-82.75 1126.5,-82.75 1126.5,-78.57 1130.67,-74.4 1134.85,-74.4 1134.85,-74.4 1185.93,-74.4 1185.93,-74.4 1190.11,-74.4 1194.28,-78.57 1194.28,-82.75 1194.28,-82.75 1194.28,-91.09 1194.28,-91.09 1194.28,-95.27 1190.11,-99.44 1185.93,-99.44" fill="#f6f8fa" stroke="#8c959f"/>
<text class="name" text-anchor="start" x="1134.7" y="-84.32" font-size="12.00" fill="#1f2328" font-weight="600">drained</text>
</g>
<g class="start">
<ellipse cx="1201.39" cy="-202.88" rx="3.96" ry="3.96" fill="#1f2328" stroke="none"/>
</g>
<g class="edge">
<path d="M1201.39,-198.45C1201.39,-193.4 1201.39,-183.56 1201.39,-174.45" fill="none" stroke="#6e7781"/>
<polygon points="1203.84,-174.62 1201.39,-167.62 1198.94,-174.62 1203.84,-174.62" fill="#6e7781" stroke="#6e7781"/>
</g>
<g class="start">
<ellipse cx="227.39" cy="-435.32" rx="3.96" ry="3.96" fill="#1f2328" stroke="none"/>
</g>
<g class="edge">
<path d="M227.39,-431.22C227.39,-422.91 227.39,-399.59 227.39,-382.34" fill="none" stroke="#6e7781"/>
<polygon points="229.84,-382.5 227.39,-375.5 224.94,-382.5 229.84,-382.5" fill="#6e7781" stroke="#6e7781"/>
</g>
<g class="any">
<path d="M1486.88,-510.72C1486.88,-510.72 1407.9,-510.72 1407.9,-510.72 1403.73,-510.72 1399.56,-506.55 1399.56,-502.37 1399.56,-502.37 1399.56,-494.03 1399.56,-494.03 1399.56,-489.85 1403.73,-485.68 1407.9,-485.68 1407.9,-485.68 1486.88,-485.68 1486.88,-485.68 1491.05,-485.68 1495.22,-489.85 1495.22,-494.03 1495.22,-494.03 1495.22,-502.37 1495.22,-502.37 1495.22,-506.55 1491.05,-510.72 1486.88,-510.72" fill="none" stroke="#8c959f" stroke-dasharray="4 3"/>
<text class="name" text-anchor="start" x="1407.76" y="-495.6" font-size="12.00" fill="#1f2328" font-weight="600">in any state</text>
</g>
<g class="label" data-edge="0" data-source="" data-target="closing" data-events="policy.raised close">
<text text-anchor="start" x="1412.76" y="-438.52" font-size="11.00" fill="#0550ae">policy.raised</text>
<text text-anchor="start" x="1412.76" y="-423.32" font-size="11.00" fill="#0550ae">close</text>
</g>
<g class="edge" data-edge="0" data-source="" data-target="closing" data-events="policy.raised close">
<path d="M1447.39,-485.46C1447.39,-475.37 1447.39,-460.81 1447.39,-450.15" fill="none" stroke="#6e7781"/>
</g>
<g class="edge" data-edge="0" data-source="" data-target="closing" data-events="policy.raised close">
<path d="M1423.19,-420.24C1417.57,-416.98 1411.28,-413.32 1404.67,-409.47" fill="none" stroke="#6e7781"/>
<polygon points="1405.98,-407.4 1398.7,-406 1403.51,-411.64 1405.98,-407.4" fill="#6e7781" stroke="#6e7781"/>
</g>
<g class="edge" data-edge="1" data-source="listening" data-target="accept-paused" data-events="always">
<path d="M413.35,-307.07C415.22,-306.77 417.08,-306.46 419.29,-306.1" fill="none" stroke="#6e7781"/>
<polygon points="419.38,-308.57 425.9,-305.04 418.6,-303.73 419.38,-308.57" fill="#6e7781" stroke="#6e7781"/>
</g>
<g class="edge" data-edge="2" data-source="listening" data-target="dropping.open" data-events="drop.start">
<path d="M33.32,-327.92C52.98,-353.04 129.06,-444.69 216.39,-477.68 275.96,-500.18 722.33,-498.5 852.72,-497.52" fill="none" stroke="#6e7781"/>
<polygon points="852.71,-499.97 859.69,-497.47 852.67,-495.07 852.71,-499.97" fill="#6e7781" stroke="#6e7781"/>
</g>
<g class="edge" data-edge="3" data-source="listening" data-target="accept-paused.exhausted" data-events="accept.exhausted">
<path d="M218.94,-312.93C247.73,-297.97 312.39,-258.3 312.39,-203.88 312.39,-203.88 312.39,-203.88 312.39,-152.16 312.39,-103.4 477.13,-106.41 525.39,-99.44 534.21,-98.17 543.59,-96.81 552.68,-95.48" fill="none" stroke="#6e7781"/>
<polygon points="552.86,-97.93 559.43,-94.5 552.15,-93.08 552.86,-97.93" fill="#6e7781" stroke="#6e7781"/>
</g>
<g class="edge" data-edge="4" data-source="listening" data-target="accept-paused.retrying" data-events="accept.failed">
<path d="M128.27,-312.97C168.1,-299.6 248.39,-265.07 248.39,-203.88 248.39,-203.88 248.39,-203.88 248.39,-152.16 248.39,-122.72 274.15,-123.59 301.39,-112.44 346.1,-94.14 401.65,-88.91 439.54,-87.69" fill="none" stroke="#6e7781"/>
<polygon points="439.38,-90.15 446.31,-87.52 439.25,-85.25 439.38,-90.15" fill="#6e7781" stroke="#6e7781"/>
</g>
<g class="edge" data-edge="5" data-source="accept-paused" data-target="accept-paused.waiting" data-events="pause">
<path d="M588.39,-313.09C588.39,-309.68 588.39,-305.29 588.39,-300.85" fill="none" stroke="#6e7781"/>
<polygon points="590.84,-301 588.39,-294 585.94,-301 590.84,-301" fill="#6e7781" stroke="#6e7781"/>
</g>
<g class="edge" data-edge="6" data-source="accept-paused" data-target="dropping" data-events="drop.start">
<path d="M810.34,-312.91C815.74,-310.68 822.15,-308.05 828.92,-305.26" fill="none" stroke="#6e7781"/>
<polygon points="829.45,-307.69 834.99,-302.76 827.59,-303.16 829.45,-307.69" fill="#6e7781" stroke="#6e7781"/>
</g>
<g class="edge" data-edge="7" data-source="accept-paused.waiting" data-target="accept-paused.opening" data-events="always resume">
<path d="M573.09,-187.82C571.41,-183.38 569.53,-178.4 567.74,-173.65" fill="none" stroke="#6e7781"/>
<polygon points="570.16,-173.13 565.4,-167.44 565.58,-174.86 570.16,-173.13" fill="#6e7781" stroke="#6e7781"/>
</g>
<g class="edge" data-edge="8" data-source="accept-paused.opening" data-target="listening" data-events="acceptor.ready">
<path d="M412.93,-427.79C380.61,-416.37 313.05,-392.48 268.99,-376.91" fill="none" stroke="#6e7781"/>
<polygon points="269.89,-374.63 262.48,-374.6 268.26,-379.25 269.89,-374.63" fill="#6e7781" stroke="#6e7781"/>
</g>
<g class="edge" data-edge="9" data-source="accept-paused.opening" data-target="accept-paused.retrying" data-events="acceptor.failed">
<path d="M483.39,-112.44C483.39,-111.19 483.39,-109.82 483.39,-108.39" fill="none" stroke="#6e7781"/>
<polygon points="485.84,-108.43 483.39,-101.43 480.94,-108.43 485.84,-108.43" fill="#6e7781" stroke="#6e7781"/>
</g>
<g class="edge" data-edge="10" data-source="accept-paused.opening" data-target="accept-paused.exhausted" data-events="accept.exhausted">
<path d="M604.39,-112.44C604.39,-111.19 604.39,-109.82 604.39,-108.39" fill="none" stroke="#6e7781"/>
<polygon points="606.84,-108.43 604.39,-101.43 601.94,-108.43 606.84,-108.43" fill="#6e7781" stroke="#6e7781"/>
</g>
<g class="edge" data-edge="11" data-source="accept-paused.retrying" data-target="accept-paused.opening" data-events="retry.due">
<path d="M512.48,-44.62C516.71,-48.78 521.92,-54.5 525.39,-60.4 541.4,-87.63 536.31,-98.46 548.39,-127.64 549.1,-129.35 549.87,-131.1 550.66,-132.86" fill="none" stroke="#6e7781"/>
<polygon points="548.35,-133.69 553.57,-138.96 552.77,-131.59 548.35,-133.69" fill="#6e7781" stroke="#6e7781"/>
</g>
<g class="edge" data-edge="12" data-source="accept-paused.exhausted" data-target="accept-paused.opening" data-events="connection.settled retry.due">
<path d="M646.29,-52.09C649.4,-54.47 652.19,-57.22 654.39,-60.4 677.46,-93.79 669.63,-115.86 660.39,-127.64 653.23,-136.76 627.66,-142.93 604.17,-146.81" fill="none" stroke="#6e7781"/>
<polygon points="604.01,-144.35 597.47,-147.85 604.77,-149.19 604.01,-144.35" fill="#6e7781" stroke="#6e7781"/>
</g>
<g class="edge" data-edge="13" data-source="dropping.open" data-target="listening" data-events="drop.stop">
<path d="M313.96,-427.92C299.68,-417.08 270.29,-394.77 249.73,-379.16" fill="none" stroke="#6e7781"/>
<polygon points="251.39,-377.35 244.34,-375.07 248.43,-381.25 251.39,-377.35" fill="#6e7781" stroke="#6e7781"/>
</g>
<g class="edge" data-edge="14" data-source="dropping.open" data-target="dropping.retrying" data-events="accept.exhausted accept.failed">
<path d="M898.04,-420.41C896.99,-409.61 895.52,-394.48 894.35,-382.35" fill="none" stroke="#6e7781"/>
<polygon points="896.81,-382.39 893.7,-375.66 891.93,-382.86 896.81,-382.39" fill="#6e7781" stroke="#6e7781"/>
</g>
<g class="edge" data-edge="15" data-source="dropping.opening" data-target="dropping.open" data-events="acceptor.ready">
<path d="M1003.38,-210.32C998.12,-227.73 984.39,-277.26 984.39,-319.48 984.39,-362.2 984.39,-362.2 984.39,-362.2 984.39,-415.12 992.1,-439.57 955.39,-477.68 947.14,-486.25 935.36,-491.11 923.98,-493.86" fill="none" stroke="#6e7781"/>
<polygon points="923.68,-491.42 917.3,-495.21 924.65,-496.22 923.68,-491.42" fill="#6e7781" stroke="#6e7781"/>
</g>
<g class="edge" data-edge="16" data-source="dropping.opening" data-target="dropping.retrying" data-events="acceptor.failed accept.exhausted">
<path d="M910.99,-218.03C917.96,-227.4 926.26,-240.32 930.39,-253.24 934.05,-264.71 938.31,-327 933.39,-335.68 931.82,-338.44 929.81,-340.92 927.52,-343.15" fill="none" stroke="#6e7781"/>
<polygon points="926.02,-341.21 922.1,-347.51 929.09,-345.03 926.02,-341.21" fill="#6e7781" stroke="#6e7781"/>
</g>
<g class="edge" data-edge="17" data-source="dropping.opening" data-target="accept-paused" data-events="drop.stop">
<path d="M749.31,-210.39C736.86,-218.27 714.68,-231.74 691.09,-243" fill="none" stroke="#6e7781"/>
<polygon points="690.08,-240.77 684.76,-245.94 692.14,-245.22 690.08,-240.77" fill="#6e7781" stroke="#6e7781"/>
</g>
<g class="edge" data-edge="18" data-source="dropping.retrying" data-target="dropping.opening" data-events="retry.due">
<path d="M879.21,-313.09C880.2,-309.6 881.49,-305.06 882.78,-300.51" fill="none" stroke="#6e7781"/>
<polygon points="885.09,-301.34 884.65,-293.94 880.38,-300.01 885.09,-301.34" fill="#6e7781" stroke="#6e7781"/>
</g>
<g class="edge" data-edge="19" data-source="dropping.retrying" data-target="accept-paused" data-events="drop.stop">
<path d="M708.26,-312.99C703.33,-311.1 697.76,-309.05 691.09,-306.83" fill="none" stroke="#6e7781"/>
<polygon points="692.24,-304.63 684.83,-304.82 690.75,-309.29 692.24,-304.63" fill="#6e7781" stroke="#6e7781"/>
</g>
<g class="edge" data-edge="20" data-source="closing.listeningSocket" data-target="closing.sockets" data-events="acceptor.closed">
<path d="M1305.39,-305.5C1305.39,-303.88 1305.39,-302.2 1305.39,-300.51" fill="none" stroke="#6e7781"/>
<polygon points="1307.84,-300.81 1305.39,-293.81 1302.94,-300.81 1307.84,-300.81" fill="#6e7781" stroke="#6e7781"/>
</g>
<g class="edge" data-edge="21" data-source="closing.listeningSocket" data-target="closed" data-events="acceptor.closed">
<path d="M1396.11,-195.33C1386.25,-188.71 1369.97,-178.77 1354.39,-173.68 1324.06,-163.76 1288.8,-158.85 1259.79,-156.43" fill="none" stroke="#6e7781"/>
<polygon points="1260.07,-153.99 1252.9,-155.9 1259.69,-158.88 1260.07,-153.99" fill="#6e7781" stroke="#6e7781"/>
</g>
<g class="edge" data-edge="22" data-source="closing.sockets" data-target="closed" data-events="sockets.closed">
<path d="M1295.47,-195.36C1286.56,-190.16 1273.41,-182.76 1258.71,-175.75" fill="none" stroke="#6e7781"/>
<polygon points="1260.14,-173.71 1252.76,-172.98 1258.08,-178.15 1260.14,-173.71" fill="#6e7781" stroke="#6e7781"/>
</g>
<g class="edge" data-edge="23" data-source="closed.draining" data-target="closed.drained" data-events="always">
<path d="M1160.39,-112.44C1160.39,-111.19 1160.39,-109.82 1160.39,-108.39" fill="none" stroke="#6e7781"/>
<polygon points="1162.84,-108.43 1160.39,-101.43 1157.94,-108.43 1162.84,-108.43" fill="#6e7781" stroke="#6e7781"/>
</g>
</g>
</svg>
`,
  connection: `<svg xmlns="http://www.w3.org/2000/svg" class="picture" role="img" aria-label="The connection chart" width="1218" height="615" viewBox="0.00 0.00 1218.00 615.00" font-family="DejaVu Sans, Verdana, sans-serif">
<style>
@supports (color: var(--ink)) {
.picture { color: #1f2328; --paper: #ffffff; --box: #f6f8fa; --border: #8c959f; --quiet: #59636e; --edge: #6e7781; --event: #0550ae; font-family: system-ui, -apple-system, "Segoe UI", "DejaVu Sans", sans-serif }
@media (prefers-color-scheme: dark) { .picture { color: #e6edf3; --paper: #0d1117; --box: #161b22; --border: #6e7681; --quiet: #9198a1; --edge: #8b949e; --event: #79c0ff } }
.picture:root { background: var(--paper) }
.picture > .paper { fill: none }
.picture text { fill: currentColor }
.picture .state > path { fill: var(--box); stroke: var(--border) }
.picture .state > polygon { fill: var(--box); stroke: var(--border) }
.picture .outer > path { fill: var(--paper); stroke: var(--border) }
.picture .outer > polygon { fill: var(--paper); stroke: var(--border) }
.picture .final > path { stroke-width: 3 }
.picture .any > path { fill: none; stroke: var(--border); stroke-dasharray: 4 3 }
.picture .start > ellipse { fill: currentColor; stroke: none }
.picture .edge > path { fill: none; stroke: var(--edge) }
.picture .edge > polygon { fill: var(--edge); stroke: var(--edge) }
.picture .label > text { fill: var(--event) }
.picture .name { fill: currentColor; font-weight: 600 }
.picture .description { fill: var(--quiet) }
.picture .inner { fill: var(--event) }
}
</style>
<rect class="paper" width="100%" height="100%" fill="#ffffff"/>
<g transform="scale(1 1) rotate(0) translate(7.2 607.96)">
<g class="outer" data-state="serving"><title>The handler runs, or is about to; the descriptor is not closed yet.</title>
<path d="M1013.51,-405.84C1013.51,-405.84 1169.51,-405.84 1169.51,-405.84 1175.51,-405.84 1181.51,-411.84 1181.51,-417.84 1181.51,-417.84 1181.51,-580.76 1181.51,-580.76 1181.51,-586.76 1175.51,-592.76 1169.51,-592.76 1169.51,-592.76 1013.51,-592.76 1013.51,-592.76 1007.51,-592.76 1001.51,-586.76 1001.51,-580.76 1001.51,-580.76 1001.51,-417.84 1001.51,-417.84 1001.51,-411.84 1007.51,-405.84 1013.51,-405.84" fill="#ffffff" stroke="#8c959f"/>
<text class="name" text-anchor="start" x="1122.62" y="-577.96" font-size="12.00" fill="#1f2328" font-weight="600">serving</text>
</g>
<g class="outer" data-state="abandoned"><title>The socket is gone, the handler still runs; it holds its place until it settles.</title>
<path d="M801.51,-302.88C801.51,-302.88 981.51,-302.88 981.51,-302.88 987.51,-302.88 993.51,-308.88 993.51,-314.88 993.51,-314.88 993.51,-471.28 993.51,-471.28 993.51,-477.28 987.51,-483.28 981.51,-483.28 981.51,-483.28 801.51,-483.28 801.51,-483.28 795.51,-483.28 789.51,-477.28 789.51,-471.28 789.51,-471.28 789.51,-314.88 789.51,-314.88 789.51,-308.88 795.51,-302.88 801.51,-302.88" fill="#ffffff" stroke="#8c959f"/>
<text class="name" text-anchor="start" x="910.01" y="-468.48" font-size="12.00" fill="#1f2328" font-weight="600">abandoned</text>
</g>
<g class="outer" data-state="closing"><title>The handler has settled, was forgotten or will never start; the socket is being closed.</title>
<path d="M205.51,-8C205.51,-8 581.51,-8 581.51,-8 587.51,-8 593.51,-14 593.51,-20 593.51,-20 593.51,-462.72 593.51,-462.72 593.51,-468.72 587.51,-474.72 581.51,-474.72 581.51,-474.72 205.51,-474.72 205.51,-474.72 199.51,-474.72 193.51,-468.72 193.51,-462.72 193.51,-462.72 193.51,-20 193.51,-20 193.51,-14 199.51,-8 205.51,-8" fill="#ffffff" stroke="#8c959f"/>
<text class="name" text-anchor="start" x="536.95" y="-459.92" font-size="12.00" fill="#1f2328" font-weight="600">closing</text>
</g>
<g class="state" data-state="serving.open"><title>The handler runs on an open socket.</title>
<path d="M1061.17,-516.32C1061.17,-516.32 1023.86,-516.32 1023.86,-516.32 1019.69,-516.32 1015.51,-512.15 1015.51,-507.97 1015.51,-507.97 1015.51,-499.63 1015.51,-499.63 1015.51,-495.45 1019.69,-491.28 1023.86,-491.28 1023.86,-491.28 1061.17,-491.28 1061.17,-491.28 1065.34,-491.28 1069.51,-495.45 1069.51,-499.63 1069.51,-499.63 1069.51,-507.97 1069.51,-507.97 1069.51,-512.15 1065.34,-516.32 1061.17,-516.32" fill="#f6f8fa" stroke="#8c959f"/>
<text class="name" text-anchor="start" x="1025.94" y="-501.2" font-size="12.00" fill="#1f2328" font-weight="600">open</text>
</g>
<g class="label" data-edge="0" data-source="serving" data-target="closing.cutting" data-events="handler.settled handler.failed discard">
<text text-anchor="start" x="1" y="-93.64" font-size="11.00" fill="#0550ae">handler.settled</text>
<text text-anchor="start" x="1" y="-78.44" font-size="11.00" fill="#0550ae">handler.failed</text>
<text text-anchor="start" x="1" y="-63.24" font-size="11.00" fill="#0550ae">discard</text>
</g>
<g class="edge" data-edge="0" data-source="serving" data-target="closing.cutting" data-events="handler.settled handler.failed discard">
<path d="M1001.52,-502.67C818.22,-501.99 81.97,-498.32 63.51,-483.28 29.26,-455.36 41.51,-430.51 41.51,-386.32 41.51,-386.32 41.51,-386.32 41.51,-163.28 41.51,-143.69 41.82,-121.39 42.09,-105.42" fill="none" stroke="#6e7781"/>
</g>
<g class="label" data-edge="1" data-source="serving" data-target="closing.flushing" data-events="consumer.left">
<text text-anchor="start" x="608.62" y="-427.96" font-size="11.00" fill="#0550ae">consumer.left</text>
</g>
<g class="edge" data-edge="1" data-source="serving" data-target="closing.flushing" data-events="consumer.left">
<path d="M1001.52,-502.24C915.07,-500.8 719.82,-496.17 692.51,-483.28 672.26,-473.72 656.73,-450.85 650.07,-439.7" fill="none" stroke="#6e7781"/>
</g>
<g class="label" data-edge="4" data-source="serving" data-target="abandoned" data-events="socket.closed">
<text text-anchor="start" x="700.46" y="-427.96" font-size="11.00" fill="#0550ae">socket.closed</text>
</g>
<g class="edge" data-edge="4" data-source="serving" data-target="abandoned" data-events="socket.closed">
<path d="M1001.52,-503.14C939.11,-503.08 823.6,-500.53 786.51,-483.28 765.59,-473.55 748.73,-450.76 741.43,-439.66" fill="none" stroke="#6e7781"/>
</g>
<g class="label" data-edge="5" data-source="serving.open" data-target="closing.flushing" data-events="handler.settled handler.failed">
<text text-anchor="start" x="95" y="-435.56" font-size="11.00" fill="#0550ae">handler.settled</text>
<text text-anchor="start" x="95" y="-420.36" font-size="11.00" fill="#0550ae">handler.failed</text>
</g>
<g class="edge" data-edge="5" data-source="serving.open" data-target="closing.flushing" data-events="handler.settled handler.failed">
<path d="M1015.1,-502.72C873.47,-502.22 229.56,-499.08 190.51,-483.28 172.29,-475.9 156.45,-459.34 146.72,-447.31" fill="none" stroke="#6e7781"/>
</g>
<g class="label" data-edge="6" data-source="serving.open" data-target="closing.cutting" data-events="peer.left buffer.too-old">
<text text-anchor="start" x="101.5" y="-86.04" font-size="11.00" fill="#0550ae">peer.left</text>
<text text-anchor="start" x="101.5" y="-70.84" font-size="11.00" fill="#0550ae">buffer.too&#45;old</text>
</g>
<g class="edge" data-edge="6" data-source="serving.open" data-target="closing.cutting" data-events="peer.left buffer.too-old">
<path d="M1015.24,-502.72C861.01,-502.22 104.46,-498.99 86.51,-483.28 53.7,-454.56 71.51,-429.93 71.51,-386.32 71.51,-386.32 71.51,-386.32 71.51,-163.28 71.51,-135.14 96.44,-111.95 116.11,-98.04" fill="none" stroke="#6e7781"/>
</g>
<g class="state" data-state="serving.destroyed"><title>The user has cut the connection off: that is no leaving of the peer.</title>
<path d="M1091.03,-444.88C1091.03,-444.88 1024,-444.88 1024,-444.88 1019.83,-444.88 1015.65,-440.71 1015.65,-436.53 1015.65,-436.53 1015.65,-428.19 1015.65,-428.19 1015.65,-424.01 1019.83,-419.84 1024,-419.84 1024,-419.84 1091.03,-419.84 1091.03,-419.84 1095.2,-419.84 1099.37,-424.01 1099.37,-428.19 1099.37,-428.19 1099.37,-436.53 1099.37,-436.53 1099.37,-440.71 1095.2,-444.88 1091.03,-444.88" fill="#f6f8fa" stroke="#8c959f"/>
<text class="name" text-anchor="start" x="1023.85" y="-429.76" font-size="12.00" fill="#1f2328" font-weight="600">destroyed</text>
</g>
<g class="state" data-state="serving.cut"><title>The server has cut the connection off: that its handler fails then is no failure.</title>
<path d="M1159.17,-444.88C1159.17,-444.88 1121.86,-444.88 1121.86,-444.88 1117.69,-444.88 1113.51,-440.71 1113.51,-436.53 1113.51,-436.53 1113.51,-428.19 1113.51,-428.19 1113.51,-424.01 1117.69,-419.84 1121.86,-419.84 1121.86,-419.84 1159.17,-419.84 1159.17,-419.84 1163.34,-419.84 1167.51,-424.01 1167.51,-428.19 1167.51,-428.19 1167.51,-436.53 1167.51,-436.53 1167.51,-440.71 1163.34,-444.88 1159.17,-444.88" fill="#f6f8fa" stroke="#8c959f"/>
<text class="name" text-anchor="start" x="1129.98" y="-429.76" font-size="12.00" fill="#1f2328" font-weight="600">cut</text>
</g>
<g class="label" data-edge="7" data-source="serving.cut" data-target="closing.cutting" data-events="handler.failed">
<text text-anchor="start" x="851.73" y="-78.44" font-size="11.00" fill="#0550ae">handler.failed</text>
</g>
<g class="edge" data-edge="7" data-source="serving.cut" data-target="closing.cutting" data-events="handler.failed">
<path d="M1138.78,-419.58C1136.16,-400.77 1131.51,-362.78 1131.51,-330.4 1131.51,-330.4 1131.51,-330.4 1131.51,-163.28 1131.51,-120.99 996.45,-97.55 928.13,-88.4" fill="none" stroke="#6e7781"/>
</g>
<g class="label" data-edge="8" data-source="serving.cut" data-target="abandoned.cut" data-events="socket.closed">
<text text-anchor="start" x="1025.46" y="-380.92" font-size="11.00" fill="#0550ae">socket.closed</text>
</g>
<g class="edge" data-edge="8" data-source="serving.cut" data-target="abandoned.cut" data-events="socket.closed">
<path d="M1126.12,-419.42C1120.25,-414.86 1113.26,-409.8 1106.51,-405.84 1098.01,-400.85 1088,-396.31 1079.67,-392.87" fill="none" stroke="#6e7781"/>
</g>
<g class="start">
<ellipse cx="1021.51" cy="-541.84" rx="3.96" ry="3.96" fill="#1f2328" stroke="none"/>
</g>
<g class="edge">
<path d="M1023.16,-538.01C1025.04,-534.79 1028.27,-529.24 1031.56,-523.59" fill="none" stroke="#6e7781"/>
<polygon points="1033.5,-525.13 1034.91,-517.85 1029.27,-522.67 1033.5,-525.13" fill="#6e7781" stroke="#6e7781"/>
</g>
<g class="any">
<path d="M1159.63,-554.36C1159.63,-554.36 1047.4,-554.36 1047.4,-554.36 1043.22,-554.36 1039.05,-550.19 1039.05,-546.01 1039.05,-546.01 1039.05,-537.67 1039.05,-537.67 1039.05,-533.49 1043.22,-529.32 1047.4,-529.32 1047.4,-529.32 1159.63,-529.32 1159.63,-529.32 1163.8,-529.32 1167.98,-533.49 1167.98,-537.67 1167.98,-537.67 1167.98,-546.01 1167.98,-546.01 1167.98,-550.19 1163.8,-554.36 1159.63,-554.36" fill="none" stroke="#8c959f" stroke-dasharray="4 3"/>
<text class="name" text-anchor="start" x="1047.25" y="-539.24" font-size="12.00" fill="#1f2328" font-weight="600">in any of serving</text>
</g>
<g class="label" data-edge="2" data-source="serving" data-target="serving.destroyed" data-events="destroy">
<text text-anchor="start" x="1084.84" y="-499.4" font-size="11.00" fill="#0550ae">destroy</text>
</g>
<g class="edge" data-edge="2" data-source="serving" data-target="serving.destroyed" data-events="destroy">
<path d="M1104.17,-529.04C1104.5,-523.13 1104.88,-516.2 1105.15,-511.26" fill="none" stroke="#6e7781"/>
</g>
<g class="label" data-edge="3" data-source="serving" data-target="serving.cut" data-events="cut">
<text text-anchor="start" x="1142" y="-499.4" font-size="11.00" fill="#0550ae">cut</text>
</g>
<g class="edge" data-edge="3" data-source="serving" data-target="serving.cut" data-events="cut">
<path d="M1119.16,-528.84C1126.75,-523.02 1135.56,-516.26 1141.91,-511.4" fill="none" stroke="#6e7781"/>
</g>
<g class="state" data-state="abandoned.lost"><title>The peer is gone, or the handler has destroyed the socket.</title>
<path d="M849.17,-397.84C849.17,-397.84 811.86,-397.84 811.86,-397.84 807.69,-397.84 803.51,-393.67 803.51,-389.49 803.51,-389.49 803.51,-381.15 803.51,-381.15 803.51,-376.97 807.69,-372.8 811.86,-372.8 811.86,-372.8 849.17,-372.8 849.17,-372.8 853.34,-372.8 857.51,-376.97 857.51,-381.15 857.51,-381.15 857.51,-389.49 857.51,-389.49 857.51,-393.67 853.34,-397.84 849.17,-397.84" fill="#f6f8fa" stroke="#8c959f"/>
<text class="name" text-anchor="start" x="818.05" y="-382.72" font-size="12.00" fill="#1f2328" font-weight="600">lost</text>
</g>
<g class="label" data-edge="9" data-source="abandoned" data-target="closed" data-events="handler.settled handler.failed consumer.left discard">
<text text-anchor="start" x="691" y="-347.8" font-size="11.00" fill="#0550ae">handler.settled</text>
<text text-anchor="start" x="691" y="-332.6" font-size="11.00" fill="#0550ae">handler.failed</text>
<text text-anchor="start" x="691" y="-317.4" font-size="11.00" fill="#0550ae">consumer.left</text>
<text text-anchor="start" x="691" y="-302.2" font-size="11.00" fill="#0550ae">discard</text>
</g>
<g class="edge" data-edge="9" data-source="abandoned" data-target="closed" data-events="handler.settled handler.failed consumer.left discard">
<path d="M789.51,-361.76C784.62,-359.07 779.62,-356.32 774.71,-353.62" fill="none" stroke="#6e7781"/>
</g>
<g class="state" data-state="abandoned.cut"><title>The server closes its connections: that the handler fails then is no failure.</title>
<path d="M921.17,-341.92C921.17,-341.92 883.86,-341.92 883.86,-341.92 879.69,-341.92 875.51,-337.75 875.51,-333.57 875.51,-333.57 875.51,-325.23 875.51,-325.23 875.51,-321.05 879.69,-316.88 883.86,-316.88 883.86,-316.88 921.17,-316.88 921.17,-316.88 925.34,-316.88 929.51,-321.05 929.51,-325.23 929.51,-325.23 929.51,-333.57 929.51,-333.57 929.51,-337.75 925.34,-341.92 921.17,-341.92" fill="#f6f8fa" stroke="#8c959f"/>
<text class="name" text-anchor="start" x="891.98" y="-326.8" font-size="12.00" fill="#1f2328" font-weight="600">cut</text>
</g>
<g class="label" data-edge="11" data-source="abandoned.cut" data-target="closed" data-events="handler.failed">
<text text-anchor="start" x="810.73" y="-269.08" font-size="11.00" fill="#0550ae">handler.failed</text>
</g>
<g class="edge" data-edge="11" data-source="abandoned.cut" data-target="closed" data-events="handler.failed">
<path d="M890.53,-316.43C879.59,-305.51 863.83,-289.78 855.05,-281.01" fill="none" stroke="#6e7781"/>
</g>
<g class="start">
<ellipse cx="807.51" cy="-432.36" rx="3.96" ry="3.96" fill="#1f2328" stroke="none"/>
</g>
<g class="edge">
<path d="M808.66,-428.31C810.53,-423.45 814.42,-413.72 818.51,-405.84 818.6,-405.68 818.68,-405.52 818.76,-405.36" fill="none" stroke="#6e7781"/>
<polygon points="820.79,-406.75 822.12,-399.45 816.53,-404.33 820.79,-406.75" fill="#6e7781" stroke="#6e7781"/>
</g>
<g class="any">
<path d="M970.94,-444.88C970.94,-444.88 834.09,-444.88 834.09,-444.88 829.91,-444.88 825.74,-440.71 825.74,-436.53 825.74,-436.53 825.74,-428.19 825.74,-428.19 825.74,-424.01 829.91,-419.84 834.09,-419.84 834.09,-419.84 970.94,-419.84 970.94,-419.84 975.11,-419.84 979.29,-424.01 979.29,-428.19 979.29,-428.19 979.29,-436.53 979.29,-436.53 979.29,-440.71 975.11,-444.88 970.94,-444.88" fill="none" stroke="#8c959f" stroke-dasharray="4 3"/>
<text class="name" text-anchor="start" x="833.94" y="-429.76" font-size="12.00" fill="#1f2328" font-weight="600">in any of abandoned</text>
</g>
<g class="label" data-edge="10" data-source="abandoned" data-target="abandoned.cut" data-events="cut">
<text text-anchor="start" x="894" y="-380.92" font-size="11.00" fill="#0550ae">cut</text>
</g>
<g class="edge" data-edge="10" data-source="abandoned" data-target="abandoned.cut" data-events="cut">
<path d="M902.51,-419.53C902.51,-410.98 902.51,-399.75 902.51,-392.79" fill="none" stroke="#6e7781"/>
</g>
<g class="state" data-state="closing.flushing"><title>What the handler wrote is being handed to the OS, then FIN. What the peer sends is discarded.</title>
<path d="M420.58,-397.84C420.58,-397.84 366.45,-397.84 366.45,-397.84 362.27,-397.84 358.1,-393.67 358.1,-389.49 358.1,-389.49 358.1,-381.15 358.1,-381.15 358.1,-376.97 362.27,-372.8 366.45,-372.8 366.45,-372.8 420.58,-372.8 420.58,-372.8 424.75,-372.8 428.93,-376.97 428.93,-381.15 428.93,-381.15 428.93,-389.49 428.93,-389.49 428.93,-393.67 424.75,-397.84 420.58,-397.84" fill="#f6f8fa" stroke="#8c959f"/>
<text class="name" text-anchor="start" x="366.3" y="-382.72" font-size="12.00" fill="#1f2328" font-weight="600">flushing</text>
</g>
<g class="label" data-edge="14" data-source="closing" data-target="closed" data-events="socket.closed">
<text text-anchor="start" x="622.46" y="-269.08" font-size="11.00" fill="#0550ae">socket.closed</text>
</g>
<g class="edge" data-edge="14" data-source="closing" data-target="closed" data-events="socket.closed">
<path d="M593.51,-301.73C614.04,-293.26 631.68,-285.97 643.55,-281.07" fill="none" stroke="#6e7781"/>
</g>
<g class="label" data-edge="15" data-source="closing.flushing" data-target="closing.lingering" data-events="writer.flushed">
<text text-anchor="start" x="355.39" y="-325" font-size="11.00" fill="#0550ae">writer.flushed</text>
</g>
<g class="edge" data-edge="15" data-source="closing.flushing" data-target="closing.lingering" data-events="writer.flushed">
<path d="M393.51,-372.35C393.51,-361.43 393.51,-345.7 393.51,-336.93" fill="none" stroke="#6e7781"/>
</g>
<g class="label" data-edge="16" data-source="closing.flushing" data-target="closing.cutting" data-events="buffer.too-old">
<text text-anchor="start" x="245.5" y="-269.08" font-size="11.00" fill="#0550ae">buffer.too&#45;old</text>
</g>
<g class="edge" data-edge="16" data-source="closing.flushing" data-target="closing.cutting" data-events="buffer.too-old">
<path d="M366.46,-372.43C359.89,-368.88 353.15,-364.63 347.51,-359.8 319.11,-335.46 295.68,-296.41 287.06,-281.02" fill="none" stroke="#6e7781"/>
</g>
<g class="state" data-state="closing.lingering"><title>FIN is sent, and that of the peer awaited: closing before would reset the connection at the next byte from the peer, and lose what is under way to it.</title>
<path d="M423.43,-286C423.43,-286 363.6,-286 363.6,-286 359.43,-286 355.25,-281.83 355.25,-277.65 355.25,-277.65 355.25,-269.31 355.25,-269.31 355.25,-265.13 359.43,-260.96 363.6,-260.96 363.6,-260.96 423.43,-260.96 423.43,-260.96 427.6,-260.96 431.77,-265.13 431.77,-269.31 431.77,-269.31 431.77,-277.65 431.77,-277.65 431.77,-281.83 427.6,-286 423.43,-286" fill="#f6f8fa" stroke="#8c959f"/>
<text class="name" text-anchor="start" x="363.45" y="-270.88" font-size="12.00" fill="#1f2328" font-weight="600">lingering</text>
</g>
<g class="label" data-edge="17" data-source="closing.lingering" data-target="closing.cutting" data-events="peer.has-all">
<text text-anchor="start" x="430.72" y="-193" font-size="11.00" fill="#0550ae">peer.has&#45;all</text>
</g>
<g class="edge" data-edge="17" data-source="closing.lingering" data-target="closing.cutting" data-events="peer.has-all">
<path d="M432,-264.74C441.29,-261.11 450.32,-255.78 456.51,-247.96 466.44,-235.43 465.71,-215.31 464.52,-204.98" fill="none" stroke="#6e7781"/>
</g>
<g class="label" data-edge="18" data-source="closing.lingering" data-target="closing.behind" data-events="peer.lacks-some">
<text text-anchor="start" x="268.06" y="-231.04" font-size="11.00" fill="#0550ae">peer.lacks&#45;some</text>
</g>
<g class="edge" data-edge="18" data-source="closing.lingering" data-target="closing.behind" data-events="peer.lacks-some">
<path d="M366.87,-260.48C353.97,-254.66 338.96,-247.9 328.15,-243.04" fill="none" stroke="#6e7781"/>
</g>
<g class="label" data-edge="19" data-source="closing.lingering" data-target="closing.yielding" data-events="place.wanted">
<text text-anchor="start" x="374.98" y="-231.04" font-size="11.00" fill="#0550ae">place.wanted</text>
</g>
<g class="edge" data-edge="19" data-source="closing.lingering" data-target="closing.yielding" data-events="place.wanted">
<path d="M399.41,-260.68C402.36,-254.77 405.82,-247.84 408.28,-242.9" fill="none" stroke="#6e7781"/>
</g>
<g class="state" data-state="closing.behind"><title>The peer had not taken everything when it was last asked about, or nobody can say.</title>
<path d="M333.34,-209.92C333.34,-209.92 287.69,-209.92 287.69,-209.92 283.51,-209.92 279.34,-205.75 279.34,-201.57 279.34,-201.57 279.34,-193.23 279.34,-193.23 279.34,-189.05 283.51,-184.88 287.69,-184.88 287.69,-184.88 333.34,-184.88 333.34,-184.88 337.51,-184.88 341.69,-189.05 341.69,-193.23 341.69,-193.23 341.69,-201.57 341.69,-201.57 341.69,-205.75 337.51,-209.92 333.34,-209.92" fill="#f6f8fa" stroke="#8c959f"/>
<text class="name" text-anchor="start" x="287.54" y="-194.8" font-size="12.00" fill="#1f2328" font-weight="600">behind</text>
</g>
<g class="label" data-edge="20" data-source="closing.behind" data-target="closing.lingering" data-events="peer.has-all">
<text text-anchor="start" x="224.72" y="-159.88" font-size="11.00" fill="#0550ae">peer.has&#45;all</text>
</g>
<g class="edge" data-edge="20" data-source="closing.behind" data-target="closing.lingering" data-events="peer.has-all">
<path d="M290.17,-184.46C282.82,-180.14 274.79,-175.42 268.54,-171.75" fill="none" stroke="#6e7781"/>
</g>
<g class="label" data-edge="21" data-source="closing.behind" data-target="closing.yielding" data-events="place.wanted">
<text text-anchor="start" x="322.98" y="-159.88" font-size="11.00" fill="#0550ae">place.wanted</text>
</g>
<g class="edge" data-edge="21" data-source="closing.behind" data-target="closing.yielding" data-events="place.wanted">
<path d="M329.32,-184.46C336.12,-180.14 343.54,-175.42 349.32,-171.75" fill="none" stroke="#6e7781"/>
</g>
<g class="state" data-state="closing.yielding"><title>A lingering connection whose place is wanted: it goes at once if the peer has everything.</title>
<path d="M388.07,-143.68C388.07,-143.68 334.95,-143.68 334.95,-143.68 330.78,-143.68 326.61,-139.51 326.61,-135.33 326.61,-135.33 326.61,-126.99 326.61,-126.99 326.61,-122.81 330.78,-118.64 334.95,-118.64 334.95,-118.64 388.07,-118.64 388.07,-118.64 392.25,-118.64 396.42,-122.81 396.42,-126.99 396.42,-126.99 396.42,-135.33 396.42,-135.33 396.42,-139.51 392.25,-143.68 388.07,-143.68" fill="#f6f8fa" stroke="#8c959f"/>
<text class="name" text-anchor="start" x="334.81" y="-128.56" font-size="12.00" fill="#1f2328" font-weight="600">yielding</text>
</g>
<g class="label" data-edge="22" data-source="closing.yielding" data-target="closing.cutting" data-events="peer.has-all">
<text text-anchor="start" x="330.72" y="-78.44" font-size="11.00" fill="#0550ae">peer.has&#45;all</text>
</g>
<g class="edge" data-edge="22" data-source="closing.yielding" data-target="closing.cutting" data-events="peer.has-all">
<path d="M362.02,-118.47C362.4,-109.57 362.92,-97.65 363.23,-90.37" fill="none" stroke="#6e7781"/>
</g>
<g class="label" data-edge="23" data-source="closing.yielding" data-target="closing.behind" data-events="peer.lacks-some">
<text text-anchor="start" x="224.06" y="-78.44" font-size="11.00" fill="#0550ae">peer.lacks&#45;some</text>
</g>
<g class="edge" data-edge="23" data-source="closing.yielding" data-target="closing.behind" data-events="peer.lacks-some">
<path d="M337.82,-118.23C320.25,-109.39 296.95,-97.66 282.61,-90.43" fill="none" stroke="#6e7781"/>
</g>
<g class="state" data-state="closing.ended"><title>Both sides have sent FIN; the descriptor is being closed.</title>
<path d="M568,-47.04C568,-47.04 527.03,-47.04 527.03,-47.04 522.85,-47.04 518.68,-42.87 518.68,-38.69 518.68,-38.69 518.68,-30.35 518.68,-30.35 518.68,-26.17 522.85,-22 527.03,-22 527.03,-22 568,-22 568,-22 572.17,-22 576.35,-26.17 576.35,-30.35 576.35,-30.35 576.35,-38.69 576.35,-38.69 576.35,-42.87 572.17,-47.04 568,-47.04" fill="#f6f8fa" stroke="#8c959f"/>
<text class="name" text-anchor="start" x="526.88" y="-31.92" font-size="12.00" fill="#1f2328" font-weight="600">ended</text>
</g>
<g class="state" data-state="closing.cutting"><title>Destroyed; the descriptor is being closed.</title>
<path d="M387.16,-47.04C387.16,-47.04 339.87,-47.04 339.87,-47.04 335.69,-47.04 331.52,-42.87 331.52,-38.69 331.52,-38.69 331.52,-30.35 331.52,-30.35 331.52,-26.17 335.69,-22 339.87,-22 339.87,-22 387.16,-22 387.16,-22 391.33,-22 395.51,-26.17 395.51,-30.35 395.51,-30.35 395.51,-38.69 395.51,-38.69 395.51,-42.87 391.33,-47.04 387.16,-47.04" fill="#f6f8fa" stroke="#8c959f"/>
<text class="name" text-anchor="start" x="339.72" y="-31.92" font-size="12.00" fill="#1f2328" font-weight="600">cutting</text>
</g>
<g class="start">
<ellipse cx="393.51" cy="-432.36" rx="3.96" ry="3.96" fill="#1f2328" stroke="none"/>
</g>
<g class="edge">
<path d="M393.51,-428.12C393.51,-423.51 393.51,-414.68 393.51,-406.33" fill="none" stroke="#6e7781"/>
<polygon points="395.96,-406.49 393.51,-399.49 391.06,-406.49 395.96,-406.49" fill="#6e7781" stroke="#6e7781"/>
</g>
<g class="any">
<path d="M564.47,-143.68C564.47,-143.68 454.56,-143.68 454.56,-143.68 450.39,-143.68 446.21,-139.51 446.21,-135.33 446.21,-135.33 446.21,-126.99 446.21,-126.99 446.21,-122.81 450.39,-118.64 454.56,-118.64 454.56,-118.64 564.47,-118.64 564.47,-118.64 568.64,-118.64 572.81,-122.81 572.81,-126.99 572.81,-126.99 572.81,-135.33 572.81,-135.33 572.81,-139.51 568.64,-143.68 564.47,-143.68" fill="none" stroke="#8c959f" stroke-dasharray="4 3"/>
<text class="name" text-anchor="start" x="454.41" y="-128.56" font-size="12.00" fill="#1f2328" font-weight="600">in any of closing</text>
</g>
<g class="label" data-edge="12" data-source="closing" data-target="closing.cutting" data-events="destroy cut flush.expired">
<text text-anchor="start" x="428.73" y="-93.64" font-size="11.00" fill="#0550ae">destroy</text>
<text text-anchor="start" x="428.73" y="-78.44" font-size="11.00" fill="#0550ae">cut</text>
<text text-anchor="start" x="428.73" y="-63.24" font-size="11.00" fill="#0550ae">flush.expired</text>
</g>
<g class="edge" data-edge="12" data-source="closing" data-target="closing.cutting" data-events="destroy cut flush.expired">
<path d="M498.16,-118.47C494.3,-114.51 489.87,-109.94 485.51,-105.45" fill="none" stroke="#6e7781"/>
</g>
<g class="label" data-edge="13" data-source="closing" data-target="closing.ended" data-events="peer.ended">
<text text-anchor="start" x="516.3" y="-78.44" font-size="11.00" fill="#0550ae">peer.ended</text>
</g>
<g class="edge" data-edge="13" data-source="closing" data-target="closing.ended" data-events="peer.ended">
<path d="M519.1,-118.47C526.4,-109.57 536.18,-97.65 542.15,-90.37" fill="none" stroke="#6e7781"/>
</g>
<g class="state final" data-state="closed"><title>The handler has settled or was forgotten, and the descriptor is closed: the place is free.</title>
<path d="M753.81,-247.96C753.81,-247.96 711.22,-247.96 711.22,-247.96 707.05,-247.96 702.87,-243.79 702.87,-239.61 702.87,-239.61 702.87,-231.27 702.87,-231.27 702.87,-227.09 707.05,-222.92 711.22,-222.92 711.22,-222.92 753.81,-222.92 753.81,-222.92 757.98,-222.92 762.15,-227.09 762.15,-231.27 762.15,-231.27 762.15,-239.61 762.15,-239.61 762.15,-243.79 757.98,-247.96 753.81,-247.96" fill="#f6f8fa" stroke="#8c959f" stroke-width="3"/>
<text class="name" text-anchor="start" x="711.07" y="-232.84" font-size="12.00" fill="#1f2328" font-weight="600">closed</text>
</g>
<g class="start">
<ellipse cx="1199.51" cy="-541.84" rx="3.96" ry="3.96" fill="#1f2328" stroke="none"/>
</g>
<g class="edge">
<path d="M1197.22,-538.43C1195.47,-536.69 1192.84,-534.3 1189.05,-531.94" fill="none" stroke="#6e7781"/>
<polygon points="1190.22,-529.78 1182.86,-528.81 1188.01,-534.16 1190.22,-529.78" fill="#6e7781" stroke="#6e7781"/>
</g>
<g class="edge" data-edge="0" data-source="serving" data-target="closing.cutting" data-events="handler.settled handler.failed discard">
<path d="M84.74,-62.61C87.68,-61.64 90.62,-60.77 93.51,-60.04 173.06,-39.96 269.45,-35.86 322.87,-35.28" fill="none" stroke="#6e7781"/>
<polygon points="322.89,-37.73 329.87,-35.23 322.85,-32.83 322.89,-37.73" fill="#6e7781" stroke="#6e7781"/>
</g>
<g class="edge" data-edge="1" data-source="serving" data-target="closing.flushing" data-events="consumer.left">
<path d="M636.64,-424.9C626.88,-418.86 611.3,-410.15 596.51,-405.84 543.25,-390.3 479.13,-386.47 437.4,-385.84" fill="none" stroke="#6e7781"/>
<polygon points="437.65,-383.39 430.62,-385.77 437.6,-388.29 437.65,-383.39" fill="#6e7781" stroke="#6e7781"/>
</g>
<g class="edge" data-edge="2" data-source="serving" data-target="serving.destroyed" data-events="destroy">
<path d="M1101.08,-496.39C1094.18,-486.41 1080.6,-466.76 1070.43,-452.04" fill="none" stroke="#6e7781"/>
<polygon points="1072.61,-450.89 1066.61,-446.52 1068.58,-453.67 1072.61,-450.89" fill="#6e7781" stroke="#6e7781"/>
</g>
<g class="edge" data-edge="3" data-source="serving" data-target="serving.cut" data-events="cut">
<path d="M1149.59,-496.39C1148.2,-486.77 1145.53,-468.18 1143.44,-453.67" fill="none" stroke="#6e7781"/>
<polygon points="1145.87,-453.35 1142.45,-446.78 1141.02,-454.05 1145.87,-453.35" fill="#6e7781" stroke="#6e7781"/>
</g>
<g class="edge" data-edge="4" data-source="serving" data-target="abandoned" data-events="socket.closed">
<path d="M749.49,-424.86C757.73,-420.43 769.13,-414.42 781.87,-408.13" fill="none" stroke="#6e7781"/>
<polygon points="782.93,-410.34 788.15,-405.07 780.79,-405.93 782.93,-410.34" fill="#6e7781" stroke="#6e7781"/>
</g>
<g class="edge" data-edge="5" data-source="serving.open" data-target="closing.flushing" data-events="handler.settled handler.failed">
<path d="M161.64,-417.28C170.51,-412.91 180.72,-408.54 190.51,-405.84 243.85,-391.16 307.69,-387.12 349.35,-386.21" fill="none" stroke="#6e7781"/>
<polygon points="349.17,-388.67 356.12,-386.09 349.08,-383.77 349.17,-388.67" fill="#6e7781" stroke="#6e7781"/>
</g>
<g class="edge" data-edge="6" data-source="serving.open" data-target="closing.cutting" data-events="peer.left buffer.too-old">
<path d="M168.97,-67.7C175.91,-64.8 183.37,-62.03 190.51,-60.04 234.87,-47.65 287.47,-41.33 322.92,-38.24" fill="none" stroke="#6e7781"/>
<polygon points="322.83,-40.71 329.6,-37.68 322.42,-35.82 322.83,-40.71" fill="#6e7781" stroke="#6e7781"/>
</g>
<g class="edge" data-edge="7" data-source="serving.cut" data-target="closing.cutting" data-events="handler.failed">
<path d="M850.84,-78.43C754.13,-69.92 502.53,-47.76 403.96,-39.08" fill="none" stroke="#6e7781"/>
<polygon points="404.43,-36.66 397.25,-38.49 404,-41.55 404.43,-36.66" fill="#6e7781" stroke="#6e7781"/>
</g>
<g class="edge" data-edge="8" data-source="serving.cut" data-target="abandoned.cut" data-events="socket.closed">
<path d="M1043.21,-377.82C1017.16,-369.04 970.28,-353.24 937.83,-342.3" fill="none" stroke="#6e7781"/>
<polygon points="938.76,-340.03 931.35,-340.12 937.2,-344.67 938.76,-340.03" fill="#6e7781" stroke="#6e7781"/>
</g>
<g class="edge" data-edge="9" data-source="abandoned" data-target="closed" data-events="handler.settled handler.failed consumer.left discard">
<path d="M732.51,-299.05C732.51,-285.18 732.51,-268.97 732.51,-256.52" fill="none" stroke="#6e7781"/>
<polygon points="734.96,-256.72 732.51,-249.72 730.06,-256.72 734.96,-256.72" fill="#6e7781" stroke="#6e7781"/>
</g>
<g class="edge" data-edge="10" data-source="abandoned" data-target="abandoned.cut" data-events="cut">
<path d="M902.51,-378.13C902.51,-371.44 902.51,-360.42 902.51,-350.65" fill="none" stroke="#6e7781"/>
<polygon points="904.96,-350.7 902.51,-343.7 900.06,-350.7 904.96,-350.7" fill="#6e7781" stroke="#6e7781"/>
</g>
<g class="edge" data-edge="11" data-source="abandoned.cut" data-target="closed" data-events="handler.failed">
<path d="M827.51,-265.95C811.62,-261.02 789.39,-254.11 770.43,-248.22" fill="none" stroke="#6e7781"/>
<polygon points="771.39,-245.95 763.97,-246.21 769.93,-250.63 771.39,-245.95" fill="#6e7781" stroke="#6e7781"/>
</g>
<g class="edge" data-edge="12" data-source="closing" data-target="closing.cutting" data-events="destroy cut flush.expired">
<path d="M427.76,-64.99C417.79,-60.41 407.05,-55.49 397.26,-51" fill="none" stroke="#6e7781"/>
<polygon points="398.4,-48.82 391.01,-48.13 396.36,-53.28 398.4,-48.82" fill="#6e7781" stroke="#6e7781"/>
</g>
<g class="edge" data-edge="13" data-source="closing" data-target="closing.ended" data-events="peer.ended">
<path d="M547.51,-75.4C547.51,-70.18 547.51,-62.54 547.51,-55.34" fill="none" stroke="#6e7781"/>
<polygon points="549.96,-55.77 547.51,-48.77 545.06,-55.77 549.96,-55.77" fill="#6e7781" stroke="#6e7781"/>
</g>
<g class="edge" data-edge="14" data-source="closing" data-target="closed" data-events="socket.closed">
<path d="M672.56,-266.04C680.47,-262.13 690.93,-256.97 700.89,-252.05" fill="none" stroke="#6e7781"/>
<polygon points="701.81,-254.33 707,-249.03 699.64,-249.94 701.81,-254.33" fill="#6e7781" stroke="#6e7781"/>
</g>
<g class="edge" data-edge="15" data-source="closing.flushing" data-target="closing.lingering" data-events="writer.flushed">
<path d="M393.51,-322.21C393.51,-315.52 393.51,-304.5 393.51,-294.73" fill="none" stroke="#6e7781"/>
<polygon points="395.96,-294.78 393.51,-287.78 391.06,-294.78 395.96,-294.78" fill="#6e7781" stroke="#6e7781"/>
</g>
<g class="edge" data-edge="16" data-source="closing.flushing" data-target="closing.cutting" data-events="buffer.too-old">
<path d="M268.7,-266.01C246.84,-255.36 208.51,-231.89 208.51,-198.4 208.51,-198.4 208.51,-198.4 208.51,-130.16 208.51,-98.79 194.91,-82.79 216.51,-60.04 230.72,-45.08 284.25,-39.25 322.61,-36.97" fill="none" stroke="#6e7781"/>
<polygon points="322.66,-39.42 329.52,-36.59 322.4,-34.53 322.66,-39.42" fill="#6e7781" stroke="#6e7781"/>
</g>
<g class="edge" data-edge="17" data-source="closing.lingering" data-target="closing.cutting" data-events="peer.has-all">
<path d="M460.14,-189.9C452.56,-175.15 433.77,-137.89 420.51,-105.64 412.35,-85.77 418.1,-76.68 404.51,-60.04 402.08,-57.06 399.19,-54.36 396.08,-51.93" fill="none" stroke="#6e7781"/>
<polygon points="397.87,-50.19 390.72,-48.2 395.06,-54.21 397.87,-50.19" fill="#6e7781" stroke="#6e7781"/>
</g>
<g class="edge" data-edge="18" data-source="closing.lingering" data-target="closing.behind" data-events="peer.lacks-some">
<path d="M312.99,-228.16C312.77,-225.47 312.49,-222.16 312.21,-218.74" fill="none" stroke="#6e7781"/>
<polygon points="314.65,-218.56 311.63,-211.79 309.77,-218.97 314.65,-218.56" fill="#6e7781" stroke="#6e7781"/>
</g>
<g class="edge" data-edge="19" data-source="closing.lingering" data-target="closing.yielding" data-events="place.wanted">
<path d="M412.76,-228.18C415.2,-214.12 419.17,-179.49 404.51,-156.68 402.68,-153.83 400.4,-151.28 397.84,-149" fill="none" stroke="#6e7781"/>
<polygon points="399.74,-147.36 392.68,-145.08 396.78,-151.27 399.74,-147.36" fill="#6e7781" stroke="#6e7781"/>
</g>
<g class="edge" data-edge="20" data-source="closing.behind" data-target="closing.lingering" data-events="peer.has-all">
<path d="M255.33,-171.83C250.64,-187.22 241.55,-226 260.51,-247.96 260.88,-248.39 308.67,-257.13 346.86,-264.05" fill="none" stroke="#6e7781"/>
<polygon points="346.02,-266.39 353.35,-265.23 346.9,-261.57 346.02,-266.39" fill="#6e7781" stroke="#6e7781"/>
</g>
<g class="edge" data-edge="21" data-source="closing.behind" data-target="closing.yielding" data-events="place.wanted">
<path d="M359.94,-156.68C360.02,-155.43 360.11,-154.06 360.2,-152.63" fill="none" stroke="#6e7781"/>
<polygon points="362.64,-152.81 360.65,-145.66 357.75,-152.49 362.64,-152.81" fill="#6e7781" stroke="#6e7781"/>
</g>
<g class="edge" data-edge="22" data-source="closing.yielding" data-target="closing.cutting" data-events="peer.has-all">
<path d="M363.51,-75.4C363.51,-70.18 363.51,-62.54 363.51,-55.34" fill="none" stroke="#6e7781"/>
<polygon points="365.96,-55.77 363.51,-48.77 361.06,-55.77 365.96,-55.77" fill="#6e7781" stroke="#6e7781"/>
</g>
<g class="edge" data-edge="23" data-source="closing.yielding" data-target="closing.behind" data-events="peer.lacks-some">
<path d="M272.26,-90.2C277.64,-102.77 289.8,-131.75 298.51,-156.68 300.73,-163.04 302.93,-170.05 304.83,-176.39" fill="none" stroke="#6e7781"/>
<polygon points="302.46,-177.01 306.78,-183.04 307.16,-175.64 302.46,-177.01" fill="#6e7781" stroke="#6e7781"/>
</g>
</g>
</svg>
`,
}
