// Decides what happens to one client. `src/connection/live-connection.ts` does it.
import { connectionSetup } from './connection-setup.ts'
import {
  bufferTooLarge,
  cutSocket,
  cutUnsecured,
  destroySocket,
  interrupted,
  keepError,
  ofOpenSocket,
  publishFailure,
  refusedTls,
  reportClientError,
} from './connection-transitions.ts'

/**
 * The chart of one connection. It has no context: what differs from one connection to the next
 * (socket, address, handler) lives with the actor that runs it, so the chart has finitely many
 * snapshots.
 */
export const connectionMachine = connectionSetup.createMachine({
  id: 'connection',
  description: 'One client, from accept to the free place.',
  initial: 'accepted',
  on: {
    'tls.asked': {
      description: 'It closes, or is closed: that is no time to begin with TLS.',
      actions: 'refuseTls',
    },
  },
  states: {
    accepted: {
      description:
        'The handler has not started yet; it will when its turn comes, whatever becomes of the socket.',
      tags: 'unstarted',
      initial: 'open',
      on: {
        discard: {
          description: 'The server closes before the handler was started: it never will be.',
          target: 'closing.cutting',
          actions: 'reportDiscarded',
        },
        cut: {
          description: 'The server closes with all its connections: the handler will never start.',
          target: 'closing.cutting',
          actions: 'reportDiscarded',
        },
        'socket.closed': { target: '.lost' },
      },
      states: {
        open: {
          description: 'The socket is open.',
          tags: 'open',
          on: {
            'header.awaited': {
              description: 'A proxy, which has to say who its client is.',
              target: '#connection.preface.header',
            },
            'handshake.awaited': {
              description: 'Its handler is for secure connections.',
              target: '#connection.preface.handshake',
            },
            'handler.started': { target: '#connection.serving' },
            destroy: { target: 'destroyed', actions: destroySocket },
          },
        },
        destroyed: {
          description: 'The user has cut the connection off; the descriptor is not closed yet.',
          tags: 'open',
          on: { 'handler.started': { target: '#connection.serving.destroyed' } },
        },
        lost: {
          description: 'The socket is gone.',
          on: {
            'handler.started': { target: '#connection.abandoned' },
            discard: { target: '#connection.closed', actions: 'reportDiscarded' },
            cut: { target: '#connection.closed', actions: 'reportDiscarded' },
          },
        },
      },
    },
    preface: {
      description: 'The peer has to say something before its handler is called, and has its time for it.',
      tags: ['open', 'unstarted'],
      initial: 'header',
      exit: 'endPreface',
      on: {
        'preface.failed': {
          description: 'It has said something wrong, or has left in the middle of it.',
          target: 'closing.cutting',
          actions: reportClientError,
        },
        'preface.expired': {
          description: 'It has had its time.',
          target: 'closing.cutting',
          actions: reportClientError,
        },
        'peer.left': {
          description: 'It has left without a word, as checks of health do.',
          target: 'closing.cutting',
        },
        discard: {
          description: 'The server closes: the handler will never start.',
          target: 'closing.cutting',
          actions: 'reportDiscarded',
        },
        cut: {
          description: 'The server closes with all its connections: the handler will never start.',
          target: 'closing.cutting',
          actions: 'reportDiscarded',
        },
        destroy: {
          description: 'The user has cut the connection off: the handler will never start.',
          target: 'closing.cutting',
          actions: destroySocket,
        },
      },
      states: {
        header: {
          description: 'A header of the PROXY protocol, which names the client, is being read.',
          entry: 'readHeader',
          on: {
            'header.read': { target: '#connection.accepted', actions: 'queueHandler' },
            'client.denied': {
              description: 'A rule keeps the client out that the header names.',
              target: '#connection.closing.cutting',
              actions: 'reportDenied',
            },
            'handshake.awaited': {
              description: 'The client behind the proxy has to shake hands as well.',
              target: 'handshake',
            },
          },
        },
        handshake: {
          description: 'The TLS handshake, which the client has to do with us.',
          entry: 'shakeHands',
          on: { 'handshake.done': { target: '#connection.accepted', actions: 'queueHandler' } },
        },
      },
    },
    serving: {
      description: 'The handler runs; the descriptor is not closed yet.',
      tags: ['open', 'running', 'unfinished'],
      initial: 'open',
      on: {
        'handler.settled': { target: 'closing.cutting' },
        'handler.failed': { target: 'closing.cutting', actions: keepError },
        'handler.interrupted': interrupted('closing.cutting'),
        'consumer.left': {
          description: 'The handler has written to nobody: it has succeeded, and is forgotten if it lingers.',
          target: 'closing.flushing',
          actions: 'forgetHandler',
        },
        destroy: { target: '.destroyed', actions: destroySocket },
        cut: { target: '.cut', actions: cutSocket },
        'socket.closed': { target: 'abandoned' },
      },
      states: {
        open: {
          description: 'The handler runs on an open socket.',
          tags: ['timed', 'cuttable'],
          on: {
            ...ofOpenSocket,
            'age.reached': {
              description: 'It is as old as connections may become.',
              target: 'retiring',
            },
          },
        },
        securing: {
          description:
            'The handler waits for TLS; if it comes to nothing the connection is cut off, and the handler told.',
          tags: 'cuttable',
          initial: 'flushing',
          exit: 'endPreface',
          on: {
            'tls.refused': refusedTls,
            'preface.failed': cutUnsecured('The client has done something wrong, or has left.'),
            'preface.expired': cutUnsecured('It has had its time.'),
            'buffer.too-large': bufferTooLarge,
          },
          states: {
            flushing: {
              description: 'What was written before is being handed to the OS, in plaintext.',
              entry: 'flushPlaintext',
              on: { 'plaintext.flushed': { target: 'handshake' } },
            },
            handshake: {
              description: 'The TLS handshake, which the client has to do with us.',
              entry: 'shakeHands',
              on: {
                'handshake.done': {
                  description: 'The handler goes on, with the same reader and writer.',
                  target: '#connection.serving.open',
                  actions: 'secureStreams',
                },
              },
            },
          },
        },
        retiring: {
          description:
            'It is too old: the handler has been told to say goodbye, and has some time to settle.',
          tags: ['timed', 'cuttable'],
          entry: ['announceRetiring', 'scheduleCut'],
          on: ofOpenSocket,
        },
        destroyed: {
          description:
            'It was cut off, by the user or since TLS has come to nothing: that is no leaving of the peer.',
        },
        cut: {
          description: 'The server has cut the connection off: that its handler fails then is no failure.',
          on: {
            'handler.failed': { target: '#connection.closing.cutting', actions: publishFailure },
            'socket.closed': { target: '#connection.abandoned.cut' },
          },
        },
      },
    },
    abandoned: {
      description: 'The socket is gone, the handler still runs; it holds its place until it settles.',
      tags: ['running', 'unfinished'],
      initial: 'lost',
      on: {
        'handler.settled': { target: 'closed' },
        'handler.failed': { target: 'closed', actions: keepError },
        'handler.interrupted': interrupted('closed'),
        'consumer.left': {
          description: 'It has written to nobody: it is forgotten.',
          target: 'closed',
          actions: 'forgetHandler',
        },
        cut: { target: '.cut' },
      },
      states: {
        lost: {
          description: 'The peer is gone, or the handler has destroyed the socket.',
          tags: 'cuttable',
          on: {
            'buffer.too-large': {
              description:
                'What the handler has not read holds the most memory: it has failed, and is forgotten.',
              target: '#connection.closed',
              actions: ['discardBuffers', keepError],
            },
          },
        },
        cut: {
          description: 'The server closes its connections: that the handler fails then is no failure.',
          tags: 'cuttable',
          on: {
            'handler.failed': { target: '#connection.closed', actions: publishFailure },
            'buffer.too-large': {
              description: 'What the handler has not read holds the most memory: it is forgotten.',
              target: '#connection.closed',
              actions: 'discardBuffers',
            },
          },
        },
      },
    },
    closing: {
      description: 'The handler has settled, was forgotten or will never start; the socket is being closed.',
      tags: 'open',
      initial: 'flushing',
      on: {
        'handler.failed': {
          description: 'A second failure, or that of a forgotten handler, changes nothing; it is published.',
          actions: publishFailure,
        },
        'handler.interrupted': { actions: publishFailure },
        destroy: { target: '.cutting', actions: destroySocket },
        cut: { target: '.cutting' },
        'flush.expired': {
          description: 'The peer has had its time to take the data and to end its side.',
          target: '.cutting',
        },
        'peer.ended': { target: '.ended' },
        'socket.closed': { target: 'closed' },
      },
      states: {
        flushing: {
          description:
            'What the handler wrote is being handed to the OS, then FIN. What the peer sends is discarded.',
          tags: ['unfinished', 'cuttable'],
          entry: 'flushWriter',
          on: {
            'writer.flushed': { target: 'lingering' },
            'writer.gone': { target: 'gone' },
            'buffer.too-old': {
              description: 'The handler had succeeded, so this is no failure.',
              target: 'cutting',
            },
            'buffer.too-large': {
              description: 'What waits for its peer holds the most memory. This is no failure.',
              target: 'cutting',
              actions: 'discardBuffers',
            },
          },
        },
        gone: {
          description:
            'The handler has destroyed its socket, or sent it to another process: nothing can be flushed, and only the descriptor is awaited.',
          tags: 'unfinished',
        },
        lingering: {
          description:
            'FIN is sent, and that of the peer awaited: closing before would reset the connection at the next byte from the peer, and lose what is under way to it.',
          tags: 'unfinished',
          entry: 'closeReader',
          on: {
            'linger.expired': { actions: 'askForRest' },
            'peer.has-all': {
              description: 'It has everything and does not end its side.',
              target: 'cutting',
            },
            'peer.lacks-some': { target: 'behind' },
            'place.wanted': {
              description: 'The server is full and somebody waits, or it drains.',
              target: 'yielding',
            },
          },
        },
        behind: {
          description: 'The peer had not taken everything when it was last asked about, or nobody can say.',
          tags: 'unfinished',
          on: {
            'linger.expired': { actions: 'askForRest' },
            'peer.has-all': { description: 'Its time to end its side begins.', target: 'lingering' },
            'place.wanted': { target: 'yielding' },
          },
        },
        yielding: {
          description:
            'A lingering connection whose place is wanted: it goes at once if the peer has everything.',
          tags: 'unfinished',
          entry: 'askForRest',
          on: {
            'peer.has-all': { target: 'cutting' },
            'peer.lacks-some': { target: 'behind' },
          },
        },
        ended: {
          description: 'Both sides have sent FIN; the descriptor is being closed.',
          tags: 'ended',
        },
        cutting: {
          description: 'Destroyed; the descriptor is being closed.',
          tags: 'cut',
          entry: cutSocket,
        },
      },
    },
    closed: {
      description:
        'The handler has settled or was forgotten, and the descriptor is closed: the place is free.',
      type: 'final',
      entry: 'releaseConnection',
    },
  },
})
