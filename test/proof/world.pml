/*
 * The world around the charts, for SPIN: the kernel, clients, handlers, peers, users and time.
 *
 * A step is one event and all that the charts do about it at once; in between, everybody takes
 * turns in every order. Two ways to run it:
 *
 * - As it is, everything comes to an end: users and the system do COMMANDS things in all, and each
 *   client comes VISITS times. Whoever waits then waits for ever: an invalid end state.
 * - With -DFAIR there is no end. What is done in the end is a process for which SPIN assumes weak
 *   fairness; what may be done or not has a way to do nothing.
 */
#ifndef CLIENTS
#define CLIENTS 2
#endif
#ifndef COMMANDS
#define COMMANDS 2
#endif
#ifndef VISITS
#define VISITS 1
#endif
/* Failures between one client that is accepted and the next. */
#ifndef FAILURES
#define FAILURES 1
#endif

mtype = { unbound, held, polled }
mtype = { away, waits, accepted, served, ended, refused, dropped, wasReset }
mtype = { shut, destroyed, open }

mtype descriptor = polled
/* What is to become of the socket that is being bound; unbound where none is. */
mtype binding = unbound
bool isAddressTaken
byte failed
chan queue = [CLIENTS] of { byte }
mtype view[CLIENTS]

mtype connection[CLIENTS]
mtype socket[CLIENTS]
bool hasFailed[CLIENTS]
bool hasPreface[CLIENTS]

bool isRetrySet
bool isRefillSet
bool isDrainSet
bool isAcceptorClosing
bool isAwaitingSockets
/* What users have asked for, and what they were promised. */
bool isCloseAsked
bool isCloseFinished
bool isCloseAllAsked
bool isDropAsked
bool isDrainAsked
bool isDrainReported
bool isDrained
bool wasOver

/* The client that the listener is asked about; CLIENTS for none. */
byte offered = CLIENTS
/* A rule keeps that client out. */
hidden byte isDenied
hidden byte other
hidden byte whose
hidden mtype what
hidden mtype strategy

/* What the charts hear when they are done with what they hear now, and what they ask for. */
chan listenerMail = [8] of { mtype }
chan listenerAsks = [12] of { mtype, mtype }
chan connectionsMail = [1] of { mtype }
chan connectionsAsks = [1] of { mtype }
chan connectionMail = [8] of { byte, mtype }
chan connectionAsks = [4] of { byte, mtype }

#include "charts.pml"

#define isLive(number) (connection[number] != 0)
#define isSecuring(number) (connection[number] == connection_serving_securing_flushing || connection[number] == connection_serving_securing_handshake)
#define isLingering(number) (connection[number] == connection_closing_lingering || connection[number] == connection_closing_behind)

inline tellThose(isMeant, event) {
  other = 0;
  do
  :: other < CLIENTS && isMeant -> connectionMail!other, event; other++
  :: other < CLIENTS && !(isMeant) -> other++
  :: other == CLIENTS -> break
  od
}

/* Those who wait in the queue are reset. */
inline closeDescriptor() {
  descriptor = unbound;
  do
  :: queue?other -> view[other] = wasReset
  :: empty(queue) -> break
  od
}

