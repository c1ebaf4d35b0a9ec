// The charts for the page, drawn by `npm run visualize`.
export const pictures = {
  listener: `<svg xmlns="http://www.w3.org/2000/svg" class="picture" role="img" aria-label="The listener chart" width="1510" height="572" viewBox="0.00 0.00 1510.00 572.00">
<style>
.picture { color: #1f2328; --paper: #fff; --box: #f6f8fa; --border: #8c959f; --quiet: #59636e; --edge: #6e7781; --event: #0550ae; font-family: system-ui, -apple-system, "Segoe UI", "DejaVu Sans", sans-serif }
@media (prefers-color-scheme: dark) { .picture { color: #e6edf3; --paper: #0d1117; --box: #161b22; --border: #6e7681; --quiet: #9198a1; --edge: #8b949e; --event: #79c0ff } }
.picture:root { background: var(--paper) }
.picture text { fill: currentColor }
.picture .name { font-weight: 600 }
.picture .description { fill: var(--quiet) }
.picture .inner { fill: var(--event) }
.picture .state > path, .picture .state > polygon { fill: var(--box); stroke: var(--border) }
.picture .outer > path, .picture .outer > polygon { fill: var(--paper); stroke: var(--border) }
.picture .final > path { stroke-width: 3 }
.picture .any > path { fill: none; stroke: var(--border); stroke-dasharray: 4 3 }
.picture .start > ellipse { fill: currentColor; stroke: none }
.picture .edge > path { fill: none; stroke: var(--edge) }
.picture .edge > polygon { fill: var(--edge); stroke: var(--edge) }
.picture .label text { fill: var(--event) }
</style>
<g transform="scale(1 1) rotate(0) translate(7.2 564.32)">
<g class="outer" data-state="accept-paused"><title>accept(2) is not called. Existing connections are served; new clients wait in the kernel or are refused.</title>
<path d="M439.39,-8C439.39,-8 671.39,-8 671.39,-8 677.39,-8 683.39,-14 683.39,-20 683.39,-20 683.39,-400.12 683.39,-400.12 683.39,-406.12 677.39,-412.12 671.39,-412.12 671.39,-412.12 439.39,-412.12 439.39,-412.12 433.39,-412.12 427.39,-406.12 427.39,-400.12 427.39,-400.12 427.39,-20 427.39,-20 427.39,-14 433.39,-8 439.39,-8"/>
<text class="name" text-anchor="start" x="576.23" y="-397.32" font-size="12.00">accept&#45;paused</text>
</g>
<g class="outer" data-state="dropping"><title>Each incoming connection is accepted and closed at once; existing ones go on. Wins over the limit and over a pause.</title>
<path d="M848.39,-173.68C848.39,-173.68 1049.39,-173.68 1049.39,-173.68 1055.39,-173.68 1061.39,-179.68 1061.39,-185.68 1061.39,-185.68 1061.39,-537.12 1061.39,-537.12 1061.39,-543.12 1055.39,-549.12 1049.39,-549.12 1049.39,-549.12 848.39,-549.12 848.39,-549.12 842.39,-549.12 836.39,-543.12 836.39,-537.12 836.39,-537.12 836.39,-185.68 836.39,-185.68 836.39,-179.68 842.39,-173.68 848.39,-173.68"/>
<text class="name" text-anchor="start" x="991.97" y="-534.32" font-size="12.00">dropping</text>
</g>
<g class="outer" data-state="closing"><title>No handler starts any more; the listening descriptor is being closed.</title>
<path d="M1225.39,-253.24C1225.39,-253.24 1385.39,-253.24 1385.39,-253.24 1391.39,-253.24 1397.39,-259.24 1397.39,-265.24 1397.39,-265.24 1397.39,-465.68 1397.39,-465.68 1397.39,-471.68 1391.39,-477.68 1385.39,-477.68 1385.39,-477.68 1225.39,-477.68 1225.39,-477.68 1219.39,-477.68 1213.39,-471.68 1213.39,-465.68 1213.39,-465.68 1213.39,-265.24 1213.39,-265.24 1213.39,-259.24 1219.39,-253.24 1225.39,-253.24"/>
<text class="name" text-anchor="start" x="1340.83" y="-462.88" font-size="12.00">closing</text>
</g>
<g class="outer" data-state="closed"><title>The listening descriptor is closed. Handlers that run are left to finish.</title>
<path d="M1081.39,-60.4C1081.39,-60.4 1239.39,-60.4 1239.39,-60.4 1245.39,-60.4 1251.39,-66.4 1251.39,-72.4 1251.39,-72.4 1251.39,-233.24 1251.39,-233.24 1251.39,-239.24 1245.39,-245.24 1239.39,-245.24 1239.39,-245.24 1081.39,-245.24 1081.39,-245.24 1075.39,-245.24 1069.39,-239.24 1069.39,-233.24 1069.39,-233.24 1069.39,-72.4 1069.39,-72.4 1069.39,-66.4 1075.39,-60.4 1081.39,-60.4"/>
<text class="name" text-anchor="start" x="1199.51" y="-230.44" font-size="12.00">closed</text>
</g>
<g class="state" data-state="listening"><title>There is room: each connection is admitted and gets a handler.</title>
<path d="M256.42,-373.72C256.42,-373.72 198.36,-373.72 198.36,-373.72 194.19,-373.72 190.02,-369.55 190.02,-365.37 190.02,-365.37 190.02,-357.03 190.02,-357.03 190.02,-352.85 194.19,-348.68 198.36,-348.68 198.36,-348.68 256.42,-348.68 256.42,-348.68 260.59,-348.68 264.76,-352.85 264.76,-357.03 264.76,-357.03 264.76,-365.37 264.76,-365.37 264.76,-369.55 260.59,-373.72 256.42,-373.72"/>
<text class="name" text-anchor="start" x="198.22" y="-358.6" font-size="12.00">listening</text>
</g>
<g class="label" data-edge="1" data-source="listening" data-target="accept-paused" data-events="always">
<text text-anchor="start" x="270.31" y="-323.68" font-size="11.00">always [isPausedByHand]</text>
<text text-anchor="start" x="270.31" y="-308.48" font-size="11.00">always [isFull]</text>
</g>
<g class="edge" data-edge="1" data-source="listening" data-target="accept-paused" data-events="always">
<path d="M262.52,-348.27C274.3,-344.27 287.54,-339.77 299.77,-335.62"/>
</g>
<g class="label" data-edge="2" data-source="listening" data-target="dropping.open" data-events="drop.start">
<text text-anchor="start" x="1" y="-316.08" font-size="11.00">drop.start</text>
</g>
<g class="edge" data-edge="2" data-source="listening" data-target="dropping.open" data-events="drop.start">
<path d="M189.74,-357.13C156.16,-353.79 105.88,-347.3 63.39,-335.68 56.31,-333.74 48.72,-330.78 42.43,-328.07"/>
</g>
<g class="label" data-edge="3" data-source="listening" data-target="accept-paused.exhausted" data-events="accept.exhausted">
<text text-anchor="start" x="156.95" y="-316.08" font-size="11.00">accept.exhausted</text>
</g>
<g class="edge" data-edge="3" data-source="listening" data-target="accept-paused.exhausted" data-events="accept.exhausted">
<path d="M220.67,-348.37C216.83,-341.61 212.16,-333.4 209,-327.84"/>
</g>
<g class="label" data-edge="4" data-source="listening" data-target="accept-paused.retrying" data-events="accept.failed">
<text text-anchor="start" x="71.53" y="-316.08" font-size="11.00">accept.failed</text>
</g>
<g class="edge" data-edge="4" data-source="listening" data-target="accept-paused.retrying" data-events="accept.failed">
<path d="M189.67,-348.46C176.87,-344.45 162.5,-339.9 149.39,-335.68 141.76,-333.22 133.38,-330.47 126.06,-328.04"/>
</g>
<g class="state" data-state="accept-paused.waiting"><title>Full, or paused by hand, or both.</title>
<path d="M613.43,-292.28C613.43,-292.28 563.35,-292.28 563.35,-292.28 559.17,-292.28 555,-288.11 555,-283.93 555,-283.93 555,-275.59 555,-275.59 555,-271.41 559.17,-267.24 563.35,-267.24 563.35,-267.24 613.43,-267.24 613.43,-267.24 617.61,-267.24 621.78,-271.41 621.78,-275.59 621.78,-275.59 621.78,-283.93 621.78,-283.93 621.78,-288.11 617.61,-292.28 613.43,-292.28"/>
<text class="name" text-anchor="start" x="563.2" y="-277.16" font-size="12.00">waiting</text>
</g>
<g class="label" data-edge="6" data-source="accept-paused" data-target="dropping" data-events="drop.start">
<text text-anchor="start" x="767" y="-316.08" font-size="11.00">drop.start</text>
</g>
<g class="edge" data-edge="6" data-source="accept-paused" data-target="dropping" data-events="drop.start">
<path d="M683.39,-290.49C708.04,-294.09 734.4,-298.91 758.39,-305.28 765.66,-307.21 773.46,-310.17 779.94,-312.89"/>
</g>
<g class="label" data-edge="7" data-source="accept-paused.waiting" data-target="accept-paused.opening" data-events="always resume">
<text text-anchor="start" x="496.88" y="-206.08" font-size="11.00">always [canAccept]</text>
<text text-anchor="start" x="496.88" y="-190.88" font-size="11.00">resume [refusesByHandOnly]</text>
</g>
<g class="edge" data-edge="7" data-source="accept-paused.waiting" data-target="accept-paused.opening" data-events="always resume">
<path d="M586.83,-267.06C585.06,-253.82 582.18,-232.24 580.28,-218.05"/>
</g>
<g class="state" data-state="accept-paused.opening"><title>The acceptor was asked to accept again; at once after a hold, later after a rebind.</title>
<path d="M587.34,-165.68C587.34,-165.68 533.44,-165.68 533.44,-165.68 529.27,-165.68 525.1,-161.51 525.1,-157.33 525.1,-157.33 525.1,-148.99 525.1,-148.99 525.1,-144.81 529.27,-140.64 533.44,-140.64 533.44,-140.64 587.34,-140.64 587.34,-140.64 591.51,-140.64 595.68,-144.81 595.68,-148.99 595.68,-148.99 595.68,-157.33 595.68,-157.33 595.68,-161.51 591.51,-165.68 587.34,-165.68"/>
<text class="name" text-anchor="start" x="533.3" y="-150.56" font-size="12.00">opening</text>
</g>
<g class="label" data-edge="8" data-source="accept-paused.opening" data-target="listening" data-events="acceptor.ready">
<text text-anchor="start" x="390.19" y="-430.92" font-size="11.00">acceptor.ready</text>
</g>
<g class="edge" data-edge="8" data-source="accept-paused.opening" data-target="listening" data-events="acceptor.ready">
<path d="M524.78,-156.89C511.95,-159.52 498.22,-164.47 488.39,-173.68 452.36,-207.43 452.39,-229.39 452.39,-278.76 452.39,-321.48 452.39,-321.48 452.39,-321.48 452.39,-362.53 438.79,-410.58 433.48,-427.79"/>
</g>
<g class="label" data-edge="9" data-source="accept-paused.opening" data-target="accept-paused.retrying" data-events="acceptor.failed">
<text text-anchor="start" x="442.84" y="-115.64" font-size="11.00">acceptor.failed</text>
</g>
<g class="edge" data-edge="9" data-source="accept-paused.opening" data-target="accept-paused.retrying" data-events="acceptor.failed">
<path d="M530.84,-140.22C520.15,-135.9 508.49,-131.18 499.4,-127.51"/>
</g>
<g class="label" data-edge="10" data-source="accept-paused.opening" data-target="accept-paused.exhausted" data-events="accept.exhausted">
<text text-anchor="start" x="555.95" y="-115.64" font-size="11.00">accept.exhausted</text>
</g>
<g class="edge" data-edge="10" data-source="accept-paused.opening" data-target="accept-paused.exhausted" data-events="accept.exhausted">
<path d="M577.28,-140.22C583.38,-135.9 590.05,-131.18 595.24,-127.51"/>
</g>
<g class="state" data-state="accept-paused.retrying"><title>Listening or accepting failed, the address is taken for instance: try again after a growing delay.</title>
<path d="M510.35,-99.44C510.35,-99.44 456.43,-99.44 456.43,-99.44 452.25,-99.44 448.08,-95.27 448.08,-91.09 448.08,-91.09 448.08,-82.75 448.08,-82.75 448.08,-78.57 452.25,-74.4 456.43,-74.4 456.43,-74.4 510.35,-74.4 510.35,-74.4 514.52,-74.4 518.7,-78.57 518.7,-82.75 518.7,-82.75 518.7,-91.09 518.7,-91.09 518.7,-95.27 514.52,-99.44 510.35,-99.44"/>
<text class="name" text-anchor="start" x="456.28" y="-84.32" font-size="12.00">retrying</text>
</g>
<g class="label" data-edge="11" data-source="accept-paused.retrying" data-target="accept-paused.opening" data-events="retry.due">
<text text-anchor="start" x="479.81" y="-32.8" font-size="11.00">retry.due</text>
</g>
<g class="edge" data-edge="11" data-source="accept-paused.retrying" data-target="accept-paused.opening" data-events="retry.due">
<path d="M488.72,-74.37C492.99,-65.1 498.83,-52.42 502.35,-44.8"/>
</g>
<g class="state" data-state="accept-paused.exhausted"><title>The process is about to run out of file descriptors: wait for some to be closed.</title>
<path d="M639.27,-99.44C639.27,-99.44 569.51,-99.44 569.51,-99.44 565.34,-99.44 561.16,-95.27 561.16,-91.09 561.16,-91.09 561.16,-82.75 561.16,-82.75 561.16,-78.57 565.34,-74.4 569.51,-74.4 569.51,-74.4 639.27,-74.4 639.27,-74.4 643.44,-74.4 647.62,-78.57 647.62,-82.75 647.62,-82.75 647.62,-91.09 647.62,-91.09 647.62,-95.27 643.44,-99.44 639.27,-99.44"/>
<text class="name" text-anchor="start" x="569.36" y="-84.32" font-size="12.00">exhausted</text>
</g>
<g class="label" data-edge="12" data-source="accept-paused.exhausted" data-target="accept-paused.opening" data-events="connection.settled retry.due">
<text text-anchor="start" x="560.9" y="-40.4" font-size="11.00">connection.settled</text>
<text text-anchor="start" x="560.9" y="-25.2" font-size="11.00">retry.due</text>
</g>
<g class="edge" data-edge="12" data-source="accept-paused.exhausted" data-target="accept-paused.opening" data-events="connection.settled retry.due">
<path d="M606.08,-74.37C607.06,-67.75 608.28,-59.39 609.31,-52.37"/>
</g>
<g class="start">
<ellipse cx="553.39" cy="-320.48" rx="3.96" ry="3.96"/>
</g>
<g class="edge">
<path d="M555.49,-316.57C557.63,-313.65 561.11,-309.04 564.39,-305.28 566.34,-303.04 568.45,-300.74 570.57,-298.49"/>
<polygon points="571.99,-300.55 575.09,-293.81 568.46,-297.14 571.99,-300.55"/>
</g>
<g class="any">
<path d="M660.64,-373.72C660.64,-373.72 500.14,-373.72 500.14,-373.72 495.97,-373.72 491.79,-369.55 491.79,-365.37 491.79,-365.37 491.79,-357.03 491.79,-357.03 491.79,-352.85 495.97,-348.68 500.14,-348.68 500.14,-348.68 660.64,-348.68 660.64,-348.68 664.81,-348.68 668.99,-352.85 668.99,-357.03 668.99,-357.03 668.99,-365.37 668.99,-365.37 668.99,-369.55 664.81,-373.72 660.64,-373.72"/>
<text class="name" text-anchor="start" x="499.99" y="-358.6" font-size="12.00">in any of accept&#45;paused</text>
</g>
<g class="label" data-edge="5" data-source="accept-paused" data-target="accept-paused.waiting" data-events="pause">
<text text-anchor="start" x="572.04" y="-316.08" font-size="11.00">pause</text>
</g>
<g class="edge" data-edge="5" data-source="accept-paused" data-target="accept-paused.waiting" data-events="pause">
<path d="M582.83,-348.37C584.23,-341.61 585.93,-333.4 587.08,-327.84"/>
</g>
<g class="state" data-state="dropping.open"><title>Accepting in order to close.</title>
<path d="M907.04,-510.72C907.04,-510.72 869.74,-510.72 869.74,-510.72 865.56,-510.72 861.39,-506.55 861.39,-502.37 861.39,-502.37 861.39,-494.03 861.39,-494.03 861.39,-489.85 865.56,-485.68 869.74,-485.68 869.74,-485.68 907.04,-485.68 907.04,-485.68 911.22,-485.68 915.39,-489.85 915.39,-494.03 915.39,-494.03 915.39,-502.37 915.39,-502.37 915.39,-506.55 911.22,-510.72 907.04,-510.72"/>
<text class="name" text-anchor="start" x="871.82" y="-495.6" font-size="12.00">open</text>
</g>
<g class="label" data-edge="13" data-source="dropping.open" data-target="listening" data-events="drop.stop">
<text text-anchor="start" x="296.05" y="-430.92" font-size="11.00">drop.stop</text>
</g>
<g class="edge" data-edge="13" data-source="dropping.open" data-target="listening" data-events="drop.stop">
<path d="M860.92,-497.03C762.05,-496.32 427.8,-492.78 382.39,-477.68 360.54,-470.41 339.43,-452.57 329.05,-442.87"/>
</g>
<g class="label" data-edge="14" data-source="dropping.open" data-target="dropping.retrying" data-events="accept.exhausted accept.failed">
<text text-anchor="start" x="850.95" y="-438.52" font-size="11.00">accept.exhausted</text>
<text text-anchor="start" x="850.95" y="-423.32" font-size="11.00">accept.failed</text>
</g>
<g class="edge" data-edge="14" data-source="dropping.open" data-target="dropping.retrying" data-events="accept.exhausted accept.failed">
<path d="M890.51,-485.46C892.33,-475.37 894.97,-460.81 896.89,-450.15"/>
</g>
<g class="state" data-state="dropping.opening"><title>A paused server polls nothing: the acceptor was asked to accept again.</title>
<path d="M915.34,-292.28C915.34,-292.28 861.44,-292.28 861.44,-292.28 857.27,-292.28 853.1,-288.11 853.1,-283.93 853.1,-283.93 853.1,-275.59 853.1,-275.59 853.1,-271.41 857.27,-267.24 861.44,-267.24 861.44,-267.24 915.34,-267.24 915.34,-267.24 919.51,-267.24 923.68,-271.41 923.68,-275.59 923.68,-275.59 923.68,-283.93 923.68,-283.93 923.68,-288.11 919.51,-292.28 915.34,-292.28"/>
<text class="name" text-anchor="start" x="861.3" y="-277.16" font-size="12.00">opening</text>
</g>
<g class="label" data-edge="15" data-source="dropping.opening" data-target="dropping.open" data-events="acceptor.ready">
<text text-anchor="start" x="964.19" y="-198.48" font-size="11.00">acceptor.ready</text>
</g>
<g class="edge" data-edge="15" data-source="dropping.opening" data-target="dropping.open" data-events="acceptor.ready">
<path d="M915.57,-266.89C928.06,-261 942.86,-253.41 955.39,-245.24 972,-234.42 989.41,-218.93 998.66,-210.3"/>
</g>
<g class="label" data-edge="16" data-source="dropping.opening" data-target="dropping.retrying" data-events="acceptor.failed accept.exhausted">
<text text-anchor="start" x="850.95" y="-206.08" font-size="11.00">acceptor.failed</text>
<text text-anchor="start" x="850.95" y="-190.88" font-size="11.00">accept.exhausted</text>
</g>
<g class="edge" data-edge="16" data-source="dropping.opening" data-target="dropping.retrying" data-events="acceptor.failed accept.exhausted">
<path d="M890.11,-267.06C892.05,-253.82 895.22,-232.24 897.31,-218.05"/>
</g>
<g class="label" data-edge="17" data-source="dropping.opening" data-target="accept-paused" data-events="drop.stop">
<text text-anchor="start" x="733.05" y="-198.48" font-size="11.00">drop.stop</text>
</g>
<g class="edge" data-edge="17" data-source="dropping.opening" data-target="accept-paused" data-events="drop.stop">
<path d="M867.95,-266.9C840.38,-250.89 792.25,-222.96 770.56,-210.36"/>
</g>
<g class="state" data-state="dropping.retrying"><title>Listening or accepting failed: try again after a growing delay.</title>
<path d="M919.35,-373.72C919.35,-373.72 865.43,-373.72 865.43,-373.72 861.25,-373.72 857.08,-369.55 857.08,-365.37 857.08,-365.37 857.08,-357.03 857.08,-357.03 857.08,-352.85 861.25,-348.68 865.43,-348.68 865.43,-348.68 919.35,-348.68 919.35,-348.68 923.52,-348.68 927.7,-352.85 927.7,-357.03 927.7,-357.03 927.7,-365.37 927.7,-365.37 927.7,-369.55 923.52,-373.72 919.35,-373.72"/>
<text class="name" text-anchor="start" x="865.28" y="-358.6" font-size="12.00">retrying</text>
</g>
<g class="label" data-edge="18" data-source="dropping.retrying" data-target="dropping.opening" data-events="retry.due">
<text text-anchor="start" x="851.81" y="-316.08" font-size="11.00">retry.due</text>
</g>
<g class="edge" data-edge="18" data-source="dropping.retrying" data-target="dropping.opening" data-events="retry.due">
<path d="M887.81,-348.37C885.19,-341.61 882.01,-333.4 879.85,-327.84"/>
</g>
<g class="label" data-edge="19" data-source="dropping.retrying" data-target="accept-paused" data-events="drop.stop">
<text text-anchor="start" x="698.05" y="-316.08" font-size="11.00">drop.stop</text>
</g>
<g class="edge" data-edge="19" data-source="dropping.retrying" data-target="accept-paused" data-events="drop.stop">
<path d="M856.65,-355.62C829.61,-351.68 791.73,-345.12 759.39,-335.68 752.34,-333.62 744.76,-330.65 738.46,-327.95"/>
</g>
<g class="start">
<ellipse cx="922.39" cy="-320.48" rx="3.96" ry="3.96"/>
</g>
<g class="edge">
<path d="M920.28,-316.59C918.12,-313.67 914.63,-309.08 911.39,-305.28 909.61,-303.19 907.71,-301.05 905.79,-298.93"/>
<polygon points="907.67,-297.36 901.12,-293.89 904.08,-300.69 907.67,-297.36"/>
</g>
<g class="state" data-state="closing.listeningSocket"><title>Waiting for the listening descriptor.</title>
<path d="M1375.07,-373.72C1375.07,-373.72 1271.71,-373.72 1271.71,-373.72 1267.53,-373.72 1263.36,-369.55 1263.36,-365.37 1263.36,-365.37 1263.36,-357.03 1263.36,-357.03 1263.36,-352.85 1267.53,-348.68 1271.71,-348.68 1271.71,-348.68 1375.07,-348.68 1375.07,-348.68 1379.25,-348.68 1383.42,-352.85 1383.42,-357.03 1383.42,-357.03 1383.42,-365.37 1383.42,-365.37 1383.42,-369.55 1379.25,-373.72 1375.07,-373.72"/>
<text class="name" text-anchor="start" x="1271.56" y="-358.6" font-size="12.00">listeningSocket</text>
</g>
<g class="label" data-edge="20" data-source="closing.listeningSocket" data-target="closing.sockets" data-events="acceptor.closed">
<text text-anchor="start" x="1228.34" y="-323.68" font-size="11.00">acceptor.closed</text>
<text text-anchor="start" x="1228.34" y="-308.48" font-size="11.00">[closesExistingConnections]</text>
</g>
<g class="edge" data-edge="20" data-source="closing.listeningSocket" data-target="closing.sockets" data-events="acceptor.closed">
<path d="M1317.89,-348.37C1315.99,-344.28 1313.84,-339.66 1311.87,-335.41"/>
</g>
<g class="label" data-edge="21" data-source="closing.listeningSocket" data-target="closed" data-events="acceptor.closed">
<text text-anchor="start" x="1362.52" y="-198.48" font-size="11.00">acceptor.closed</text>
</g>
<g class="edge" data-edge="21" data-source="closing.listeningSocket" data-target="closed" data-events="acceptor.closed">
<path d="M1374.98,-348.31C1380.88,-345.07 1386.25,-340.94 1390.39,-335.68 1420.86,-296.95 1410.87,-230.87 1406.77,-210.23"/>
</g>
<g class="state" data-state="closing.sockets"><title>Waiting for the connections' descriptors, which close() was asked to close as well.</title>
<path d="M1330.75,-292.28C1330.75,-292.28 1280.02,-292.28 1280.02,-292.28 1275.85,-292.28 1271.68,-288.11 1271.68,-283.93 1271.68,-283.93 1271.68,-275.59 1271.68,-275.59 1271.68,-271.41 1275.85,-267.24 1280.02,-267.24 1280.02,-267.24 1330.75,-267.24 1330.75,-267.24 1334.93,-267.24 1339.1,-271.41 1339.1,-275.59 1339.1,-275.59 1339.1,-283.93 1339.1,-283.93 1339.1,-288.11 1334.93,-292.28 1330.75,-292.28"/>
<text class="name" text-anchor="start" x="1279.88" y="-277.16" font-size="12.00">sockets</text>
</g>
<g class="label" data-edge="22" data-source="closing.sockets" data-target="closed" data-events="sockets.closed">
<text text-anchor="start" x="1266.47" y="-198.48" font-size="11.00">sockets.closed</text>
</g>
<g class="edge" data-edge="22" data-source="closing.sockets" data-target="closed" data-events="sockets.closed">
<path d="M1305.55,-267.06C1305.76,-251.1 1306.13,-223.05 1306.3,-210.39"/>
</g>
<g class="start">
<ellipse cx="1323.39" cy="-435.32" rx="3.96" ry="3.96"/>
</g>
<g class="edge">
<path d="M1323.39,-431.22C1323.39,-422.91 1323.39,-399.59 1323.39,-382.34"/>
<polygon points="1325.84,-382.5 1323.39,-375.5 1320.94,-382.5 1325.84,-382.5"/>
</g>
<g class="state" data-state="closed.draining"><title>Handlers still run.</title>
<path d="M1229.27,-165.68C1229.27,-165.68 1173.51,-165.68 1173.51,-165.68 1169.33,-165.68 1165.16,-161.51 1165.16,-157.33 1165.16,-157.33 1165.16,-148.99 1165.16,-148.99 1165.16,-144.81 1169.33,-140.64 1173.51,-140.64 1173.51,-140.64 1229.27,-140.64 1229.27,-140.64 1233.45,-140.64 1237.62,-144.81 1237.62,-148.99 1237.62,-148.99 1237.62,-157.33 1237.62,-157.33 1237.62,-161.51 1233.45,-165.68 1229.27,-165.68"/>
<text class="name" text-anchor="start" x="1173.36" y="-150.56" font-size="12.00">draining</text>
</g>
<g class="label" data-edge="23" data-source="closed.draining" data-target="closed.drained" data-events="always">
<text text-anchor="start" x="1083.98" y="-115.64" font-size="11.00">always [hasNoConnections]</text>
</g>
<g class="edge" data-edge="23" data-source="closed.draining" data-target="closed.drained" data-events="always">
<path d="M1185.66,-140.22C1179.87,-135.83 1173.56,-131.03 1168.69,-127.34"/>
</g>
<g class="state" data-state="closed.drained"><title>Nothing is left.</title>
<path d="M1185.93,-99.44C1185.93,-99.44 1134.85,-99.44 1134.85,-99.44 1130.67,-99.44 1126.5,-95.27 1126.5,-91.09 1126.5,-91.09 1126.5,-82.75 1126.5,-82.75 1126.5,-78.57 1130.67,-74.4 1134.85,-74.4 1134.85,-74.4 1185.93,-74.4 1185.93,-74.4 1190.11,-74.4 1194.28,-78.57 1194.28,-82.75 1194.28,-82.75 1194.28,-91.09 1194.28,-91.09 1194.28,-95.27 1190.11,-99.44 1185.93,-99.44"/>
<text class="name" text-anchor="start" x="1134.7" y="-84.32" font-size="12.00">drained</text>
</g>
<g class="start">
<ellipse cx="1201.39" cy="-202.88" rx="3.96" ry="3.96"/>
</g>
<g class="edge">
<path d="M1201.39,-198.45C1201.39,-193.4 1201.39,-183.56 1201.39,-174.45"/>
<polygon points="1203.84,-174.62 1201.39,-167.62 1198.94,-174.62 1203.84,-174.62"/>
</g>
<g class="start">
<ellipse cx="227.39" cy="-435.32" rx="3.96" ry="3.96"/>
</g>
<g class="edge">
<path d="M227.39,-431.22C227.39,-422.91 227.39,-399.59 227.39,-382.34"/>
<polygon points="229.84,-382.5 227.39,-375.5 224.94,-382.5 229.84,-382.5"/>
</g>
<g class="any">
<path d="M1486.88,-510.72C1486.88,-510.72 1407.9,-510.72 1407.9,-510.72 1403.73,-510.72 1399.56,-506.55 1399.56,-502.37 1399.56,-502.37 1399.56,-494.03 1399.56,-494.03 1399.56,-489.85 1403.73,-485.68 1407.9,-485.68 1407.9,-485.68 1486.88,-485.68 1486.88,-485.68 1491.05,-485.68 1495.22,-489.85 1495.22,-494.03 1495.22,-494.03 1495.22,-502.37 1495.22,-502.37 1495.22,-506.55 1491.05,-510.72 1486.88,-510.72"/>
<text class="name" text-anchor="start" x="1407.76" y="-495.6" font-size="12.00">in any state</text>
</g>
<g class="label" data-edge="0" data-source="" data-target="closing" data-events="policy.raised close">
<text text-anchor="start" x="1412.76" y="-438.52" font-size="11.00">policy.raised</text>
<text text-anchor="start" x="1412.76" y="-423.32" font-size="11.00">close</text>
</g>
<g class="edge" data-edge="0" data-source="" data-target="closing" data-events="policy.raised close">
<path d="M1447.39,-485.46C1447.39,-475.37 1447.39,-460.81 1447.39,-450.15"/>
</g>
<g class="edge" data-edge="0" data-source="" data-target="closing" data-events="policy.raised close">
<path d="M1423.19,-420.24C1417.57,-416.98 1411.28,-413.32 1404.67,-409.47"/>
<polygon points="1405.98,-407.4 1398.7,-406 1403.51,-411.64 1405.98,-407.4"/>
</g>
<g class="edge" data-edge="1" data-source="listening" data-target="accept-paused" data-events="always">
<path d="M413.35,-307.07C415.22,-306.77 417.08,-306.46 419.29,-306.1"/>
<polygon points="419.38,-308.57 425.9,-305.04 418.6,-303.73 419.38,-308.57"/>
</g>
<g class="edge" data-edge="2" data-source="listening" data-target="dropping.open" data-events="drop.start">
<path d="M33.32,-327.92C52.98,-353.04 129.06,-444.69 216.39,-477.68 275.96,-500.18 722.33,-498.5 852.72,-497.52"/>
<polygon points="852.71,-499.97 859.69,-497.47 852.67,-495.07 852.71,-499.97"/>
</g>
<g class="edge" data-edge="3" data-source="listening" data-target="accept-paused.exhausted" data-events="accept.exhausted">
<path d="M218.94,-312.93C247.73,-297.97 312.39,-258.3 312.39,-203.88 312.39,-203.88 312.39,-203.88 312.39,-152.16 312.39,-103.4 477.13,-106.41 525.39,-99.44 534.21,-98.17 543.59,-96.81 552.68,-95.48"/>
<polygon points="552.86,-97.93 559.43,-94.5 552.15,-93.08 552.86,-97.93"/>
</g>
<g class="edge" data-edge="4" data-source="listening" data-target="accept-paused.retrying" data-events="accept.failed">
<path d="M128.27,-312.97C168.1,-299.6 248.39,-265.07 248.39,-203.88 248.39,-203.88 248.39,-203.88 248.39,-152.16 248.39,-122.72 274.15,-123.59 301.39,-112.44 346.1,-94.14 401.65,-88.91 439.54,-87.69"/>
<polygon points="439.38,-90.15 446.31,-87.52 439.25,-85.25 439.38,-90.15"/>
</g>
<g class="edge" data-edge="5" data-source="accept-paused" data-target="accept-paused.waiting" data-events="pause">
<path d="M588.39,-313.09C588.39,-309.68 588.39,-305.29 588.39,-300.85"/>
<polygon points="590.84,-301 588.39,-294 585.94,-301 590.84,-301"/>
</g>
<g class="edge" data-edge="6" data-source="accept-paused" data-target="dropping" data-events="drop.start">
<path d="M810.34,-312.91C815.74,-310.68 822.15,-308.05 828.92,-305.26"/>
<polygon points="829.45,-307.69 834.99,-302.76 827.59,-303.16 829.45,-307.69"/>
</g>
<g class="edge" data-edge="7" data-source="accept-paused.waiting" data-target="accept-paused.opening" data-events="always resume">
<path d="M573.09,-187.82C571.41,-183.38 569.53,-178.4 567.74,-173.65"/>
<polygon points="570.16,-173.13 565.4,-167.44 565.58,-174.86 570.16,-173.13"/>
</g>
<g class="edge" data-edge="8" data-source="accept-paused.opening" data-target="listening" data-events="acceptor.ready">
<path d="M412.93,-427.79C380.61,-416.37 313.05,-392.48 268.99,-376.91"/>
<polygon points="269.89,-374.63 262.48,-374.6 268.26,-379.25 269.89,-374.63"/>
</g>
<g class="edge" data-edge="9" data-source="accept-paused.opening" data-target="accept-paused.retrying" data-events="acceptor.failed">
<path d="M483.39,-112.44C483.39,-111.19 483.39,-109.82 483.39,-108.39"/>
<polygon points="485.84,-108.43 483.39,-101.43 480.94,-108.43 485.84,-108.43"/>
</g>
<g class="edge" data-edge="10" data-source="accept-paused.opening" data-target="accept-paused.exhausted" data-events="accept.exhausted">
<path d="M604.39,-112.44C604.39,-111.19 604.39,-109.82 604.39,-108.39"/>
<polygon points="606.84,-108.43 604.39,-101.43 601.94,-108.43 606.84,-108.43"/>
</g>
<g class="edge" data-edge="11" data-source="accept-paused.retrying" data-target="accept-paused.opening" data-events="retry.due">
<path d="M512.48,-44.62C516.71,-48.78 521.92,-54.5 525.39,-60.4 541.4,-87.63 536.31,-98.46 548.39,-127.64 549.1,-129.35 549.87,-131.1 550.66,-132.86"/>
<polygon points="548.35,-133.69 553.57,-138.96 552.77,-131.59 548.35,-133.69"/>
</g>
<g class="edge" data-edge="12" data-source="accept-paused.exhausted" data-target="accept-paused.opening" data-events="connection.settled retry.due">
<path d="M646.29,-52.09C649.4,-54.47 652.19,-57.22 654.39,-60.4 677.46,-93.79 669.63,-115.86 660.39,-127.64 653.23,-136.76 627.66,-142.93 604.17,-146.81"/>
<polygon points="604.01,-144.35 597.47,-147.85 604.77,-149.19 604.01,-144.35"/>
</g>
<g class="edge" data-edge="13" data-source="dropping.open" data-target="listening" data-events="drop.stop">
<path d="M313.96,-427.92C299.68,-417.08 270.29,-394.77 249.73,-379.16"/>
<polygon points="251.39,-377.35 244.34,-375.07 248.43,-381.25 251.39,-377.35"/>
</g>
<g class="edge" data-edge="14" data-source="dropping.open" data-target="dropping.retrying" data-events="accept.exhausted accept.failed">
<path d="M898.04,-420.41C896.99,-409.61 895.52,-394.48 894.35,-382.35"/>
<polygon points="896.81,-382.39 893.7,-375.66 891.93,-382.86 896.81,-382.39"/>
</g>
<g class="edge" data-edge="15" data-source="dropping.opening" data-target="dropping.open" data-events="acceptor.ready">
<path d="M1003.38,-210.32C998.12,-227.73 984.39,-277.26 984.39,-319.48 984.39,-362.2 984.39,-362.2 984.39,-362.2 984.39,-415.12 992.1,-439.57 955.39,-477.68 947.14,-486.25 935.36,-491.11 923.98,-493.86"/>
<polygon points="923.68,-491.42 917.3,-495.21 924.65,-496.22 923.68,-491.42"/>
</g>
<g class="edge" data-edge="16" data-source="dropping.opening" data-target="dropping.retrying" data-events="acceptor.failed accept.exhausted">
<path d="M910.99,-218.03C917.96,-227.4 926.26,-240.32 930.39,-253.24 934.05,-264.71 938.31,-327 933.39,-335.68 931.82,-338.44 929.81,-340.92 927.52,-343.15"/>
<polygon points="926.02,-341.21 922.1,-347.51 929.09,-345.03 926.02,-341.21"/>
</g>
<g class="edge" data-edge="17" data-source="dropping.opening" data-target="accept-paused" data-events="drop.stop">
<path d="M749.31,-210.39C736.86,-218.27 714.68,-231.74 691.09,-243"/>
<polygon points="690.08,-240.77 684.76,-245.94 692.14,-245.22 690.08,-240.77"/>
</g>
<g class="edge" data-edge="18" data-source="dropping.retrying" data-target="dropping.opening" data-events="retry.due">
<path d="M879.21,-313.09C880.2,-309.6 881.49,-305.06 882.78,-300.51"/>
<polygon points="885.09,-301.34 884.65,-293.94 880.38,-300.01 885.09,-301.34"/>
</g>
<g class="edge" data-edge="19" data-source="dropping.retrying" data-target="accept-paused" data-events="drop.stop">
<path d="M708.26,-312.99C703.33,-311.1 697.76,-309.05 691.09,-306.83"/>
<polygon points="692.24,-304.63 684.83,-304.82 690.75,-309.29 692.24,-304.63"/>
</g>
<g class="edge" data-edge="20" data-source="closing.listeningSocket" data-target="closing.sockets" data-events="acceptor.closed">
<path d="M1305.39,-305.5C1305.39,-303.88 1305.39,-302.2 1305.39,-300.51"/>
<polygon points="1307.84,-300.81 1305.39,-293.81 1302.94,-300.81 1307.84,-300.81"/>
</g>
<g class="edge" data-edge="21" data-source="closing.listeningSocket" data-target="closed" data-events="acceptor.closed">
<path d="M1396.11,-195.33C1386.25,-188.71 1369.97,-178.77 1354.39,-173.68 1324.06,-163.76 1288.8,-158.85 1259.79,-156.43"/>
<polygon points="1260.07,-153.99 1252.9,-155.9 1259.69,-158.88 1260.07,-153.99"/>
</g>
<g class="edge" data-edge="22" data-source="closing.sockets" data-target="closed" data-events="sockets.closed">
<path d="M1295.47,-195.36C1286.56,-190.16 1273.41,-182.76 1258.71,-175.75"/>
<polygon points="1260.14,-173.71 1252.76,-172.98 1258.08,-178.15 1260.14,-173.71"/>
</g>
<g class="edge" data-edge="23" data-source="closed.draining" data-target="closed.drained" data-events="always">
<path d="M1160.39,-112.44C1160.39,-111.19 1160.39,-109.82 1160.39,-108.39"/>
<polygon points="1162.84,-108.43 1160.39,-101.43 1157.94,-108.43 1162.84,-108.43"/>
</g>
</g>
</svg>
`,
  connection: `<svg xmlns="http://www.w3.org/2000/svg" class="picture" role="img" aria-label="The connection chart" width="509" height="392" viewBox="0.00 0.00 509.00 392.00">
<style>
.picture { color: #1f2328; --paper: #fff; --box: #f6f8fa; --border: #8c959f; --quiet: #59636e; --edge: #6e7781; --event: #0550ae; font-family: system-ui, -apple-system, "Segoe UI", "DejaVu Sans", sans-serif }
@media (prefers-color-scheme: dark) { .picture { color: #e6edf3; --paper: #0d1117; --box: #161b22; --border: #6e7681; --quiet: #9198a1; --edge: #8b949e; --event: #79c0ff } }
.picture:root { background: var(--paper) }
.picture text { fill: currentColor }
.picture .name { font-weight: 600 }
.picture .description { fill: var(--quiet) }
.picture .inner { fill: var(--event) }
.picture .state > path, .picture .state > polygon { fill: var(--box); stroke: var(--border) }
.picture .outer > path, .picture .outer > polygon { fill: var(--paper); stroke: var(--border) }
.picture .final > path { stroke-width: 3 }
.picture .any > path { fill: none; stroke: var(--border); stroke-dasharray: 4 3 }
.picture .start > ellipse { fill: currentColor; stroke: none }
.picture .edge > path { fill: none; stroke: var(--edge) }
.picture .edge > polygon { fill: var(--edge); stroke: var(--edge) }
.picture .label text { fill: var(--event) }
</style>
<g transform="scale(1 1) rotate(0) translate(7.2 385)">
<g class="outer" data-state="closing"><title>The handler has settled, was forgotten or will never start; the socket is being closed.</title>
<path d="M104.01,-8C104.01,-8 286.01,-8 286.01,-8 292.01,-8 298.01,-14 298.01,-20 298.01,-20 298.01,-311.84 298.01,-311.84 298.01,-317.84 292.01,-323.84 286.01,-323.84 286.01,-323.84 104.01,-323.84 104.01,-323.84 98.01,-323.84 92.01,-317.84 92.01,-311.84 92.01,-311.84 92.01,-20 92.01,-20 92.01,-14 98.01,-8 104.01,-8"/>
<text class="name" text-anchor="start" x="241.45" y="-309.04" font-size="12.00">closing</text>
</g>
<g class="state" data-state="serving"><title>The handler runs on an open socket.</title>
<path d="M379.81,-356.88C379.81,-356.88 330.21,-356.88 330.21,-356.88 326.04,-356.88 321.87,-352.71 321.87,-348.53 321.87,-348.53 321.87,-340.19 321.87,-340.19 321.87,-336.01 326.04,-331.84 330.21,-331.84 330.21,-331.84 379.81,-331.84 379.81,-331.84 383.99,-331.84 388.16,-336.01 388.16,-340.19 388.16,-340.19 388.16,-348.53 388.16,-348.53 388.16,-352.71 383.99,-356.88 379.81,-356.88"/>
<text class="name" text-anchor="start" x="330.07" y="-341.76" font-size="12.00">serving</text>
</g>
<g class="label" data-edge="0" data-source="serving" data-target="closing.flushing" data-events="handler.settled handler.failed consumer.left">
<text text-anchor="start" x="313.5" y="-292.28" font-size="11.00">handler.settled</text>
<text text-anchor="start" x="313.5" y="-277.08" font-size="11.00">handler.failed</text>
<text text-anchor="start" x="313.5" y="-261.88" font-size="11.00">consumer.left</text>
</g>
<g class="edge" data-edge="0" data-source="serving" data-target="closing.flushing" data-events="handler.settled handler.failed consumer.left">
<path d="M355.01,-331.62C355.01,-323.74 355.01,-313.14 355.01,-303.79"/>
</g>
<g class="label" data-edge="1" data-source="serving" data-target="closing.cutting" data-events="buffer.too-old discard">
<text text-anchor="start" x="1" y="-78.44" font-size="11.00">buffer.too&#45;old</text>
<text text-anchor="start" x="1" y="-63.24" font-size="11.00">discard</text>
</g>
<g class="edge" data-edge="1" data-source="serving" data-target="closing.cutting" data-events="buffer.too-old discard">
<path d="M321.54,-342.89C254.21,-341.66 107.25,-337.44 89.01,-323.84 54.84,-298.36 55.01,-276.79 55.01,-234.16 55.01,-234.16 55.01,-234.16 55.01,-176.24 55.01,-145.3 47.45,-109.63 42.72,-90.37"/>
</g>
<g class="label" data-edge="2" data-source="serving" data-target="abandoned" data-events="socket.closed">
<text text-anchor="start" x="412.96" y="-277.08" font-size="11.00">socket.closed</text>
</g>
<g class="edge" data-edge="2" data-source="serving" data-target="abandoned" data-events="socket.closed">
<path d="M388.4,-332.33C394.12,-329.88 399.87,-327.05 405.01,-323.84 421.04,-313.84 436.54,-297.75 444.49,-288.88"/>
</g>
<g class="state" data-state="abandoned"><title>The socket is gone, the handler still runs; it holds its place until it settles.</title>
<path d="M486.12,-245.68C486.12,-245.68 411.91,-245.68 411.91,-245.68 407.73,-245.68 403.56,-241.51 403.56,-237.33 403.56,-237.33 403.56,-228.99 403.56,-228.99 403.56,-224.81 407.73,-220.64 411.91,-220.64 411.91,-220.64 486.12,-220.64 486.12,-220.64 490.29,-220.64 494.47,-224.81 494.47,-228.99 494.47,-228.99 494.47,-237.33 494.47,-237.33 494.47,-241.51 490.29,-245.68 486.12,-245.68"/>
<text class="name" text-anchor="start" x="411.76" y="-230.56" font-size="12.00">abandoned</text>
</g>
<g class="label" data-edge="3" data-source="abandoned" data-target="closed" data-events="handler.settled handler.failed consumer.left discard">
<text text-anchor="start" x="406.5" y="-195.64" font-size="11.00">handler.settled</text>
<text text-anchor="start" x="406.5" y="-180.44" font-size="11.00">handler.failed</text>
<text text-anchor="start" x="406.5" y="-165.24" font-size="11.00">consumer.left</text>
<text text-anchor="start" x="406.5" y="-150.04" font-size="11.00">discard</text>
</g>
<g class="edge" data-edge="3" data-source="abandoned" data-target="closed" data-events="handler.settled handler.failed consumer.left discard">
<path d="M448.79,-220.19C448.72,-216.35 448.64,-211.9 448.55,-207.37"/>
</g>
<g class="state" data-state="closing.flushing"><title>What the handler wrote is being sent, then FIN.</title>
<path d="M275.08,-245.68C275.08,-245.68 220.95,-245.68 220.95,-245.68 216.77,-245.68 212.6,-241.51 212.6,-237.33 212.6,-237.33 212.6,-228.99 212.6,-228.99 212.6,-224.81 216.77,-220.64 220.95,-220.64 220.95,-220.64 275.08,-220.64 275.08,-220.64 279.25,-220.64 283.43,-224.81 283.43,-228.99 283.43,-228.99 283.43,-237.33 283.43,-237.33 283.43,-241.51 279.25,-245.68 275.08,-245.68"/>
<text class="name" text-anchor="start" x="220.8" y="-230.56" font-size="12.00">flushing</text>
</g>
<g class="label" data-edge="4" data-source="closing" data-target="closed" data-events="socket.closed">
<text text-anchor="start" x="314.96" y="-172.84" font-size="11.00">socket.closed</text>
</g>
<g class="edge" data-edge="4" data-source="closing" data-target="closed" data-events="socket.closed">
<path d="M298.01,-209.18C299.02,-208.67 300.03,-208.15 301.01,-207.64 315.17,-200.3 331.01,-190.99 341.23,-184.84"/>
</g>
<g class="label" data-edge="5" data-source="closing.flushing" data-target="closing.discarding" data-events="writer.flushed">
<text text-anchor="start" x="133.89" y="-172.84" font-size="11.00">writer.flushed</text>
</g>
<g class="edge" data-edge="5" data-source="closing.flushing" data-target="closing.discarding" data-events="writer.flushed">
<path d="M231.15,-220.19C215.75,-209.27 193.58,-193.54 181.22,-184.77"/>
</g>
<g class="label" data-edge="6" data-source="closing.flushing" data-target="closing.cutting" data-events="flush.expired buffer.too-old">
<text text-anchor="start" x="207" y="-121.84" font-size="11.00">flush.expired</text>
<text text-anchor="start" x="207" y="-106.64" font-size="11.00">buffer.too&#45;old</text>
</g>
<g class="edge" data-edge="6" data-source="closing.flushing" data-target="closing.cutting" data-events="flush.expired buffer.too-old">
<path d="M247.7,-220.54C247.15,-199.77 245.99,-156.32 245.39,-133.82"/>
</g>
<g class="state" data-state="closing.discarding"><title>FIN is sent. If the peer has sent what nobody read, its FIN is waited for: closing before would reset the connection, and lose what is under way to it.</title>
<path d="M183.91,-131.16C183.91,-131.16 114.12,-131.16 114.12,-131.16 109.95,-131.16 105.77,-126.99 105.77,-122.81 105.77,-122.81 105.77,-114.47 105.77,-114.47 105.77,-110.29 109.95,-106.12 114.12,-106.12 114.12,-106.12 183.91,-106.12 183.91,-106.12 188.08,-106.12 192.26,-110.29 192.26,-114.47 192.26,-114.47 192.26,-122.81 192.26,-122.81 192.26,-126.99 188.08,-131.16 183.91,-131.16"/>
<text class="name" text-anchor="start" x="113.97" y="-116.04" font-size="12.00">discarding</text>
</g>
<g class="label" data-edge="7" data-source="closing.discarding" data-target="closing.cutting" data-events="flush.expired">
<text text-anchor="start" x="113.23" y="-70.84" font-size="11.00">flush.expired</text>
</g>
<g class="edge" data-edge="7" data-source="closing.discarding" data-target="closing.cutting" data-events="flush.expired">
<path d="M149.01,-105.89C149.01,-98.24 149.01,-88.57 149.01,-82.39"/>
</g>
<g class="state" data-state="closing.cutting"><title>Destroyed; the descriptor is being closed.</title>
<path d="M172.66,-47.04C172.66,-47.04 125.37,-47.04 125.37,-47.04 121.2,-47.04 117.02,-42.87 117.02,-38.69 117.02,-38.69 117.02,-30.35 117.02,-30.35 117.02,-26.17 121.2,-22 125.37,-22 125.37,-22 172.66,-22 172.66,-22 176.83,-22 181.01,-26.17 181.01,-30.35 181.01,-30.35 181.01,-38.69 181.01,-38.69 181.01,-42.87 176.83,-47.04 172.66,-47.04"/>
<text class="name" text-anchor="start" x="125.22" y="-31.92" font-size="12.00">cutting</text>
</g>
<g class="start">
<ellipse cx="248.01" cy="-281.48" rx="3.96" ry="3.96"/>
</g>
<g class="edge">
<path d="M248.01,-277.15C248.01,-272.36 248.01,-263.14 248.01,-254.46"/>
<polygon points="250.46,-254.67 248.01,-247.67 245.56,-254.67 250.46,-254.67"/>
</g>
<g class="state final" data-state="closed"><title>The handler has settled or was forgotten, and the descriptor is closed: the place is free.</title>
<path d="M421.31,-131.16C421.31,-131.16 378.72,-131.16 378.72,-131.16 374.55,-131.16 370.37,-126.99 370.37,-122.81 370.37,-122.81 370.37,-114.47 370.37,-114.47 370.37,-110.29 374.55,-106.12 378.72,-106.12 378.72,-106.12 421.31,-106.12 421.31,-106.12 425.48,-106.12 429.65,-110.29 429.65,-114.47 429.65,-114.47 429.65,-122.81 429.65,-122.81 429.65,-126.99 425.48,-131.16 421.31,-131.16"/>
<text class="name" text-anchor="start" x="378.57" y="-116.04" font-size="12.00">closed</text>
</g>
<g class="start">
<ellipse cx="355.01" cy="-373.84" rx="3.96" ry="3.96"/>
</g>
<g class="edge">
<path d="M355.01,-369.47C355.01,-368.31 355.01,-366.91 355.01,-365.38"/>
<polygon points="357.46,-365.63 355.01,-358.63 352.56,-365.63 357.46,-365.63"/>
</g>
<g class="edge" data-edge="0" data-source="serving" data-target="closing.flushing" data-events="handler.settled handler.failed consumer.left">
<path d="M312.72,-262.17C302.96,-257.95 292.67,-253.49 283.24,-249.41"/>
<polygon points="284.34,-247.22 276.95,-246.68 282.4,-251.71 284.34,-247.22"/>
</g>
<g class="edge" data-edge="1" data-source="serving" data-target="closing.cutting" data-events="buffer.too-old discard">
<path d="M77.8,-60.59C87.85,-57.05 98.7,-53.23 108.82,-49.67"/>
<polygon points="109.54,-52.01 115.33,-47.38 107.92,-47.39 109.54,-52.01"/>
</g>
<g class="edge" data-edge="2" data-source="serving" data-target="abandoned" data-events="socket.closed">
<path d="M449.87,-274.04C449.76,-268.82 449.6,-261.18 449.44,-253.98"/>
<polygon points="451.9,-254.36 449.3,-247.41 447,-254.47 451.9,-254.36"/>
</g>
<g class="edge" data-edge="3" data-source="abandoned" data-target="closed" data-events="handler.settled handler.failed consumer.left discard">
<path d="M423.17,-146.95C420.55,-143.85 417.93,-140.77 415.46,-137.86"/>
<polygon points="417.38,-136.33 410.98,-132.58 413.64,-139.5 417.38,-136.33"/>
</g>
<g class="edge" data-edge="4" data-source="closing" data-target="closed" data-events="socket.closed">
<path d="M357.52,-169.75C364.05,-162.05 375.2,-148.9 384.44,-138"/>
<polygon points="386.26,-139.65 388.91,-132.73 382.52,-136.48 386.26,-139.65"/>
</g>
<g class="edge" data-edge="5" data-source="closing.flushing" data-target="closing.discarding" data-events="writer.flushed">
<path d="M169.38,-169.75C166.37,-162.34 161.3,-149.88 156.98,-139.24"/>
<polygon points="159.34,-138.54 154.43,-132.98 154.8,-140.38 159.34,-138.54"/>
</g>
<g class="edge" data-edge="6" data-source="closing.flushing" data-target="closing.cutting" data-events="flush.expired buffer.too-old">
<path d="M234.56,-103.65C224.77,-91.18 209.24,-72.96 193.01,-60.04 189.24,-57.04 185.06,-54.19 180.81,-51.58"/>
<polygon points="182.26,-49.58 174.98,-48.16 179.78,-53.81 182.26,-49.58"/>
</g>
<g class="edge" data-edge="7" data-source="closing.discarding" data-target="closing.cutting" data-events="flush.expired">
<path d="M149.01,-67.85C149.01,-64.44 149.01,-60.05 149.01,-55.61"/>
<polygon points="151.46,-55.76 149.01,-48.76 146.56,-55.76 151.46,-55.76"/>
</g>
</g>
</svg>
`,
}
