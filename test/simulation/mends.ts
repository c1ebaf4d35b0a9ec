// What was once mended, each with the change to the built code that takes the mend out again.

/** A change to one file of `dist`: `from` is there once. */
export interface Edit {
  file: string
  from: string
  to: string
}

export interface Mend {
  /** What holds since then. */
  name: string
  /** What has to hold, and does not without it. */
  oracle: string
  /** The first seed whose schedule finds that. */
  seed: number
  edits: readonly Edit[]
}

const edit = (file: string, from: string, to: string): Edit => ({ file, from, to })

export const mends: readonly Mend[] = [
  {
    name: 'the FIN of the peer is awaited',
    oracle: 'answers arrive whole',
    seed: 30,
    edits: [
      edit(
        'machines/connection.js',
        "'writer.flushed': { target: 'lingering' }",
        "'writer.flushed': { target: 'cutting' }",
      ),
    ],
  },
  {
    name: 'what comes after the handler is discarded while its answer is flushed',
    oracle: 'who has everything holds no place',
    seed: 109,
    edits: [edit('src/connection/owned-socket.js', 'reader.closeWhenFull()', 'void 0')],
  },
  {
    name: 'flushTimeout bounds how long a peer takes',
    oracle: 'flushTimeout is kept',
    seed: 46,
    edits: [
      edit(
        'src/connection/connections.js',
        'connection.flushDeadline = this.#flushing.add(connection)',
        'void 0',
      ),
    ],
  },
  {
    name: 'lingerTimeout bounds how long a peer that has everything keeps its place',
    oracle: 'who has everything holds no place',
    seed: 17,
    edits: [
      edit(
        'machines/connection.js',
        "description: 'It has everything and does not end its side.',\n                            target: 'cutting'",
        "target: 'behind'",
      ),
    ],
  },
  {
    name: 'a full server takes the place of a peer that has everything',
    oracle: 'who has everything makes room for those who wait',
    seed: 5,
    edits: [
      edit(
        'src/listener/place-watch.js',
        'this.#connections.makePlaces(count, TIME_BETWEEN_LOOKS)',
        'void 0',
      ),
    ],
  },
  {
    name: 'writes that a settled handler has left behind are dropped',
    oracle: 'answers arrive whole',
    seed: 20,
    edits: [edit('src/connection/late-writes.js', 'socket.write = write', 'void 0')],
  },
  {
    name: 'a reset keeps what the reader has',
    oracle: 'what had come is read',
    seed: 3,
    edits: [edit('src/streams/socket-reader.js', 'this.#takeRest(reason);\n', 'this.bytes.clear();\n')],
  },
  {
    name: 'a reset keeps the chunks that a paused socket holds',
    oracle: 'what had come is read',
    seed: 278,
    edits: [edit('src/streams/socket-reader.js', 'readBuffered(this.#socket, take)', 'void 0')],
  },
  {
    name: 'a reset that a write finds keeps what the OS holds',
    oracle: 'lines before a reset are read',
    seed: 15,
    edits: [edit('src/streams/socket-reader.js', 'readRest(this.#socket, take)', 'void 0')],
  },
  {
    name: 'a reset together with the last bytes is told from FIN',
    oracle: 'FIN is told from a reset',
    seed: 119,
    edits: [edit('src/streams/socket-reader.js', 'if (isResetPending(this.#socket))', 'if (false)')],
  },
  {
    name: 'places do not depend on listeners that users can remove',
    oracle: 'every promise settles',
    seed: 7,
    edits: [
      edit(
        'src/connection/socket-handle.js',
        'handle[owned] = owner;',
        "handle[owned] = { get isFinDue() { return owner.isFinDue }, descriptorCloses: () => owner.descriptorCloses(), descriptorClosed() {} }; socket.once('close', () => owner.descriptorClosed());",
      ),
    ],
  },
  {
    name: 'errors of a socket are caught though its listeners were removed',
    oracle: 'nothing is thrown that nobody catches',
    seed: 187,
    edits: [edit('src/connection/ignored-errors.js', 'socket._destroy = destroy', 'void 0')],
  },
  {
    name: 'a result that throws when it is looked at is a failure of its handler alone',
    oracle: 'nothing is thrown that nobody catches',
    seed: 37,
    edits: [
      edit(
        'src/connection/handler.js',
        'outcome.handlerFailed(error);',
        'if (error instanceof TypeError) throw error; outcome.handlerFailed(error);',
      ),
      edit('src/connection/handler.js', 'throwLater(error)', 'throw error'),
    ],
  },
  {
    name: 'a reader at its end lets the loop turn',
    oracle: 'no promise keeps the loop from turning',
    seed: 146,
    edits: [edit('src/streams/reads.js', 'return hadTakenNothing && this.#hasTakenNothing', 'return false')],
  },
  {
    name: 'a flush in vain lets the loop turn',
    oracle: 'no promise keeps the loop from turning',
    seed: 175,
    edits: [
      edit(
        'src/streams/socket-writer.js',
        'if (this.#hasFlushedInVain || !this.#socket.writable)',
        'if (false)',
      ),
    ],
  },
  {
    name: 'bytes that were given away after a write leave no hole',
    oracle: 'answers arrive as they were written',
    seed: 14,
    edits: [edit('src/streams/socket-writer.js', 'if (!batch.isWhole)', 'if (false)')],
  },
  {
    name: 'what libuv drops at the limit of descriptors is told',
    oracle: 'what libuv has dropped is told',
    seed: 442,
    edits: [edit('src/acceptor/losses.js', 'this.#hasLost = true', 'void 0')],
  },
  {
    name: 'an error of accept(2) that lasts is told',
    oracle: 'an error of accept(2) that lasts is told',
    seed: 1242,
    edits: [
      edit('src/acceptor/accept-check.js', 'if (this.#isChecking || !this.#isSomebodyWaiting)', 'if (true)'),
    ],
  },
  {
    name: 'the table of descriptors is looked at without traffic, too',
    oracle: 'nobody is lost where there was time to look',
    seed: 570,
    edits: [edit('src/acceptor/accept-watch.js', 'this.#budget.lookClosely()', 'void 0')],
  },
  {
    name: 'handles that a storm has opened are closed when it is over',
    oracle: 'a calm server polls by one handle',
    seed: 157,
    edits: [edit('src/acceptor/accept-watch.js', 'if (isCalm && this.#watched.size > 1)', 'if (false)')],
  },
  {
    name: 'a held descriptor that belongs to others by now is not closed',
    oracle: 'what belongs to others is not closed',
    seed: 2,
    edits: [edit('src/acceptor/held-descriptor.js', 'if (found && !this.#isOf(found))', 'if (false)')],
  },
  {
    name: 'a held descriptor that belongs to others by now is not polled',
    oracle: 'a server recovers',
    seed: 2,
    edits: [edit('src/acceptor/held-descriptor.js', 'return this.isSameAs(this.fd)', 'return true')],
  },
  {
    name: 'a hold that follows a rebind binds again',
    oracle: 'the last pause is the one in force',
    seed: 17,
    edits: [
      edit(
        'machines/listener-setup.js',
        'mustBind: ({ context }) => ',
        'mustBind: ({ context }) => false && ',
      ),
    ],
  },
  {
    name: 'a rebind that follows a hold closes the socket',
    oracle: 'the last pause is the one in force',
    seed: 113,
    edits: [
      edit(
        'machines/listener-setup.js',
        'mustClose: ({ context }) => ',
        'mustClose: ({ context }) => false && ',
      ),
    ],
  },
  {
    name: 'a drain counts who was destroyed just before',
    oracle: 'a drain counts all',
    seed: 141,
    edits: [edit('src/listener/drain.js', "this.#connections.those('cut')", '[]')],
  },
  {
    name: 'a drain counts once who was discarded just before',
    oracle: 'a drain counts each once',
    seed: 749,
    edits: [edit('src/listener/drain.js', '!this.#connections.isDiscarded(connection)', 'true')],
  },
  {
    name: 'a reset while FIN is due closes the descriptor',
    oracle: 'who has everything makes room for those who wait',
    seed: 1,
    edits: [edit('src/connection/socket-handle.js', 'if (!this[owned]?.isFinDue)', 'if (true)')],
  },
  {
    name: 'who waits while the loop is blocked is given the time anew',
    oracle: 'answers arrive whole',
    seed: 97,
    edits: [edit('src/common/deadlines.js', 'isForgiving && clock === realClock', 'false')],
  },
  {
    name: 'no handler starts once the server closes',
    oracle: 'no handler starts after close',
    seed: 87,
    edits: [
      edit('src/connection/connections.js', 'this.#unstarted.forget()', 'void 0'),
      edit('src/connection/connections.js', '(connection) => connection.discard()', '() => {}'),
    ],
  },
  {
    name: 'a client that was accepted by hand is read from when its handler starts',
    oracle: 'every promise settles',
    seed: 829,
    edits: [edit('src/os/accept.js', 'hasOptions, true)', 'hasOptions, false)')],
  },
  {
    name: 'what the server cuts off is no failure of the handler',
    oracle: 'what is cut off is no failure',
    seed: 888,
    edits: [
      edit(
        'machines/connection.js',
        "'handler.failed': { target: '#connection.closing.cutting', actions: publishFailure }",
        "'handler.failed': { target: '#connection.closing.cutting', actions: keepError }",
      ),
    ],
  },
  {
    name: 'a rebind without a descriptor left does not listen',
    oracle: 'nobody is lost where there was time to look',
    seed: 1272,
    edits: [
      edit(
        'src/acceptor/acceptor.js',
        'if (isToAccept)\n                    this.#reportStart()',
        "if (isToAccept)\n                    this.#report({ type: 'acceptor.ready' })",
      ),
    ],
  },
  {
    name: 'a connection that the OS has given up is told from FIN',
    oracle: 'FIN is told from a reset',
    seed: 3385,
    edits: [
      edit(
        'src/streams/input.js',
        "return code !== 'EAGAIN' && code !== 'EBADF'",
        "return code === 'ECONNRESET'",
      ),
    ],
  },
]