inline answerListener(request, strategy) {
  if
  :: request == do_startAccepting ->
    assert(!isAcceptorClosing);
    if
    :: descriptor == unbound -> binding = polled
    :: descriptor != unbound -> descriptor = polled; listenerMail!on_acceptor_ready
    :: descriptor != unbound && failed < FAILURES -> failed++; listenerMail!on_accept_exhausted
    fi
  :: request == do_stopAccepting ->
    binding = unbound;
    if
    :: strategy == is_rebind || descriptor == unbound -> closeDescriptor()
    :: else -> descriptor = held
    fi
  :: request == do_bindToHold ->
    assert(descriptor == unbound && binding == unbound);
    binding = held
  :: request == do_closeAcceptor ->
    assert(!wasOver);
    binding = unbound;
    closeDescriptor();
    isAcceptorClosing = true
  :: request == do_scheduleRefill -> isRefillSet = true
  :: request == do_cancelRefill -> isRefillSet = false
  :: request == do_scheduleRetry -> isRetrySet = true
  :: request == do_cancelRetry -> isRetrySet = false
  /* The queue is looked at while it pauses, and all places are wanted once it drains. */
  :: request == do_watchQueue || request == do_unwatchQueue || request == do_hastenConnections
  :: request == do_requestPlaces -> tellThose(isLingering(other), on_place_wanted)
  :: request == do_refuseConnection -> view[offered] = dropped
  :: request == do_applyErrorPolicy ->
    if
    :: listenerMail!on_policy_raised
    :: listenerMail!on_policy_ignored
    :: listenerMail!on_policy_called
    fi
  :: request == do_discardUnstarted -> tellThose(connection_tagged_unstarted(other), on_discard)
  :: request == do_destroyConnections -> tellThose(isLive(other), on_cut)
  :: request == do_awaitSockets -> isAwaitingSockets = true
  :: request == do_announceClosed -> isCloseFinished = true
  :: request == do_scheduleDrainExpiry -> isDrainSet = true
  :: request == do_cancelDrainExpiry -> isDrainSet = false
  :: request == do_expireDrain -> tellThose(isLingering(other), on_place_wanted)
  :: request == do_reportDrained -> isDrainReported = true
  :: request == do_announceDrained -> isDrained = true
  fi
}

inline answerConnection(number, request) {
  if
  :: request == do_flushWriter ->
    if
    :: socket[number] == open
    /* Destroyed, or sent to another process. */
    :: connectionMail!number, on_writer_gone
    fi
  :: request == do_askForRest ->
    if
    :: connectionMail!number, on_peer_has_all
    :: connectionMail!number, on_peer_lacks_some
    fi
  /* What was written before is handed over at once, or waits. */
  :: request == do_flushPlaintext ->
    if
    :: connectionMail!number, on_plaintext_flushed
    :: connectionMail!number, on_tls_refused
    :: true
    fi
  :: request == do_destroySocket ->
    if
    :: socket[number] == open -> socket[number] = destroyed
    :: else
    fi
  :: request == do_keepError -> hasFailed[number] = true
  :: request == do_closeReader || request == do_forgetHandler || request == do_discardBuffers || request == do_scheduleCut
  :: request == do_readHeader || request == do_shakeHands || request == do_endPreface || request == do_queueHandler
  :: request == do_secureStreams || request == do_refuseTls
  :: request == do_releaseConnection ->
    listenerMail!on_connection_settled;
    if
    :: hasFailed[number] -> listenerMail!on_handler_failed
    :: else
    fi;
    hasFailed[number] = false;
    hasPreface[number] = false;
    socket[number] = shut;
    connection[number] = 0;
    view[number] = ended
  fi
}

/*
 * Until nobody has anything more to hear: requests are answered before the next event, and a
 * connection is done before the listener goes on.
 */
inline listen() {
  do
  :: connectionAsks?whose, what -> answerConnection(whose, what)
  :: empty(connectionAsks) && nempty(connectionMail) ->
    connectionMail?whose, what;
    if
    :: isLive(whose) ->
      printf("connection %d hears %d\n", whose, what);
      d_step { connectionHears(whose, what) }
    :: else
    fi
  :: empty(connectionAsks) && empty(connectionMail) ->
    if
    :: listenerAsks?what, strategy -> answerListener(what, strategy)
    :: empty(listenerAsks) && nempty(connectionsMail) ->
      d_step { connectionsMail?what; connectionsHears(what); connectionsAsks?what };
      assert(what == do_spawnConnection && !isLive(offered));
      connectionStarts(offered);
      socket[offered] = open;
      view[offered] = accepted;
#ifndef NO_RATE
      /* That may have been as many as may get in for now. */
      if
      :: true
      :: listenerMail!on_rate_spent
      fi
#endif
    :: empty(listenerAsks) && empty(connectionsMail) && nempty(listenerMail) ->
      listenerMail?what;
      printf("listener hears %d\n", what);
      d_step { listenerHears(what) };
      printf("listener is %d\n", listener)
    :: empty(listenerAsks) && empty(connectionsMail) && empty(listenerMail) -> break
    fi
  od
}

