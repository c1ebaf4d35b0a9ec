// The page: takes what the inspector tells, and draws it once for each frame of the display.
import type { ControlRequest, Frame, Transition } from '../protocol.ts'
import { Chart } from './chart.ts'
import { ConnectionDetail } from './connection-detail.ts'
import { ConnectionList } from './connection-list.ts'
import { Controls } from './controls.ts'
import { byId, element, setText, setTone } from './elements.ts'
import { EventLog } from './event-log.ts'
import { Figures } from './figures.ts'
import { ServerTabs } from './server-tabs.ts'
import { type ServerView, Store } from './store.ts'
import { Stream } from './stream.ts'

const TROUBLE_SHOWN = 6_000
const STATUS = { connecting: 'connecting …', live: 'live', lost: 'the inspector is gone' }

const store = new Store()
const chart = new Chart(byId('listener-chart'))
const figures = new Figures()
const connections = new ConnectionList(store, open)
const log = new EventLog(open)
const tabs = new ServerTabs(store, draw)
const detail = new ConnectionDetail({
  closed: () => {
    connections.opened = undefined
    void stream.open()
    draw()
  },
  destroy: (server, connection) => command({ server, command: 'destroy', connection }),
})
let controls: Controls | undefined
let isDrawingDue = false

const stream = new Stream({
  hello: ({ control }) => {
    log.clear()
    // A new stream knows nothing of what was opened in the one that broke.
    if (connections.opened !== undefined) open(connections.opened)
    if (!control) return
    controls = new Controls((asked) => {
      const id = store.shown?.frame.id
      if (id !== undefined) command({ server: id, ...asked } as ControlRequest)
    })
    detail.allowControl()
  },
  frame: (frame: Frame) => {
    store.update(frame)
    log.add(frame.log)
    if (frame.opened) detail.update(frame.opened)
    drawSoon()
  },
  status: (status) => {
    const shown = byId('stream')
    shown.dataset['status'] = status
    setText(shown, STATUS[status])
  },
})

function open(connection: number): void {
  const server = store.shown?.frame.id
  if (server === undefined) return
  connections.opened = connection
  draw()
  void stream.open({ server, connection }).then(showTrouble)
}

function command(request: ControlRequest): void {
  void stream.control(request).then(showTrouble)
}

let troubleTimer: ReturnType<typeof setTimeout> | undefined

/** Until something goes well, or for a while. */
function showTrouble(reason: string | undefined): void {
  const trouble = byId('trouble')
  clearTimeout(troubleTimer)
  trouble.hidden = reason === undefined
  if (reason === undefined) return
  setText(trouble, reason)
  troubleTimer = setTimeout(() => {
    trouble.hidden = true
  }, TROUBLE_SHOWN)
}

function drawSoon(): void {
  if (isDrawingDue) return
  isDrawingDue = true
  requestAnimationFrame(draw)
}

function draw(): void {
  isDrawingDue = false
  tabs.show()
  const server = store.shown
  if (!server) return
  drawListener(server)
  figures.show(server)
  connections.show(server)
  log.show(server.frame.id)
  controls?.show(server)
  detail.show(store.now)
}

function drawListener({ frame }: ServerView): void {
  const pill = byId('state')
  setText(pill, frame.state)
  setTone(pill, frame.state)
  setText(byId('explanation'), frame.explanation)
  chart.light(frame.state)
  chart.mark(frame.last, frame.transitions.splice(0))
  showTransition(frame.last)
  document.title = `${frame.state} · ${frame.address} · xstate-tcp`
}

function showTransition(last: Transition | undefined): void {
  const place = byId('last-transition')
  const path = last && (last.from === last.to ? `in ${last.to}` : `${last.from || 'start'} → ${last.to}`)
  if (!last || place.textContent === `${last.event} ${path}`) return
  place.replaceChildren(element('b', '', last.event), ` ${path}`)
}

// Ages grow while nothing happens.
setInterval(drawSoon, 1_000)
