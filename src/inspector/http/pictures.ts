// The charts for the page, drawn by `npm run visualize`.
export const pictures = {
  listener: `<svg xmlns="http://www.w3.org/2000/svg" class="picture" role="img" aria-label="The listener chart" width="1592" height="653" viewBox="0.00 0.00 1592.00 653.00" font-family="DejaVu Sans, Verdana, sans-serif">
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
<g transform="scale(1 1) rotate(0) translate(7.2 645.76)">
<g class="outer" data-state="accept-paused"><title>accept(2) is not called. Existing connections are served; new clients wait in the kernel or are refused.</title>
<path d="M439.39,-8C439.39,-8 753.39,-8 753.39,-8 759.39,-8 765.39,-14 765.39,-20 765.39,-20 765.39,-481.56 765.39,-481.56 765.39,-487.56 759.39,-493.56 753.39,-493.56 753.39,-493.56 439.39,-493.56 439.39,-493.56 433.39,-493.56 427.39,-487.56 427.39,-481.56 427.39,-481.56 427.39,-20 427.39,-20 427.39,-14 433.39,-8 439.39,-8" fill="#ffffff" stroke="#8c959f"/>
<text class="name" text-anchor="start" x="658.23" y="-478.76" font-size="12.00" fill="#1f2328" font-weight="600">accept&#45;paused</text>
</g>
<g class="outer" data-state="dropping"><title>Each incoming connection is accepted and closed at once; existing ones go on. Wins over the limit and over a pause.</title>
<path d="M930.39,-255.12C930.39,-255.12 1131.39,-255.12 1131.39,-255.12 1137.39,-255.12 1143.39,-261.12 1143.39,-267.12 1143.39,-267.12 1143.39,-618.56 1143.39,-618.56 1143.39,-624.56 1137.39,-630.56 1131.39,-630.56 1131.39,-630.56 930.39,-630.56 930.39,-630.56 924.39,-630.56 918.39,-624.56 918.39,-618.56 918.39,-618.56 918.39,-267.12 918.39,-267.12 918.39,-261.12 924.39,-255.12 930.39,-255.12" fill="#ffffff" stroke="#8c959f"/>
<text class="name" text-anchor="start" x="1073.97" y="-615.76" font-size="12.00" fill="#1f2328" font-weight="600">dropping</text>
</g>
<g class="outer" data-state="closing"><title>No handler starts any more; the listening descriptor is being closed.</title>
<path d="M1307.39,-334.68C1307.39,-334.68 1467.39,-334.68 1467.39,-334.68 1473.39,-334.68 1479.39,-340.68 1479.39,-346.68 1479.39,-346.68 1479.39,-547.12 1479.39,-547.12 1479.39,-553.12 1473.39,-559.12 1467.39,-559.12 1467.39,-559.12 1307.39,-559.12 1307.39,-559.12 1301.39,-559.12 1295.39,-553.12 1295.39,-547.12 1295.39,-547.12 1295.39,-346.68 1295.39,-346.68 1295.39,-340.68 1301.39,-334.68 1307.39,-334.68" fill="#ffffff" stroke="#8c959f"/>
<text class="name" text-anchor="start" x="1422.83" y="-544.32" font-size="12.00" fill="#1f2328" font-weight="600">closing</text>
</g>
<g class="outer" data-state="closed"><title>The listening descriptor is closed. Handlers that run are left to finish.</title>
<path d="M1163.39,-126.64C1163.39,-126.64 1321.39,-126.64 1321.39,-126.64 1327.39,-126.64 1333.39,-132.64 1333.39,-138.64 1333.39,-138.64 1333.39,-314.68 1333.39,-314.68 1333.39,-320.68 1327.39,-326.68 1321.39,-326.68 1321.39,-326.68 1163.39,-326.68 1163.39,-326.68 1157.39,-326.68 1151.39,-320.68 1151.39,-314.68 1151.39,-314.68 1151.39,-138.64 1151.39,-138.64 1151.39,-132.64 1157.39,-126.64 1163.39,-126.64" fill="#ffffff" stroke="#8c959f"/>
<text class="name" text-anchor="start" x="1281.51" y="-311.88" font-size="12.00" fill="#1f2328" font-weight="600">closed</text>
</g>
<g class="state" data-state="listening"><title>There is room: each connection is admitted and gets a handler.</title>
<path d="M259.42,-455.16C259.42,-455.16 201.36,-455.16 201.36,-455.16 197.19,-455.16 193.02,-450.99 193.02,-446.81 193.02,-446.81 193.02,-438.47 193.02,-438.47 193.02,-434.29 197.19,-430.12 201.36,-430.12 201.36,-430.12 259.42,-430.12 259.42,-430.12 263.59,-430.12 267.76,-434.29 267.76,-438.47 267.76,-438.47 267.76,-446.81 267.76,-446.81 267.76,-450.99 263.59,-455.16 259.42,-455.16" fill="#f6f8fa" stroke="#8c959f"/>
<text class="name" text-anchor="start" x="201.22" y="-440.04" font-size="12.00" fill="#1f2328" font-weight="600">listening</text>
</g>
<g class="label" data-edge="1" data-source="listening" data-target="accept-paused" data-events="always">
<text text-anchor="start" x="270.31" y="-405.12" font-size="11.00" fill="#0550ae">always [isPausedByHand]</text>
<text text-anchor="start" x="270.31" y="-389.92" font-size="11.00" fill="#0550ae">always [isFull]</text>
</g>
<g class="edge" data-edge="1" data-source="listening" data-target="accept-paused" data-events="always">
<path d="M264.6,-429.71C276.07,-425.71 288.96,-421.21 300.86,-417.06" fill="none" stroke="#6e7781"/>
</g>
<g class="label" data-edge="2" data-source="listening" data-target="dropping.open" data-events="drop.start">
<text text-anchor="start" x="1" y="-397.52" font-size="11.00" fill="#0550ae">drop.start</text>
</g>
<g class="edge" data-edge="2" data-source="listening" data-target="dropping.open" data-events="drop.start">
<path d="M192.64,-438.55C158.67,-435.18 107.59,-428.67 64.39,-417.12 57.12,-415.18 49.32,-412.22 42.85,-409.5" fill="none" stroke="#6e7781"/>
</g>
<g class="label" data-edge="3" data-source="listening" data-target="accept-paused.exhausted" data-events="accept.exhausted">
<text text-anchor="start" x="71.95" y="-397.52" font-size="11.00" fill="#0550ae">accept.exhausted</text>
</g>
<g class="edge" data-edge="3" data-source="listening" data-target="accept-paused.exhausted" data-events="accept.exhausted">
<path d="M196.49,-429.71C177.55,-423.04 154.68,-414.99 138.99,-409.47" fill="none" stroke="#6e7781"/>
</g>
<g class="label" data-edge="4" data-source="listening" data-target="accept-paused.retrying" data-events="accept.failed">
<text text-anchor="start" x="184.53" y="-397.52" font-size="11.00" fill="#0550ae">accept.failed</text>
</g>
<g class="edge" data-edge="4" data-source="listening" data-target="accept-paused.retrying" data-events="accept.failed">
<path d="M227.03,-429.81C225.11,-423.05 222.78,-414.84 221.2,-409.28" fill="none" stroke="#6e7781"/>
</g>
<g class="state" data-state="accept-paused.waiting"><title>Full, or paused by hand, or both.</title>
<path d="M691.43,-373.72C691.43,-373.72 641.35,-373.72 641.35,-373.72 637.17,-373.72 633,-369.55 633,-365.37 633,-365.37 633,-357.03 633,-357.03 633,-352.85 637.17,-348.68 641.35,-348.68 641.35,-348.68 691.43,-348.68 691.43,-348.68 695.61,-348.68 699.78,-352.85 699.78,-357.03 699.78,-357.03 699.78,-365.37 699.78,-365.37 699.78,-369.55 695.61,-373.72 691.43,-373.72" fill="#f6f8fa" stroke="#8c959f"/>
<text class="name" text-anchor="start" x="641.2" y="-358.6" font-size="12.00" fill="#1f2328" font-weight="600">waiting</text>
</g>
<g class="label" data-edge="6" data-source="accept-paused" data-target="dropping" data-events="drop.start">
<text text-anchor="start" x="849" y="-397.52" font-size="11.00" fill="#0550ae">drop.start</text>
</g>
<g class="edge" data-edge="6" data-source="accept-paused" data-target="dropping" data-events="drop.start">
<path d="M765.39,-372.04C790.11,-375.62 816.41,-380.4 840.39,-386.72 847.8,-388.67 855.74,-391.7 862.28,-394.46" fill="none" stroke="#6e7781"/>
</g>
<g class="label" data-edge="7" data-source="accept-paused.waiting" data-target="accept-paused.opening" data-events="always">
<text text-anchor="start" x="442.71" y="-230.2" font-size="11.00" fill="#0550ae">always [canAccept]</text>
</g>
<g class="edge" data-edge="7" data-source="accept-paused.waiting" data-target="accept-paused.opening" data-events="always">
<path d="M632.59,-359.13C604.47,-356.57 564.89,-348.88 538.39,-326.68 510.9,-303.64 500.45,-258.7 497.42,-242.03" fill="none" stroke="#6e7781"/>
</g>
<g class="label" data-edge="8" data-source="accept-paused.waiting" data-target="accept-paused.binding" data-events="always">
<text text-anchor="start" x="546.67" y="-279.92" font-size="11.00" fill="#0550ae">always [mustBind]</text>
</g>
<g class="edge" data-edge="8" data-source="accept-paused.waiting" data-target="accept-paused.binding" data-events="always">
<path d="M655.76,-348.5C641.27,-332.54 615.8,-304.49 604.31,-291.83" fill="none" stroke="#6e7781"/>
</g>
<g class="state" data-state="accept-paused.binding"><title>To be held, after a pause that closed the socket: it is being bound again.</title>
<path d="M623.48,-247.12C623.48,-247.12 573.3,-247.12 573.3,-247.12 569.13,-247.12 564.95,-242.95 564.95,-238.77 564.95,-238.77 564.95,-230.43 564.95,-230.43 564.95,-226.25 569.13,-222.08 573.3,-222.08 573.3,-222.08 623.48,-222.08 623.48,-222.08 627.65,-222.08 631.83,-226.25 631.83,-230.43 631.83,-230.43 631.83,-238.77 631.83,-238.77 631.83,-242.95 627.65,-247.12 623.48,-247.12" fill="#f6f8fa" stroke="#8c959f"/>
<text class="name" text-anchor="start" x="573.15" y="-232" font-size="12.00" fill="#1f2328" font-weight="600">binding</text>
</g>
<g class="label" data-edge="9" data-source="accept-paused.binding" data-target="accept-paused.opening" data-events="always">
<text text-anchor="start" x="458.71" y="-189.48" font-size="11.00" fill="#0550ae">always [canAccept]</text>
</g>
<g class="edge" data-edge="9" data-source="accept-paused.binding" data-target="accept-paused.opening" data-events="always">
<path d="M572.12,-221.77C557.3,-215.1 539.34,-207.01 527.01,-201.46" fill="none" stroke="#6e7781"/>
</g>
<g class="label" data-edge="10" data-source="accept-paused.binding" data-target="accept-paused.waiting" data-events="always acceptor.held">
<text text-anchor="start" x="598.07" y="-197.08" font-size="11.00" fill="#0550ae">always [mayStayClosed]</text>
<text text-anchor="start" x="598.07" y="-181.88" font-size="11.00" fill="#0550ae">acceptor.held</text>
</g>
<g class="edge" data-edge="10" data-source="accept-paused.binding" data-target="accept-paused.waiting" data-events="always acceptor.held">
<path d="M619.16,-221.77C626.35,-217.68 634.47,-213.06 641.92,-208.81" fill="none" stroke="#6e7781"/>
</g>
<g class="label" data-edge="11" data-source="accept-paused.binding" data-target="accept-paused.retrying" data-events="acceptor.failed">
<text text-anchor="start" x="602.84" y="-148.76" font-size="11.00" fill="#0550ae">acceptor.failed</text>
</g>
<g class="edge" data-edge="11" data-source="accept-paused.binding" data-target="accept-paused.retrying" data-events="acceptor.failed">
<path d="M592.36,-221.7C587.29,-209.88 582.09,-191.67 590.39,-178.68 595.9,-170.05 605.32,-164.42 614.69,-160.75" fill="none" stroke="#6e7781"/>
</g>
<g class="state" data-state="accept-paused.opening"><title>The acceptor was asked to accept again; at once after a hold, later after a rebind.</title>
<path d="M539.34,-165.68C539.34,-165.68 485.44,-165.68 485.44,-165.68 481.27,-165.68 477.1,-161.51 477.1,-157.33 477.1,-157.33 477.1,-148.99 477.1,-148.99 477.1,-144.81 481.27,-140.64 485.44,-140.64 485.44,-140.64 539.34,-140.64 539.34,-140.64 543.51,-140.64 547.68,-144.81 547.68,-148.99 547.68,-148.99 547.68,-157.33 547.68,-157.33 547.68,-161.51 543.51,-165.68 539.34,-165.68" fill="#f6f8fa" stroke="#8c959f"/>
<text class="name" text-anchor="start" x="485.3" y="-150.56" font-size="12.00" fill="#1f2328" font-weight="600">opening</text>
</g>
<g class="label" data-edge="12" data-source="accept-paused.opening" data-target="listening" data-events="acceptor.ready">
<text text-anchor="start" x="383.19" y="-512.36" font-size="11.00" fill="#0550ae">acceptor.ready</text>
</g>
<g class="edge" data-edge="12" data-source="accept-paused.opening" data-target="listening" data-events="acceptor.ready">
<path d="M476.87,-159.07C464.29,-162.55 451.1,-168.51 442.39,-178.68 420.09,-204.72 423.52,-464.79 424.27,-509.3" fill="none" stroke="#6e7781"/>
</g>
<g class="label" data-edge="13" data-source="accept-paused.opening" data-target="accept-paused.retrying" data-events="acceptor.failed">
<text text-anchor="start" x="586.84" y="-106.64" font-size="11.00" fill="#0550ae">acceptor.failed</text>
</g>
<g class="edge" data-edge="13" data-source="accept-paused.opening" data-target="accept-paused.retrying" data-events="acceptor.failed">
<path d="M546.58,-140.23C566.84,-133.16 591.75,-124.47 608.51,-118.63" fill="none" stroke="#6e7781"/>
</g>
<g class="label" data-edge="14" data-source="accept-paused.opening" data-target="accept-paused.exhausted" data-events="accept.exhausted">
<text text-anchor="start" x="441.95" y="-106.64" font-size="11.00" fill="#0550ae">accept.exhausted</text>
</g>
<g class="edge" data-edge="14" data-source="accept-paused.opening" data-target="accept-paused.exhausted" data-events="accept.exhausted">
<path d="M505.91,-140.34C501.95,-133.13 497.06,-124.2 493.83,-118.32" fill="none" stroke="#6e7781"/>
</g>
<g class="state" data-state="accept-paused.retrying"><title>Listening or accepting failed, the address is taken for instance: try again after a growing delay.</title>
<path d="M654.35,-90.44C654.35,-90.44 600.43,-90.44 600.43,-90.44 596.25,-90.44 592.08,-86.27 592.08,-82.09 592.08,-82.09 592.08,-73.75 592.08,-73.75 592.08,-69.57 596.25,-65.4 600.43,-65.4 600.43,-65.4 654.35,-65.4 654.35,-65.4 658.52,-65.4 662.7,-69.57 662.7,-73.75 662.7,-73.75 662.7,-82.09 662.7,-82.09 662.7,-86.27 658.52,-90.44 654.35,-90.44" fill="#f6f8fa" stroke="#8c959f"/>
<text class="name" text-anchor="start" x="600.28" y="-75.32" font-size="12.00" fill="#1f2328" font-weight="600">retrying</text>
</g>
<g class="label" data-edge="15" data-source="accept-paused.retrying" data-target="accept-paused.opening" data-events="retry.due">
<text text-anchor="start" x="560.87" y="-32.8" font-size="11.00" fill="#0550ae">retry.due [canAccept]</text>
</g>
<g class="edge" data-edge="15" data-source="accept-paused.retrying" data-target="accept-paused.opening" data-events="retry.due">
<path d="M625.56,-65.09C624.51,-58.33 623.24,-50.12 622.38,-44.56" fill="none" stroke="#6e7781"/>
</g>
<g class="label" data-edge="16" data-source="accept-paused.retrying" data-target="accept-paused.waiting" data-events="retry.due">
<text text-anchor="start" x="697.81" y="-32.8" font-size="11.00" fill="#0550ae">retry.due</text>
</g>
<g class="edge" data-edge="16" data-source="accept-paused.retrying" data-target="accept-paused.waiting" data-events="retry.due">
<path d="M658.88,-64.91C668.97,-61 680.18,-56.58 690.39,-52.4 696.39,-49.94 702.96,-47.14 708.65,-44.67" fill="none" stroke="#6e7781"/>
</g>
<g class="state" data-state="accept-paused.exhausted"><title>The process is about to run out of file descriptors: wait for some to be closed.</title>
<path d="M525.27,-90.44C525.27,-90.44 455.51,-90.44 455.51,-90.44 451.34,-90.44 447.16,-86.27 447.16,-82.09 447.16,-82.09 447.16,-73.75 447.16,-73.75 447.16,-69.57 451.34,-65.4 455.51,-65.4 455.51,-65.4 525.27,-65.4 525.27,-65.4 529.44,-65.4 533.62,-69.57 533.62,-73.75 533.62,-73.75 533.62,-82.09 533.62,-82.09 533.62,-86.27 529.44,-90.44 525.27,-90.44" fill="#f6f8fa" stroke="#8c959f"/>
<text class="name" text-anchor="start" x="455.36" y="-75.32" font-size="12.00" fill="#1f2328" font-weight="600">exhausted</text>
</g>
<g class="label" data-edge="17" data-source="accept-paused.exhausted" data-target="accept-paused.opening" data-events="connection.settled retry.due">
<text text-anchor="start" x="442.9" y="-40.4" font-size="11.00" fill="#0550ae">connection.settled</text>
<text text-anchor="start" x="442.9" y="-25.2" font-size="11.00" fill="#0550ae">retry.due</text>
</g>
<g class="edge" data-edge="17" data-source="accept-paused.exhausted" data-target="accept-paused.opening" data-events="connection.settled retry.due">
<path d="M491.31,-65.09C491.62,-61 491.98,-56.38 492.31,-52.13" fill="none" stroke="#6e7781"/>
</g>
<g class="start">
<ellipse cx="631.39" cy="-401.92" rx="3.96" ry="3.96" fill="#1f2328" stroke="none"/>
</g>
<g class="edge">
<path d="M633.49,-398.01C635.63,-395.09 639.11,-390.48 642.39,-386.72 644.34,-384.48 646.45,-382.18 648.57,-379.93" fill="none" stroke="#6e7781"/>
<polygon points="649.99,-381.99 653.09,-375.25 646.46,-378.58 649.99,-381.99" fill="#6e7781" stroke="#6e7781"/>
</g>
<g class="any">
<path d="M742.64,-455.16C742.64,-455.16 582.14,-455.16 582.14,-455.16 577.97,-455.16 573.79,-450.99 573.79,-446.81 573.79,-446.81 573.79,-438.47 573.79,-438.47 573.79,-434.29 577.97,-430.12 582.14,-430.12 582.14,-430.12 742.64,-430.12 742.64,-430.12 746.81,-430.12 750.99,-434.29 750.99,-438.47 750.99,-438.47 750.99,-446.81 750.99,-446.81 750.99,-450.99 746.81,-455.16 742.64,-455.16" fill="none" stroke="#8c959f" stroke-dasharray="4 3"/>
<text class="name" text-anchor="start" x="581.99" y="-440.04" font-size="12.00" fill="#1f2328" font-weight="600">in any of accept&#45;paused</text>
</g>
<g class="label" data-edge="5" data-source="accept-paused" data-target="accept-paused.waiting" data-events="pause">
<text text-anchor="start" x="650.04" y="-397.52" font-size="11.00" fill="#0550ae">pause</text>
</g>
<g class="edge" data-edge="5" data-source="accept-paused" data-target="accept-paused.waiting" data-events="pause">
<path d="M663.61,-429.81C664.31,-423.05 665.16,-414.84 665.73,-409.28" fill="none" stroke="#6e7781"/>
</g>
<g class="state" data-state="dropping.open"><title>Accepting in order to close.</title>
<path d="M989.04,-592.16C989.04,-592.16 951.74,-592.16 951.74,-592.16 947.56,-592.16 943.39,-587.99 943.39,-583.81 943.39,-583.81 943.39,-575.47 943.39,-575.47 943.39,-571.29 947.56,-567.12 951.74,-567.12 951.74,-567.12 989.04,-567.12 989.04,-567.12 993.22,-567.12 997.39,-571.29 997.39,-575.47 997.39,-575.47 997.39,-583.81 997.39,-583.81 997.39,-587.99 993.22,-592.16 989.04,-592.16" fill="#f6f8fa" stroke="#8c959f"/>
<text class="name" text-anchor="start" x="953.82" y="-577.04" font-size="12.00" fill="#1f2328" font-weight="600">open</text>
</g>
<g class="label" data-edge="18" data-source="dropping.open" data-target="listening" data-events="drop.stop">
<text text-anchor="start" x="292.05" y="-512.36" font-size="11.00" fill="#0550ae">drop.stop</text>
</g>
<g class="edge" data-edge="18" data-source="dropping.open" data-target="listening" data-events="drop.stop">
<path d="M943.09,-578.68C833.59,-578.73 429.41,-577.64 375.39,-559.12 354.34,-551.9 334.41,-534.04 324.65,-524.32" fill="none" stroke="#6e7781"/>
</g>
<g class="label" data-edge="19" data-source="dropping.open" data-target="dropping.retrying" data-events="accept.exhausted accept.failed">
<text text-anchor="start" x="932.95" y="-519.96" font-size="11.00" fill="#0550ae">accept.exhausted</text>
<text text-anchor="start" x="932.95" y="-504.76" font-size="11.00" fill="#0550ae">accept.failed</text>
</g>
<g class="edge" data-edge="19" data-source="dropping.open" data-target="dropping.retrying" data-events="accept.exhausted accept.failed">
<path d="M972.51,-566.9C974.33,-556.81 976.97,-542.25 978.89,-531.59" fill="none" stroke="#6e7781"/>
</g>
<g class="state" data-state="dropping.opening"><title>A paused server polls nothing: the acceptor was asked to accept again.</title>
<path d="M997.34,-373.72C997.34,-373.72 943.44,-373.72 943.44,-373.72 939.27,-373.72 935.1,-369.55 935.1,-365.37 935.1,-365.37 935.1,-357.03 935.1,-357.03 935.1,-352.85 939.27,-348.68 943.44,-348.68 943.44,-348.68 997.34,-348.68 997.34,-348.68 1001.51,-348.68 1005.68,-352.85 1005.68,-357.03 1005.68,-357.03 1005.68,-365.37 1005.68,-365.37 1005.68,-369.55 1001.51,-373.72 997.34,-373.72" fill="#f6f8fa" stroke="#8c959f"/>
<text class="name" text-anchor="start" x="943.3" y="-358.6" font-size="12.00" fill="#1f2328" font-weight="600">opening</text>
</g>
<g class="label" data-edge="20" data-source="dropping.opening" data-target="dropping.open" data-events="acceptor.ready">
<text text-anchor="start" x="1046.19" y="-279.92" font-size="11.00" fill="#0550ae">acceptor.ready</text>
</g>
<g class="edge" data-edge="20" data-source="dropping.opening" data-target="dropping.open" data-events="acceptor.ready">
<path d="M997.57,-348.33C1010.06,-342.44 1024.86,-334.85 1037.39,-326.68 1054,-315.86 1071.41,-300.37 1080.66,-291.74" fill="none" stroke="#6e7781"/>
</g>
<g class="label" data-edge="21" data-source="dropping.opening" data-target="dropping.retrying" data-events="acceptor.failed accept.exhausted">
<text text-anchor="start" x="932.95" y="-287.52" font-size="11.00" fill="#0550ae">acceptor.failed</text>
<text text-anchor="start" x="932.95" y="-272.32" font-size="11.00" fill="#0550ae">accept.exhausted</text>
</g>
<g class="edge" data-edge="21" data-source="dropping.opening" data-target="dropping.retrying" data-events="acceptor.failed accept.exhausted">
<path d="M972.11,-348.5C974.05,-335.26 977.22,-313.68 979.31,-299.49" fill="none" stroke="#6e7781"/>
</g>
<g class="label" data-edge="22" data-source="dropping.opening" data-target="accept-paused" data-events="drop.stop">
<text text-anchor="start" x="815.05" y="-279.92" font-size="11.00" fill="#0550ae">drop.stop</text>
</g>
<g class="edge" data-edge="22" data-source="dropping.opening" data-target="accept-paused" data-events="drop.stop">
<path d="M949.95,-348.34C922.38,-332.33 874.25,-304.4 852.56,-291.8" fill="none" stroke="#6e7781"/>
</g>
<g class="state" data-state="dropping.retrying"><title>Listening or accepting failed: try again after a growing delay.</title>
<path d="M1008.35,-455.16C1008.35,-455.16 954.43,-455.16 954.43,-455.16 950.25,-455.16 946.08,-450.99 946.08,-446.81 946.08,-446.81 946.08,-438.47 946.08,-438.47 946.08,-434.29 950.25,-430.12 954.43,-430.12 954.43,-430.12 1008.35,-430.12 1008.35,-430.12 1012.52,-430.12 1016.7,-434.29 1016.7,-438.47 1016.7,-438.47 1016.7,-446.81 1016.7,-446.81 1016.7,-450.99 1012.52,-455.16 1008.35,-455.16" fill="#f6f8fa" stroke="#8c959f"/>
<text class="name" text-anchor="start" x="954.28" y="-440.04" font-size="12.00" fill="#1f2328" font-weight="600">retrying</text>
</g>
<g class="label" data-edge="23" data-source="dropping.retrying" data-target="dropping.opening" data-events="retry.due">
<text text-anchor="start" x="955.81" y="-397.52" font-size="11.00" fill="#0550ae">retry.due</text>
</g>
<g class="edge" data-edge="23" data-source="dropping.retrying" data-target="dropping.opening" data-events="retry.due">
<path d="M981.39,-429.81C981.39,-423.05 981.39,-414.84 981.39,-409.28" fill="none" stroke="#6e7781"/>
</g>
<g class="label" data-edge="24" data-source="dropping.retrying" data-target="accept-paused" data-events="drop.stop">
<text text-anchor="start" x="780.05" y="-397.52" font-size="11.00" fill="#0550ae">drop.stop</text>
</g>
<g class="edge" data-edge="24" data-source="dropping.retrying" data-target="accept-paused" data-events="drop.stop">
<path d="M945.82,-437.53C917.24,-433.72 876.26,-427.12 841.39,-417.12 834.33,-415.09 826.75,-412.12 820.45,-409.42" fill="none" stroke="#6e7781"/>
</g>
<g class="start">
<ellipse cx="936.39" cy="-401.92" rx="3.96" ry="3.96" fill="#1f2328" stroke="none"/>
</g>
<g class="edge">
<path d="M938.5,-398.03C940.66,-395.11 944.15,-390.52 947.39,-386.72 949.17,-384.63 951.07,-382.49 952.99,-380.37" fill="none" stroke="#6e7781"/>
<polygon points="954.7,-382.13 957.66,-375.33 951.11,-378.8 954.7,-382.13" fill="#6e7781" stroke="#6e7781"/>
</g>
<g class="state" data-state="closing.listeningSocket"><title>Waiting for the listening descriptor.</title>
<path d="M1457.07,-455.16C1457.07,-455.16 1353.71,-455.16 1353.71,-455.16 1349.53,-455.16 1345.36,-450.99 1345.36,-446.81 1345.36,-446.81 1345.36,-438.47 1345.36,-438.47 1345.36,-434.29 1349.53,-430.12 1353.71,-430.12 1353.71,-430.12 1457.07,-430.12 1457.07,-430.12 1461.25,-430.12 1465.42,-434.29 1465.42,-438.47 1465.42,-438.47 1465.42,-446.81 1465.42,-446.81 1465.42,-450.99 1461.25,-455.16 1457.07,-455.16" fill="#f6f8fa" stroke="#8c959f"/>
<text class="name" text-anchor="start" x="1353.56" y="-440.04" font-size="12.00" fill="#1f2328" font-weight="600">listeningSocket</text>
</g>
<g class="label" data-edge="25" data-source="closing.listeningSocket" data-target="closing.sockets" data-events="acceptor.closed">
<text text-anchor="start" x="1310.34" y="-405.12" font-size="11.00" fill="#0550ae">acceptor.closed</text>
<text text-anchor="start" x="1310.34" y="-389.92" font-size="11.00" fill="#0550ae">[closesExistingConnections]</text>
</g>
<g class="edge" data-edge="25" data-source="closing.listeningSocket" data-target="closing.sockets" data-events="acceptor.closed">
<path d="M1399.89,-429.81C1397.99,-425.72 1395.84,-421.1 1393.87,-416.85" fill="none" stroke="#6e7781"/>
</g>
<g class="label" data-edge="26" data-source="closing.listeningSocket" data-target="closed" data-events="acceptor.closed">
<text text-anchor="start" x="1444.52" y="-279.92" font-size="11.00" fill="#0550ae">acceptor.closed</text>
</g>
<g class="edge" data-edge="26" data-source="closing.listeningSocket" data-target="closed" data-events="acceptor.closed">
<path d="M1456.98,-429.75C1462.88,-426.51 1468.25,-422.38 1472.39,-417.12 1502.86,-378.39 1492.87,-312.31 1488.77,-291.67" fill="none" stroke="#6e7781"/>
</g>
<g class="state" data-state="closing.sockets"><title>Waiting for the connections' descriptors, which close() was asked to close as well.</title>
<path d="M1413.75,-373.72C1413.75,-373.72 1363.02,-373.72 1363.02,-373.72 1358.85,-373.72 1354.68,-369.55 1354.68,-365.37 1354.68,-365.37 1354.68,-357.03 1354.68,-357.03 1354.68,-352.85 1358.85,-348.68 1363.02,-348.68 1363.02,-348.68 1413.75,-348.68 1413.75,-348.68 1417.93,-348.68 1422.1,-352.85 1422.1,-357.03 1422.1,-357.03 1422.1,-365.37 1422.1,-365.37 1422.1,-369.55 1417.93,-373.72 1413.75,-373.72" fill="#f6f8fa" stroke="#8c959f"/>
<text class="name" text-anchor="start" x="1362.88" y="-358.6" font-size="12.00" fill="#1f2328" font-weight="600">sockets</text>
</g>
<g class="label" data-edge="27" data-source="closing.sockets" data-target="closed" data-events="sockets.closed">
<text text-anchor="start" x="1348.47" y="-279.92" font-size="11.00" fill="#0550ae">sockets.closed</text>
</g>
<g class="edge" data-edge="27" data-source="closing.sockets" data-target="closed" data-events="sockets.closed">
<path d="M1388.39,-348.5C1388.39,-332.54 1388.39,-304.49 1388.39,-291.83" fill="none" stroke="#6e7781"/>
</g>
<g class="start">
<ellipse cx="1405.39" cy="-516.76" rx="3.96" ry="3.96" fill="#1f2328" stroke="none"/>
</g>
<g class="edge">
<path d="M1405.39,-512.66C1405.39,-504.35 1405.39,-481.03 1405.39,-463.78" fill="none" stroke="#6e7781"/>
<polygon points="1407.84,-463.94 1405.39,-456.94 1402.94,-463.94 1407.84,-463.94" fill="#6e7781" stroke="#6e7781"/>
</g>
<g class="state" data-state="closed.draining"><title>Handlers still run.</title>
<path d="M1311.27,-247.12C1311.27,-247.12 1255.51,-247.12 1255.51,-247.12 1251.33,-247.12 1247.16,-242.95 1247.16,-238.77 1247.16,-238.77 1247.16,-230.43 1247.16,-230.43 1247.16,-226.25 1251.33,-222.08 1255.51,-222.08 1255.51,-222.08 1311.27,-222.08 1311.27,-222.08 1315.45,-222.08 1319.62,-226.25 1319.62,-230.43 1319.62,-230.43 1319.62,-238.77 1319.62,-238.77 1319.62,-242.95 1315.45,-247.12 1311.27,-247.12" fill="#f6f8fa" stroke="#8c959f"/>
<text class="name" text-anchor="start" x="1255.36" y="-232" font-size="12.00" fill="#1f2328" font-weight="600">draining</text>
</g>
<g class="label" data-edge="28" data-source="closed.draining" data-target="closed.drained" data-events="always">
<text text-anchor="start" x="1165.98" y="-189.48" font-size="11.00" fill="#0550ae">always [hasNoConnections]</text>
</g>
<g class="edge" data-edge="28" data-source="closed.draining" data-target="closed.drained" data-events="always">
<path d="M1270.87,-221.77C1263.71,-215.01 1255.01,-206.8 1249.13,-201.24" fill="none" stroke="#6e7781"/>
</g>
<g class="state" data-state="closed.drained"><title>Nothing is left.</title>
<path d="M1267.93,-165.68C1267.93,-165.68 1216.85,-165.68 1216.85,-165.68 1212.67,-165.68 1208.5,-161.51 1208.5,-157.33 1208.5,-157.33 1208.5,-148.99 1208.5,-148.99 1208.5,-144.81 1212.67,-140.64 1216.85,-140.64 1216.85,-140.64 1267.93,-140.64 1267.93,-140.64 1272.11,-140.64 1276.28,-144.81 1276.28,-148.99 1276.28,-148.99 1276.28,-157.33 1276.28,-157.33 1276.28,-161.51 1272.11,-165.68 1267.93,-165.68" fill="#f6f8fa" stroke="#8c959f"/>
<text class="name" text-anchor="start" x="1216.7" y="-150.56" font-size="12.00" fill="#1f2328" font-weight="600">drained</text>
</g>
<g class="start">
<ellipse cx="1283.39" cy="-284.32" rx="3.96" ry="3.96" fill="#1f2328" stroke="none"/>
</g>
<g class="edge">
<path d="M1283.39,-279.89C1283.39,-274.84 1283.39,-265 1283.39,-255.89" fill="none" stroke="#6e7781"/>
<polygon points="1285.84,-256.06 1283.39,-249.06 1280.94,-256.06 1285.84,-256.06" fill="#6e7781" stroke="#6e7781"/>
</g>
<g class="start">
<ellipse cx="230.39" cy="-516.76" rx="3.96" ry="3.96" fill="#1f2328" stroke="none"/>
</g>
<g class="edge">
<path d="M230.39,-512.66C230.39,-504.35 230.39,-481.03 230.39,-463.78" fill="none" stroke="#6e7781"/>
<polygon points="232.84,-463.94 230.39,-456.94 227.94,-463.94 232.84,-463.94" fill="#6e7781" stroke="#6e7781"/>
</g>
<g class="any">
<path d="M1568.88,-592.16C1568.88,-592.16 1489.9,-592.16 1489.9,-592.16 1485.73,-592.16 1481.56,-587.99 1481.56,-583.81 1481.56,-583.81 1481.56,-575.47 1481.56,-575.47 1481.56,-571.29 1485.73,-567.12 1489.9,-567.12 1489.9,-567.12 1568.88,-567.12 1568.88,-567.12 1573.05,-567.12 1577.22,-571.29 1577.22,-575.47 1577.22,-575.47 1577.22,-583.81 1577.22,-583.81 1577.22,-587.99 1573.05,-592.16 1568.88,-592.16" fill="none" stroke="#8c959f" stroke-dasharray="4 3"/>
<text class="name" text-anchor="start" x="1489.76" y="-577.04" font-size="12.00" fill="#1f2328" font-weight="600">in any state</text>
</g>
<g class="label" data-edge="0" data-source="" data-target="closing" data-events="policy.raised close">
<text text-anchor="start" x="1494.76" y="-519.96" font-size="11.00" fill="#0550ae">policy.raised</text>
<text text-anchor="start" x="1494.76" y="-504.76" font-size="11.00" fill="#0550ae">close</text>
</g>
<g class="edge" data-edge="0" data-source="" data-target="closing" data-events="policy.raised close">
<path d="M1529.39,-566.9C1529.39,-556.81 1529.39,-542.25 1529.39,-531.59" fill="none" stroke="#6e7781"/>
</g>
<g class="edge" data-edge="0" data-source="" data-target="closing" data-events="policy.raised close">
<path d="M1505.19,-501.68C1499.57,-498.42 1493.28,-494.76 1486.67,-490.91" fill="none" stroke="#6e7781"/>
<polygon points="1487.98,-488.84 1480.7,-487.44 1485.51,-493.08 1487.98,-488.84" fill="#6e7781" stroke="#6e7781"/>
</g>
<g class="edge" data-edge="1" data-source="listening" data-target="accept-paused" data-events="always">
<path d="M413.32,-388.3C415.19,-388.02 417.05,-387.75 419.28,-387.44" fill="none" stroke="#6e7781"/>
<polygon points="419.29,-389.91 425.89,-386.52 418.62,-385.05 419.29,-389.91" fill="#6e7781" stroke="#6e7781"/>
</g>
<g class="edge" data-edge="2" data-source="listening" data-target="dropping.open" data-events="drop.start">
<path d="M33.42,-409.37C53.49,-434.53 131.05,-526.3 219.39,-559.12 253.25,-571.7 791.15,-577.13 935.16,-578.36" fill="none" stroke="#6e7781"/>
<polygon points="934.76,-580.81 941.78,-578.41 934.8,-575.91 934.76,-580.81" fill="#6e7781" stroke="#6e7781"/>
</g>
<g class="edge" data-edge="3" data-source="listening" data-target="accept-paused.exhausted" data-events="accept.exhausted">
<path d="M123.77,-394.34C132.37,-377.01 154.39,-328.41 154.39,-285.32 154.39,-285.32 154.39,-285.32 154.39,-152.16 154.39,-94.71 344.26,-82.25 438.54,-79.6" fill="none" stroke="#6e7781"/>
<polygon points="438.36,-82.05 445.3,-79.42 438.23,-77.16 438.36,-82.05" fill="#6e7781" stroke="#6e7781"/>
</g>
<g class="edge" data-edge="4" data-source="listening" data-target="accept-paused.retrying" data-events="accept.failed">
<path d="M229.14,-394.38C251.47,-378.52 304.39,-335.64 304.39,-285.32 304.39,-285.32 304.39,-285.32 304.39,-152.16 304.39,-97.95 486.62,-97.3 540.39,-90.44 554.41,-88.65 569.69,-86.65 583.48,-84.82" fill="none" stroke="#6e7781"/>
<polygon points="583.73,-87.26 590.34,-83.9 583.08,-82.4 583.73,-87.26" fill="#6e7781" stroke="#6e7781"/>
</g>
<g class="edge" data-edge="5" data-source="accept-paused" data-target="accept-paused.waiting" data-events="pause">
<path d="M666.39,-394.53C666.39,-391.12 666.39,-386.73 666.39,-382.29" fill="none" stroke="#6e7781"/>
<polygon points="668.84,-382.44 666.39,-375.44 663.94,-382.44 668.84,-382.44" fill="#6e7781" stroke="#6e7781"/>
</g>
<g class="edge" data-edge="6" data-source="accept-paused" data-target="dropping" data-events="drop.start">
<path d="M892.34,-394.35C897.74,-392.12 904.15,-389.49 910.92,-386.7" fill="none" stroke="#6e7781"/>
<polygon points="911.45,-389.13 916.99,-384.2 909.59,-384.6 911.45,-389.13" fill="#6e7781" stroke="#6e7781"/>
</g>
<g class="edge" data-edge="7" data-source="accept-paused.waiting" data-target="accept-paused.opening" data-events="always">
<path d="M473.57,-227.1C464.73,-223.34 455.51,-217.62 450.39,-209.08 443.44,-197.5 442.79,-189.85 450.39,-178.68 454.98,-171.93 461.74,-167.04 469.13,-163.5" fill="none" stroke="#6e7781"/>
<polygon points="469.74,-165.89 475.28,-160.96 467.87,-161.36 469.74,-165.89" fill="#6e7781" stroke="#6e7781"/>
</g>
<g class="edge" data-edge="8" data-source="accept-paused.waiting" data-target="accept-paused.binding" data-events="always">
<path d="M598.39,-277.08C598.39,-271.71 598.39,-263.64 598.39,-256.04" fill="none" stroke="#6e7781"/>
<polygon points="600.84,-256.04 598.39,-249.04 595.94,-256.04 600.84,-256.04" fill="#6e7781" stroke="#6e7781"/>
</g>
<g class="edge" data-edge="9" data-source="accept-paused.binding" data-target="accept-paused.opening" data-events="always">
<path d="M512.39,-186.49C512.39,-183.08 512.39,-178.69 512.39,-174.25" fill="none" stroke="#6e7781"/>
<polygon points="514.84,-174.4 512.39,-167.4 509.94,-174.4 514.84,-174.4" fill="#6e7781" stroke="#6e7781"/>
</g>
<g class="edge" data-edge="10" data-source="accept-paused.binding" data-target="accept-paused.waiting" data-events="always acceptor.held">
<path d="M666.39,-208.96C666.39,-238.31 666.39,-306.12 666.39,-340.07" fill="none" stroke="#6e7781"/>
<polygon points="663.94,-339.8 666.39,-346.8 668.84,-339.8 663.94,-339.8" fill="#6e7781" stroke="#6e7781"/>
</g>
<g class="edge" data-edge="11" data-source="accept-paused.binding" data-target="accept-paused.retrying" data-events="acceptor.failed">
<path d="M653.38,-145.66C666.26,-136.42 685.95,-118.91 676.39,-103.44 674.53,-100.44 672.19,-97.79 669.53,-95.45" fill="none" stroke="#6e7781"/>
<polygon points="671.16,-93.62 664.07,-91.46 668.27,-97.57 671.16,-93.62" fill="#6e7781" stroke="#6e7781"/>
</g>
<g class="edge" data-edge="12" data-source="accept-paused.opening" data-target="listening" data-events="acceptor.ready">
<path d="M406.83,-509.23C376.16,-497.83 312.12,-474.02 270.21,-458.44" fill="none" stroke="#6e7781"/>
<polygon points="271.23,-456.21 263.82,-456.07 269.53,-460.8 271.23,-456.21" fill="#6e7781" stroke="#6e7781"/>
</g>
<g class="edge" data-edge="13" data-source="accept-paused.opening" data-target="accept-paused.retrying" data-events="acceptor.failed">
<path d="M627.39,-103.44C627.39,-102.19 627.39,-100.82 627.39,-99.39" fill="none" stroke="#6e7781"/>
<polygon points="629.84,-99.43 627.39,-92.43 624.94,-99.43 629.84,-99.43" fill="#6e7781" stroke="#6e7781"/>
</g>
<g class="edge" data-edge="14" data-source="accept-paused.opening" data-target="accept-paused.exhausted" data-events="accept.exhausted">
<path d="M490.39,-103.44C490.39,-102.19 490.39,-100.82 490.39,-99.39" fill="none" stroke="#6e7781"/>
<polygon points="492.84,-99.43 490.39,-92.43 487.94,-99.43 492.84,-99.43" fill="#6e7781" stroke="#6e7781"/>
</g>
<g class="edge" data-edge="15" data-source="accept-paused.retrying" data-target="accept-paused.opening" data-events="retry.due">
<path d="M610.82,-44.72C603.19,-49.76 592.94,-57.23 585.39,-65.4 566.33,-86.02 569.79,-97.43 551.39,-118.64 546.32,-124.48 540.21,-130.21 534.35,-135.23" fill="none" stroke="#6e7781"/>
<polygon points="533.14,-133.06 529.32,-139.41 536.27,-136.83 533.14,-133.06" fill="#6e7781" stroke="#6e7781"/>
</g>
<g class="edge" data-edge="16" data-source="accept-paused.retrying" data-target="accept-paused.waiting" data-events="retry.due">
<path d="M727.61,-44.63C735.2,-56.84 750.39,-84.46 750.39,-110.04 750.39,-235.6 750.39,-235.6 750.39,-235.6 750.39,-280.14 713.02,-320.7 688.13,-342.77" fill="none" stroke="#6e7781"/>
<polygon points="686.65,-340.82 682.94,-347.24 689.84,-344.53 686.65,-340.82" fill="#6e7781" stroke="#6e7781"/>
</g>
<g class="edge" data-edge="17" data-source="accept-paused.exhausted" data-target="accept-paused.opening" data-events="connection.settled retry.due">
<path d="M526.34,-52.11C531.75,-55.72 536.76,-60.11 540.39,-65.4 544.47,-71.34 551.57,-106.26 546.39,-118.64 543.87,-124.66 539.68,-130.15 535.09,-134.86" fill="none" stroke="#6e7781"/>
<polygon points="533.71,-132.8 530.27,-139.37 537.06,-136.39 533.71,-132.8" fill="#6e7781" stroke="#6e7781"/>
</g>
<g class="edge" data-edge="18" data-source="dropping.open" data-target="listening" data-events="drop.stop">
<path d="M310.58,-509.36C297.35,-498.52 270.13,-476.21 251.08,-460.6" fill="none" stroke="#6e7781"/>
<polygon points="253.11,-459.09 246.14,-456.55 250,-462.88 253.11,-459.09" fill="#6e7781" stroke="#6e7781"/>
</g>
<g class="edge" data-edge="19" data-source="dropping.open" data-target="dropping.retrying" data-events="accept.exhausted accept.failed">
<path d="M981.39,-501.85C981.39,-491.05 981.39,-475.92 981.39,-463.79" fill="none" stroke="#6e7781"/>
<polygon points="983.84,-464.1 981.39,-457.1 978.94,-464.1 983.84,-464.1" fill="#6e7781" stroke="#6e7781"/>
</g>
<g class="edge" data-edge="20" data-source="dropping.opening" data-target="dropping.open" data-events="acceptor.ready">
<path d="M1085.38,-291.76C1080.12,-309.17 1066.39,-358.7 1066.39,-400.92 1066.39,-443.64 1066.39,-443.64 1066.39,-443.64 1066.39,-496.56 1074.1,-521.01 1037.39,-559.12 1029.14,-567.69 1017.36,-572.55 1005.98,-575.3" fill="none" stroke="#6e7781"/>
<polygon points="1005.68,-572.86 999.3,-576.65 1006.65,-577.66 1005.68,-572.86" fill="#6e7781" stroke="#6e7781"/>
</g>
<g class="edge" data-edge="21" data-source="dropping.opening" data-target="dropping.retrying" data-events="acceptor.failed accept.exhausted">
<path d="M992.99,-299.47C999.96,-308.84 1008.26,-321.76 1012.39,-334.68 1015.74,-345.16 1020.13,-407.86 1015.39,-417.12 1014.13,-419.58 1012.5,-421.85 1010.62,-423.94" fill="none" stroke="#6e7781"/>
<polygon points="1009.05,-422.06 1005.56,-428.6 1012.37,-425.66 1009.05,-422.06" fill="#6e7781" stroke="#6e7781"/>
</g>
<g class="edge" data-edge="22" data-source="dropping.opening" data-target="accept-paused" data-events="drop.stop">
<path d="M831.33,-291.87C818.89,-299.79 796.74,-313.32 773.1,-324.46" fill="none" stroke="#6e7781"/>
<polygon points="772.11,-322.22 766.76,-327.36 774.15,-326.68 772.11,-322.22" fill="#6e7781" stroke="#6e7781"/>
</g>
<g class="edge" data-edge="23" data-source="dropping.retrying" data-target="dropping.opening" data-events="retry.due">
<path d="M979.57,-394.53C978.58,-391.04 977.29,-386.5 976,-381.95" fill="none" stroke="#6e7781"/>
<polygon points="978.4,-381.45 974.13,-375.38 973.69,-382.78 978.4,-381.45" fill="#6e7781" stroke="#6e7781"/>
</g>
<g class="edge" data-edge="24" data-source="dropping.retrying" data-target="accept-paused" data-events="drop.stop">
<path d="M790.27,-394.4C785.34,-392.5 779.78,-390.45 773.1,-388.25" fill="none" stroke="#6e7781"/>
<polygon points="774.25,-386.05 766.83,-386.27 772.77,-390.72 774.25,-386.05" fill="#6e7781" stroke="#6e7781"/>
</g>
<g class="edge" data-edge="25" data-source="closing.listeningSocket" data-target="closing.sockets" data-events="acceptor.closed">
<path d="M1387.75,-386.94C1387.79,-385.32 1387.84,-383.64 1387.88,-381.95" fill="none" stroke="#6e7781"/>
<polygon points="1390.32,-382.31 1388.05,-375.25 1385.42,-382.19 1390.32,-382.31" fill="#6e7781" stroke="#6e7781"/>
</g>
<g class="edge" data-edge="26" data-source="closing.listeningSocket" data-target="closed" data-events="acceptor.closed">
<path d="M1478.11,-276.77C1468.25,-270.15 1451.97,-260.21 1436.39,-255.12 1406.06,-245.2 1370.8,-240.29 1341.79,-237.87" fill="none" stroke="#6e7781"/>
<polygon points="1342.07,-235.43 1334.9,-237.34 1341.69,-240.32 1342.07,-235.43" fill="#6e7781" stroke="#6e7781"/>
</g>
<g class="edge" data-edge="27" data-source="closing.sockets" data-target="closed" data-events="sockets.closed">
<path d="M1377.47,-276.8C1368.56,-271.6 1355.41,-264.2 1340.71,-257.19" fill="none" stroke="#6e7781"/>
<polygon points="1342.14,-255.15 1334.76,-254.42 1340.08,-259.59 1342.14,-255.15" fill="#6e7781" stroke="#6e7781"/>
</g>
<g class="edge" data-edge="28" data-source="closed.draining" data-target="closed.drained" data-events="always">
<path d="M1242.39,-186.49C1242.39,-183.08 1242.39,-178.69 1242.39,-174.25" fill="none" stroke="#6e7781"/>
<polygon points="1244.84,-174.4 1242.39,-167.4 1239.94,-174.4 1244.84,-174.4" fill="#6e7781" stroke="#6e7781"/>
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