#if CLIENTS == 1
#define isNoneOpen (!connection_tagged_open(0))
#elif CLIENTS == 2
#define isNoneOpen (!connection_tagged_open(0) && !connection_tagged_open(1))
#else
#define isNoneOpen (!connection_tagged_open(0) && !connection_tagged_open(1) && !connection_tagged_open(2))
#endif

#define strategyDue (pausedByHand -> handStrategy : pauseStrategy)

/* Never, whatever the order of events. */
inline check() {
  /* What has begun to close goes on to, and what is closed stays so. */
  assert(!wasOver || listener_tagged_over);
  wasOver = listener_tagged_over;
  assert(!isCloseFinished || listener_in_closed);
  assert(!isDrained || connections == 0);
  assert(!isCloseAllAsked || !isCloseFinished || isNoneOpen);
  /* The count is the connections. */
  other = 0;
  whose = 0;
  do
  :: other < CLIENTS && isLive(other) -> whose++; other++
  :: other < CLIENTS && !isLive(other) -> other++
  :: other == CLIENTS -> break
  od;
  assert(connections == whose);
  assert(offered == CLIENTS || view[offered] != accepted || connections <= maxConnections);
  offered = CLIENTS;
  isDenied = 0;
  /* Nobody is dropped but where a user asked for it. */
  assert(wasOver || listener_in_dropping == isDropAsked);
  /* A pause keeps clients waiting, or away, as it was asked to. */
  assert(!listener_tagged_paused || (descriptor == held) == (strategyDue == is_hold));
  /* Accepted from exactly where the chart says so, and queued where it says that clients wait. */
  assert(listener != listener_listening || descriptor == polled);
  assert(listener != listener_listening || (connections < maxConnections && !pausedByHand && !isThrottled));
  /* Whoever is throttled is told when it is over. */
  assert(!isThrottled || isRefillSet || wasOver);
  assert(listener != listener_dropping_open || descriptor == polled);
  assert(!listener_tagged_paused || descriptor != polled);
  assert(isBound == (descriptor != unbound));
  assert(!listener_tagged_over || binding == unbound);
  other = 0;
  whose = 0;
  what = 0;
  strategy = 0
}

/* Who takes turns; those of a connection, once for each. */
#define KERNEL 0
#define LATER 1
#define DRAIN_TIMER 2
#define RESUMER 3
#define FREER 4
#define OUTCOME 5
/* These may do nothing. */
#define USER 6
#define PEER 7

#ifdef FAIR
/* The kernel gets its turn when the server accepts, as it does in each turn of the event loop. */
#define isLeft (descriptor != polled || empty(queue))
#define spend() skip
#ifdef NO_PAUSES
#define mayInspect false
#else
#define mayInspect true
#endif
#else
byte done
#define isLeft (done < COMMANDS)
#define spend() done++
#define mayInspect (done == 0)
#endif

proctype actor(byte who; byte number) {
end:
  do
#ifdef FAIR
  :: who >= USER -> skip
#endif
  :: atomic {
    if
    /* The kernel hands over who has waited longest. */
    :: who == KERNEL && descriptor == polled && nempty(queue) ->
      queue?offered;
      failed = 0;
      printf("client %d is accepted\n", offered);
      if
      :: listenerMail!on_connection_offered
      /* A rule keeps it out. */
      :: isDenied = 1; listenerMail!on_connection_denied
      /* An inspector may come between. */
      :: mayInspect -> listenerMail!on_pause_hold; listenerMail!on_connection_offered
      :: mayInspect -> listenerMail!on_pause_rebind; listenerMail!on_connection_offered
      :: mayInspect -> isCloseAsked = true; listenerMail!on_close; listenerMail!on_connection_offered
      fi

    /* Later turns of the event loop. */
    :: who == LATER && binding != unbound && isAddressTaken ->
      binding = unbound;
      listenerMail!on_acceptor_failed
    :: who == LATER && binding != unbound && !isAddressTaken ->
      descriptor = binding;
      binding = unbound;
      if
      :: descriptor == polled -> listenerMail!on_acceptor_ready
      :: else -> listenerMail!on_acceptor_held
      fi
    :: who == LATER && isAcceptorClosing ->
      isAcceptorClosing = false;
      listenerMail!on_acceptor_closed
    :: who == LATER && isAwaitingSockets && isNoneOpen ->
      isAwaitingSockets = false;
      listenerMail!on_sockets_closed

    /* Time. */
    :: who == LATER && isRetrySet ->
      isRetrySet = false;
      listenerMail!on_retry_due
    :: who == LATER && isRefillSet ->
      isRefillSet = false;
      listenerMail!on_rate_refilled
    :: who == DRAIN_TIMER && isDrainSet ->
      isDrainSet = false;
      listenerMail!on_drain_expired

    /* A user who has paused resumes; who has taken the address gives it back. */
    :: who == RESUMER && pausedByHand && !wasOver -> listenerMail!on_resume
    :: who == FREER && isAddressTaken ->
      isAddressTaken = false;
      printf("the address is free\n")

    /* What comes of a connection in the end, whatever its peer does. */
    :: who == OUTCOME && connection_in_accepted(number) ->
      assert(!wasOver);
      hasPreface[number] = false;
      view[number] = served;
      connectionMail!number, on_handler_started
#ifndef NO_PEERS
    /* Or its peer has to say who its client is, or to shake hands. */
    :: who == OUTCOME && connection[number] == connection_accepted_open && socket[number] == open && !hasPreface[number] ->
      hasPreface[number] = true;
      if
      :: connectionMail!number, on_header_awaited
      :: connectionMail!number, on_handshake_awaited
      fi
    :: who == OUTCOME && (connection_in_preface(number) || isSecuring(number)) -> connectionMail!number, on_preface_expired
#endif
    :: who == OUTCOME && isLive(number) && socket[number] == destroyed ->
      socket[number] = shut;
      connectionMail!number, on_socket_closed
    :: who == OUTCOME && socket[number] == open && (connection[number] == connection_closing_ended || connection[number] == connection_closing_gone) ->
      socket[number] = shut;
      connectionMail!number, on_socket_closed
    :: who == OUTCOME && socket[number] == open && connection_tagged_unfinished(number) && !connection_tagged_running(number) ->
      connectionMail!number, on_flush_expired

    /* Handlers settle. */
    :: who == OUTCOME && connection_tagged_running(number) ->
      if
      :: connectionMail!number, on_handler_settled
      :: connectionMail!number, on_handler_failed
      :: connectionMail!number, on_handler_interrupted
      fi

    /* Users do what they like. */
#ifndef NO_PAUSES
    :: who == USER && isLeft && !wasOver ->
      spend();
      if
      :: listenerMail!on_pause
      :: listenerMail!on_pause_hold
      :: listenerMail!on_pause_rebind
      :: listenerMail!on_resume
      :: isDropAsked = true; listenerMail!on_drop_start
      :: isDropAsked = false; listenerMail!on_drop_stop
      :: listenerMail!on_limit_changed_1
      :: listenerMail!on_limit_changed_2
      /* At once. */
      :: listenerMail!on_pause_hold; listenerMail!on_resume
      :: listenerMail!on_resume; listenerMail!on_pause_hold
      :: listenerMail!on_pause_hold; listenerMail!on_pause_rebind
      :: isDropAsked = true; listenerMail!on_resume; listenerMail!on_drop_start
      :: isDropAsked = false; listenerMail!on_drop_start; listenerMail!on_drop_stop
      :: isCloseAsked = true; listenerMail!on_resume; listenerMail!on_close
      :: isCloseAsked = true; listenerMail!on_pause_hold; listenerMail!on_close
      fi

    /* The system fails. */
    :: who == USER && isLeft && descriptor == polled && failed < FAILURES ->
      spend();
      failed++;
      if
      :: listenerMail!on_accept_exhausted
      :: listenerMail!on_accept_failed
      fi
    :: who == USER && isLeft && descriptor == unbound && !wasOver && !isAddressTaken ->
      spend();
      isAddressTaken = true;
      printf("the address is taken\n")

#endif
    :: who == USER && isLeft ->
      spend();
      if
      :: isCloseAsked = true; listenerMail!on_close
      :: isCloseAllAsked = !wasOver; isCloseAsked = true; listenerMail!on_close_closeExistingConnections
#ifndef NO_DRAINS
      :: isDrainAsked = true; listenerMail!on_drain
      :: isDrainAsked = true; listenerMail!on_drain_0
#endif
      fi

    /* Peers, and handlers that do more than to settle. */
    :: who == PEER && isLive(number) && socket[number] == open ->
      if
      :: socket[number] = shut;
        if
        :: connection_in_preface(number) -> connectionMail!number, on_peer_left
        :: else
        fi;
        connectionMail!number, on_socket_closed
      :: connection[number] == connection_preface_header -> connectionMail!number, on_header_read
      :: connection[number] == connection_preface_header -> connectionMail!number, on_handshake_awaited
      :: connection[number] == connection_preface_header -> connectionMail!number, on_client_denied
      :: connection[number] == connection_preface_handshake -> connectionMail!number, on_handshake_done
      :: connection_in_preface(number) || isSecuring(number) -> connectionMail!number, on_preface_failed
      :: connection[number] == connection_serving_open -> connectionMail!number, on_tls_asked
      :: connection_in_serving(number) -> connectionMail!number, on_tls_refused
      :: connection[number] == connection_serving_securing_flushing -> connectionMail!number, on_plaintext_flushed
      :: connection[number] == connection_serving_securing_handshake -> connectionMail!number, on_handshake_done
      :: socket[number] = destroyed; connectionMail!number, on_peer_left
      :: connectionMail!number, on_destroy
      :: connectionMail!number, on_buffer_too_old
      :: connectionMail!number, on_deadline_reached
      :: connection[number] == connection_serving_open -> connectionMail!number, on_age_reached
      :: connectionMail!number, on_buffer_too_large
      :: connection[number] == connection_closing_flushing -> connectionMail!number, on_writer_flushed
      :: connection_in_closing(number) -> connectionMail!number, on_peer_ended
      :: isLingering(number) -> connectionMail!number, on_linger_expired
      :: isLingering(number) && isDrainAsked -> connectionMail!number, on_place_wanted
      :: isLingering(number) && listener_tagged_paused && nempty(queue) -> listenerMail!on_clients_waiting
      fi
    :: who == PEER && socket[number] != open && connection_tagged_running(number) ->
      if
      :: connectionMail!number, on_consumer_left
      :: connectionMail!number, on_buffer_too_large
      fi
    fi;
    listen();
    assert(offered == CLIENTS || view[offered] == (isDenied == 1 || isDropAsked || listener_tagged_over -> dropped : accepted));
    check()
  }
  od
}

proctype client(byte number) {
#ifndef FAIR
  byte visits
#endif
end:
  do
#ifdef FAIR
  :: true -> skip
  :: atomic {
#else
  :: atomic { visits < VISITS -> visits++;
#endif
    if
    :: descriptor == unbound -> view[number] = refused; printf("client %d is refused\n", number)
    :: descriptor != unbound -> view[number] = waits; queue!number; printf("client %d waits\n", number)
    fi
  };
  /* It waits to be told, then for its connection to end. */
  (view[number] != waits && view[number] != accepted && view[number] != served);
  view[number] = away
  od
}

/* Who has closed or drained waits for what was promised. */
proctype closer() {
end:
  isCloseAsked;
  isCloseFinished
}

proctype drainer() {
end:
  isDrainAsked;
  isDrainReported
}

init {
  atomic {
    listenerStarts();
    run actor(KERNEL, 0);
    run actor(LATER, 0);
    run actor(DRAIN_TIMER, 0);
    run actor(RESUMER, 0);
    run actor(FREER, 0);
    run actor(USER, 0);
#ifndef FAIR
    run closer();
    run drainer();
#endif
    other = 0;
    do
    :: other < CLIENTS ->
      view[other] = away;
      run client(other);
      run actor(OUTCOME, other);
#ifndef NO_PEERS
      run actor(PEER, other);
#endif
      other++
    :: other == CLIENTS -> break
    od;
    other = 0
  }
}

ltl isServedOrTold { [] (view[0] == waits -> <> (view[0] != waits)) }
ltl isStarted { [] (view[0] == accepted -> <> (view[0] != accepted)) }
ltl placeIsFreed { [] (isLive(0) -> <> !isLive(0)) }
ltl closeIsFinished { [] (isCloseAsked -> <> isCloseFinished) }
ltl drainIsReported { [] (isDrainAsked -> <> isDrainReported) }
