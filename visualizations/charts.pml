/*
 * The charts of machines/, written by "npm run visualize"; not to be changed by hand. Each rule
 * was computed by the chart itself, in each state that any order of events can bring it to: what
 * is done about an event until the chart rests. Requests come before what the context becomes.
 */

mtype = {
  is_expired,
  is_hold,
  is_none,
  is_rebind,
  is_running
}

mtype = {
  do_refuseConnection,
  do_startAccepting,
  do_stopAccepting,
  do_bindToHold,
  do_scheduleRetry,
  do_cancelRetry,
  do_scheduleRefill,
  do_cancelRefill,
  do_watchQueue,
  do_unwatchQueue,
  do_requestPlaces,
  do_applyErrorPolicy,
  do_closeAcceptor,
  do_discardUnstarted,
  do_hastenConnections,
  do_scheduleDrainExpiry,
  do_cancelDrainExpiry,
  do_expireDrain,
  do_reportDrained,
  do_destroyConnections,
  do_awaitSockets,
  do_announceClosed,
  do_announceDrained,
  do_spawnConnection,
  do_readHeader,
  do_shakeHands,
  do_flushPlaintext,
  do_secureStreams,
  do_refuseTls,
  do_endPreface,
  do_queueHandler,
  do_flushWriter,
  do_closeReader,
  do_askForRest,
  do_forgetHandler,
  do_scheduleCut,
  do_discardBuffers,
  do_destroySocket,
  do_keepError,
  do_releaseConnection
}

mtype = {
  listener_listening,
  listener_accept_paused_waiting,
  listener_accept_paused_throttled,
  listener_accept_paused_binding,
  listener_accept_paused_opening,
  listener_accept_paused_retrying,
  listener_accept_paused_exhausted,
  listener_dropping_open,
  listener_dropping_opening,
  listener_dropping_retrying,
  listener_closing_listeningSocket,
  listener_closing_sockets,
  listener_closed_settling,
  listener_closed_cutting,
  listener_closed_abandoned,
  listener_closed_drained
}

mtype = {
  connection_accepted_open,
  connection_accepted_destroyed,
  connection_accepted_lost,
  connection_preface_header,
  connection_preface_handshake,
  connection_serving_open,
  connection_serving_securing_flushing,
  connection_serving_securing_handshake,
  connection_serving_retiring,
  connection_serving_destroyed,
  connection_serving_cut,
  connection_abandoned_lost,
  connection_abandoned_cut,
  connection_closing_flushing,
  connection_closing_gone,
  connection_closing_lingering,
  connection_closing_behind,
  connection_closing_yielding,
  connection_closing_ended,
  connection_closing_cutting,
  connection_closed
}

mtype = {
  on_pause,
  on_pause_hold,
  on_pause_rebind,
  on_resume,
  on_drop_start,
  on_drop_stop,
  on_limit_changed_1,
  on_limit_changed_2,
  on_close,
  on_close_closeExistingConnections,
  on_drain,
  on_drain_0,
  on_connection_offered,
  on_connection_denied,
  on_connection_settled,
  on_acceptor_ready,
  on_acceptor_held,
  on_acceptor_failed,
  on_acceptor_closed,
  on_accept_exhausted,
  on_accept_failed,
  on_retry_due,
  on_rate_spent,
  on_rate_refilled,
  on_clients_waiting,
  on_sockets_closed,
  on_drain_expired,
  on_handler_failed,
  on_policy_ignored,
  on_policy_called,
  on_policy_raised,
  on_spawn,
  on_destroy,
  on_cut,
  on_discard,
  on_header_awaited,
  on_header_read,
  on_client_denied,
  on_handshake_awaited,
  on_handshake_done,
  on_preface_failed,
  on_preface_expired,
  on_tls_asked,
  on_tls_refused,
  on_plaintext_flushed,
  on_handler_started,
  on_handler_settled,
  on_handler_interrupted,
  on_peer_left,
  on_consumer_left,
  on_buffer_too_old,
  on_age_reached,
  on_deadline_reached,
  on_buffer_too_large,
  on_writer_flushed,
  on_writer_gone,
  on_peer_ended,
  on_peer_has_all,
  on_peer_lacks_some,
  on_place_wanted,
  on_linger_expired,
  on_flush_expired,
  on_socket_closed
}

#define listener_in_accept_paused (listener == listener_accept_paused_waiting || listener == listener_accept_paused_throttled || listener == listener_accept_paused_binding || listener == listener_accept_paused_opening || listener == listener_accept_paused_retrying || listener == listener_accept_paused_exhausted)
#define listener_in_dropping (listener == listener_dropping_open || listener == listener_dropping_opening || listener == listener_dropping_retrying)
#define listener_in_closing (listener == listener_closing_listeningSocket || listener == listener_closing_sockets)
#define listener_in_closed (listener == listener_closed_settling || listener == listener_closed_cutting || listener == listener_closed_abandoned || listener == listener_closed_drained)
#define listener_tagged_paused (listener == listener_accept_paused_waiting || listener == listener_accept_paused_throttled)
#define listener_tagged_reopening (listener == listener_accept_paused_binding || listener == listener_accept_paused_opening || listener == listener_accept_paused_retrying || listener == listener_accept_paused_exhausted)
#define listener_tagged_not_accepting (listener == listener_accept_paused_binding || listener == listener_accept_paused_opening || listener == listener_accept_paused_retrying || listener == listener_accept_paused_exhausted || listener == listener_dropping_opening || listener == listener_dropping_retrying)
#define listener_tagged_retrying (listener == listener_accept_paused_retrying || listener == listener_accept_paused_exhausted || listener == listener_dropping_retrying)
#define listener_tagged_over (listener == listener_closing_listeningSocket || listener == listener_closing_sockets || listener == listener_closed_settling || listener == listener_closed_cutting || listener == listener_closed_abandoned || listener == listener_closed_drained)
#define listener_tagged_drained (listener == listener_closed_drained)
#define connection_in_accepted(number) (connection[number] == connection_accepted_open || connection[number] == connection_accepted_destroyed || connection[number] == connection_accepted_lost)
#define connection_in_preface(number) (connection[number] == connection_preface_header || connection[number] == connection_preface_handshake)
#define connection_in_serving(number) (connection[number] == connection_serving_open || connection[number] == connection_serving_securing_flushing || connection[number] == connection_serving_securing_handshake || connection[number] == connection_serving_retiring || connection[number] == connection_serving_destroyed || connection[number] == connection_serving_cut)
#define connection_in_serving_securing(number) (connection[number] == connection_serving_securing_flushing || connection[number] == connection_serving_securing_handshake)
#define connection_in_abandoned(number) (connection[number] == connection_abandoned_lost || connection[number] == connection_abandoned_cut)
#define connection_in_closing(number) (connection[number] == connection_closing_flushing || connection[number] == connection_closing_gone || connection[number] == connection_closing_lingering || connection[number] == connection_closing_behind || connection[number] == connection_closing_yielding || connection[number] == connection_closing_ended || connection[number] == connection_closing_cutting)
#define connection_tagged_unstarted(number) (connection[number] == connection_accepted_open || connection[number] == connection_accepted_destroyed || connection[number] == connection_accepted_lost || connection[number] == connection_preface_header || connection[number] == connection_preface_handshake)
#define connection_tagged_open(number) (connection[number] == connection_accepted_open || connection[number] == connection_accepted_destroyed || connection[number] == connection_preface_header || connection[number] == connection_preface_handshake || connection[number] == connection_serving_open || connection[number] == connection_serving_securing_flushing || connection[number] == connection_serving_securing_handshake || connection[number] == connection_serving_retiring || connection[number] == connection_serving_destroyed || connection[number] == connection_serving_cut || connection[number] == connection_closing_flushing || connection[number] == connection_closing_gone || connection[number] == connection_closing_lingering || connection[number] == connection_closing_behind || connection[number] == connection_closing_yielding || connection[number] == connection_closing_ended || connection[number] == connection_closing_cutting)
#define connection_tagged_running(number) (connection[number] == connection_serving_open || connection[number] == connection_serving_securing_flushing || connection[number] == connection_serving_securing_handshake || connection[number] == connection_serving_retiring || connection[number] == connection_serving_destroyed || connection[number] == connection_serving_cut || connection[number] == connection_abandoned_lost || connection[number] == connection_abandoned_cut)
#define connection_tagged_unfinished(number) (connection[number] == connection_serving_open || connection[number] == connection_serving_securing_flushing || connection[number] == connection_serving_securing_handshake || connection[number] == connection_serving_retiring || connection[number] == connection_serving_destroyed || connection[number] == connection_serving_cut || connection[number] == connection_abandoned_lost || connection[number] == connection_abandoned_cut || connection[number] == connection_closing_flushing || connection[number] == connection_closing_gone || connection[number] == connection_closing_lingering || connection[number] == connection_closing_behind || connection[number] == connection_closing_yielding)
#define connection_tagged_timed(number) (connection[number] == connection_serving_open || connection[number] == connection_serving_retiring)
#define connection_tagged_cuttable(number) (connection[number] == connection_serving_open || connection[number] == connection_serving_securing_flushing || connection[number] == connection_serving_securing_handshake || connection[number] == connection_serving_retiring || connection[number] == connection_abandoned_lost || connection[number] == connection_abandoned_cut || connection[number] == connection_closing_flushing)
#define connection_tagged_ended(number) (connection[number] == connection_closing_ended)
#define connection_tagged_cut(number) (connection[number] == connection_closing_cutting)

mtype listener
byte connections
byte maxConnections
mtype pauseStrategy
bool pausedByHand
mtype handStrategy
bool isThrottled
bool isBound
byte failures
bool isOutageTold
bool closeExistingConnections
mtype drain
inline listenerStarts() {
  if
  :: listener = listener_listening; connections = 0; maxConnections = 1; pauseStrategy = is_hold; pausedByHand = false; handStrategy = is_hold; isThrottled = false; isBound = true; failures = 0; isOutageTold = false; closeExistingConnections = false; drain = is_none
  :: listener = listener_listening; connections = 0; maxConnections = 1; pauseStrategy = is_rebind; pausedByHand = false; handStrategy = is_hold; isThrottled = false; isBound = true; failures = 0; isOutageTold = false; closeExistingConnections = false; drain = is_none
  :: listener = listener_listening; connections = 0; maxConnections = 2; pauseStrategy = is_hold; pausedByHand = false; handStrategy = is_hold; isThrottled = false; isBound = true; failures = 0; isOutageTold = false; closeExistingConnections = false; drain = is_none
  :: listener = listener_listening; connections = 0; maxConnections = 2; pauseStrategy = is_rebind; pausedByHand = false; handStrategy = is_hold; isThrottled = false; isBound = true; failures = 0; isOutageTold = false; closeExistingConnections = false; drain = is_none
  fi
}

inline listenerHears(what) {
  if
  :: what == on_pause ->
    if
    :: listener == listener_listening ->
      if
      :: pauseStrategy == is_hold ->
        listenerAsks!do_stopAccepting, is_hold; listenerAsks!do_watchQueue, 0; pausedByHand = true; failures = 0; listener = listener_accept_paused_waiting
      :: else ->
        listenerAsks!do_stopAccepting, is_rebind; listenerAsks!do_watchQueue, 0; pausedByHand = true; handStrategy = is_rebind; isBound = false; failures = 0; listener = listener_accept_paused_waiting
      fi
    :: listener == listener_accept_paused_waiting ->
      if
      :: pauseStrategy == is_hold ->
        if
        :: handStrategy == is_hold ->
          listenerAsks!do_unwatchQueue, 0; listenerAsks!do_stopAccepting, is_hold; listenerAsks!do_watchQueue, 0; pausedByHand = true
        :: else ->
          listenerAsks!do_unwatchQueue, 0; listenerAsks!do_stopAccepting, is_hold; listenerAsks!do_watchQueue, 0; listenerAsks!do_unwatchQueue, 0; listenerAsks!do_bindToHold, 0; handStrategy = is_hold; listener = listener_accept_paused_binding
        fi
      :: else ->
        listenerAsks!do_unwatchQueue, 0; listenerAsks!do_stopAccepting, is_rebind; listenerAsks!do_watchQueue, 0; pausedByHand = true; handStrategy = is_rebind; isBound = false
      fi
    :: listener == listener_dropping_open || listener == listener_dropping_opening || listener == listener_dropping_retrying ->
      handStrategy = pauseStrategy; pausedByHand = true
    :: listener == listener_accept_paused_exhausted ->
      if
      :: pauseStrategy == is_hold ->
        if
        :: isBound ->
          listenerAsks!do_cancelRetry, 0; listenerAsks!do_stopAccepting, is_hold; listenerAsks!do_watchQueue, 0; pausedByHand = true; failures = 0; listener = listener_accept_paused_waiting
        :: else ->
          listenerAsks!do_cancelRetry, 0; listenerAsks!do_stopAccepting, is_hold; listenerAsks!do_watchQueue, 0; listenerAsks!do_unwatchQueue, 0; listenerAsks!do_bindToHold, 0; pausedByHand = true; listener = listener_accept_paused_binding
        fi
      :: else ->
        listenerAsks!do_cancelRetry, 0; listenerAsks!do_stopAccepting, is_rebind; listenerAsks!do_watchQueue, 0; pausedByHand = true; handStrategy = is_rebind; failures = 0; listener = listener_accept_paused_waiting
      fi
    :: listener == listener_accept_paused_retrying ->
      if
      :: isBound ->
        listenerAsks!do_cancelRetry, 0; listenerAsks!do_stopAccepting, is_hold; listenerAsks!do_watchQueue, 0; pausedByHand = true; failures = 0; listener = listener_accept_paused_waiting
      :: else ->
        if
        :: pauseStrategy == is_rebind ->
          listenerAsks!do_cancelRetry, 0; listenerAsks!do_stopAccepting, is_rebind; listenerAsks!do_watchQueue, 0; pausedByHand = true; handStrategy = is_rebind; failures = 0; listener = listener_accept_paused_waiting
        :: else ->
          listenerAsks!do_cancelRetry, 0; listenerAsks!do_stopAccepting, is_hold; listenerAsks!do_watchQueue, 0; listenerAsks!do_unwatchQueue, 0; listenerAsks!do_bindToHold, 0; pausedByHand = true; listener = listener_accept_paused_binding
        fi
      fi
    :: listener == listener_accept_paused_throttled ->
      listenerAsks!do_stopAccepting, pauseStrategy; listenerAsks!do_watchQueue, 0; handStrategy = pauseStrategy; pausedByHand = true; failures = 0; listener = listener_accept_paused_waiting
    :: listener == listener_accept_paused_opening ->
      if
      :: pauseStrategy == is_hold ->
        if
        :: isBound ->
          listenerAsks!do_stopAccepting, is_hold; listenerAsks!do_watchQueue, 0; pausedByHand = true; failures = 0; listener = listener_accept_paused_waiting
        :: else ->
          listenerAsks!do_stopAccepting, is_hold; listenerAsks!do_watchQueue, 0; listenerAsks!do_unwatchQueue, 0; listenerAsks!do_bindToHold, 0; pausedByHand = true; listener = listener_accept_paused_binding
        fi
      :: else ->
        listenerAsks!do_stopAccepting, is_rebind; listenerAsks!do_watchQueue, 0; pausedByHand = true; handStrategy = is_rebind; isBound = false; failures = 0; listener = listener_accept_paused_waiting
      fi
    :: listener == listener_accept_paused_binding ->
      if
      :: pauseStrategy == is_hold ->
        listenerAsks!do_stopAccepting, is_hold; listenerAsks!do_watchQueue, 0; listenerAsks!do_unwatchQueue, 0; listenerAsks!do_bindToHold, 0; pausedByHand = true
      :: else ->
        listenerAsks!do_stopAccepting, is_rebind; listenerAsks!do_watchQueue, 0; handStrategy = is_rebind; failures = 0; listener = listener_accept_paused_waiting
      fi
    :: else
    fi
  :: what == on_pause_hold ->
    if
    :: listener == listener_listening ->
      listenerAsks!do_stopAccepting, is_hold; listenerAsks!do_watchQueue, 0; pausedByHand = true; failures = 0; listener = listener_accept_paused_waiting
    :: listener == listener_accept_paused_waiting ->
      if
      :: isBound ->
        listenerAsks!do_unwatchQueue, 0; listenerAsks!do_stopAccepting, is_hold; listenerAsks!do_watchQueue, 0; pausedByHand = true
      :: else ->
        listenerAsks!do_unwatchQueue, 0; listenerAsks!do_stopAccepting, is_hold; listenerAsks!do_watchQueue, 0; listenerAsks!do_unwatchQueue, 0; listenerAsks!do_bindToHold, 0; pausedByHand = true; handStrategy = is_hold; listener = listener_accept_paused_binding
      fi
    :: listener == listener_dropping_open || listener == listener_dropping_opening || listener == listener_dropping_retrying ->
      pausedByHand = true; handStrategy = is_hold
    :: listener == listener_accept_paused_exhausted || listener == listener_accept_paused_retrying ->
      if
      :: isBound ->
        listenerAsks!do_cancelRetry, 0; listenerAsks!do_stopAccepting, is_hold; listenerAsks!do_watchQueue, 0; pausedByHand = true; failures = 0; listener = listener_accept_paused_waiting
      :: else ->
        listenerAsks!do_cancelRetry, 0; listenerAsks!do_stopAccepting, is_hold; listenerAsks!do_watchQueue, 0; listenerAsks!do_unwatchQueue, 0; listenerAsks!do_bindToHold, 0; pausedByHand = true; listener = listener_accept_paused_binding
      fi
    :: listener == listener_accept_paused_throttled ->
      if
      :: pauseStrategy == is_hold ->
        listenerAsks!do_stopAccepting, is_hold; listenerAsks!do_watchQueue, 0; pausedByHand = true; failures = 0; listener = listener_accept_paused_waiting
      :: else ->
        listenerAsks!do_stopAccepting, is_hold; listenerAsks!do_watchQueue, 0; listenerAsks!do_unwatchQueue, 0; listenerAsks!do_bindToHold, 0; pausedByHand = true; listener = listener_accept_paused_binding
      fi
    :: listener == listener_accept_paused_opening ->
      if
      :: isBound ->
        listenerAsks!do_stopAccepting, is_hold; listenerAsks!do_watchQueue, 0; pausedByHand = true; failures = 0; listener = listener_accept_paused_waiting
      :: else ->
        listenerAsks!do_stopAccepting, is_hold; listenerAsks!do_watchQueue, 0; listenerAsks!do_unwatchQueue, 0; listenerAsks!do_bindToHold, 0; pausedByHand = true; listener = listener_accept_paused_binding
      fi
    :: listener == listener_accept_paused_binding ->
      listenerAsks!do_stopAccepting, is_hold; listenerAsks!do_watchQueue, 0; listenerAsks!do_unwatchQueue, 0; listenerAsks!do_bindToHold, 0; pausedByHand = true
    :: else
    fi
  :: what == on_pause_rebind ->
    if
    :: listener == listener_listening || listener == listener_accept_paused_throttled || listener == listener_accept_paused_opening ->
      listenerAsks!do_stopAccepting, is_rebind; listenerAsks!do_watchQueue, 0; pausedByHand = true; handStrategy = is_rebind; isBound = false; failures = 0; listener = listener_accept_paused_waiting
    :: listener == listener_accept_paused_waiting ->
      listenerAsks!do_unwatchQueue, 0; listenerAsks!do_stopAccepting, is_rebind; listenerAsks!do_watchQueue, 0; pausedByHand = true; handStrategy = is_rebind; isBound = false
    :: listener == listener_dropping_open || listener == listener_dropping_opening || listener == listener_dropping_retrying ->
      pausedByHand = true; handStrategy = is_rebind
    :: listener == listener_accept_paused_exhausted || listener == listener_accept_paused_retrying ->
      listenerAsks!do_cancelRetry, 0; listenerAsks!do_stopAccepting, is_rebind; listenerAsks!do_watchQueue, 0; pausedByHand = true; handStrategy = is_rebind; isBound = false; failures = 0; listener = listener_accept_paused_waiting
    :: listener == listener_accept_paused_binding ->
      listenerAsks!do_stopAccepting, is_rebind; listenerAsks!do_watchQueue, 0; pausedByHand = true; handStrategy = is_rebind; failures = 0; listener = listener_accept_paused_waiting
    :: else
    fi
  :: what == on_resume ->
    if
    :: listener == listener_accept_paused_waiting ->
      if
      :: connections < maxConnections ->
        if
        :: !isThrottled ->
          listenerAsks!do_unwatchQueue, 0; listenerAsks!do_startAccepting, 0; pausedByHand = false; handStrategy = is_hold; listener = listener_accept_paused_opening
        :: else ->
          if
          :: pauseStrategy == is_hold ->
            if
            :: handStrategy == is_hold ->
              listenerAsks!do_unwatchQueue, 0; listenerAsks!do_stopAccepting, is_hold; pausedByHand = false; listener = listener_accept_paused_throttled
            :: else ->
              listenerAsks!do_unwatchQueue, 0; listenerAsks!do_bindToHold, 0; pausedByHand = false; handStrategy = is_hold; listener = listener_accept_paused_binding
            fi
          :: else ->
            if
            :: handStrategy == is_rebind ->
              listenerAsks!do_unwatchQueue, 0; listenerAsks!do_stopAccepting, is_rebind; pausedByHand = false; handStrategy = is_hold; listener = listener_accept_paused_throttled
            :: else ->
              listenerAsks!do_stopAccepting, is_rebind; listenerAsks!do_unwatchQueue, 0; listenerAsks!do_stopAccepting, is_rebind; pausedByHand = false; isBound = false; listener = listener_accept_paused_throttled
            fi
          fi
        fi
      :: else ->
        if
        :: isBound ->
          if
          :: pauseStrategy == is_hold ->
            pausedByHand = false
          :: else ->
            listenerAsks!do_stopAccepting, is_rebind; pausedByHand = false; isBound = false
          fi
        :: else ->
          if
          :: pauseStrategy == is_rebind ->
            pausedByHand = false; handStrategy = is_hold
          :: else ->
            listenerAsks!do_unwatchQueue, 0; listenerAsks!do_bindToHold, 0; pausedByHand = false; handStrategy = is_hold; listener = listener_accept_paused_binding
          fi
        fi
      fi
    :: listener == listener_dropping_open || listener == listener_dropping_opening || listener == listener_dropping_retrying ->
      pausedByHand = false; handStrategy = is_hold
    :: listener == listener_accept_paused_retrying ->
      pausedByHand = false
    :: listener == listener_accept_paused_binding ->
      if
      :: connections < maxConnections ->
        if
        :: !isThrottled ->
          listenerAsks!do_startAccepting, 0; pausedByHand = false; listener = listener_accept_paused_opening
        :: else ->
          if
          :: pauseStrategy == is_rebind ->
            listenerAsks!do_stopAccepting, is_rebind; listenerAsks!do_watchQueue, 0; listenerAsks!do_unwatchQueue, 0; listenerAsks!do_stopAccepting, is_rebind; pausedByHand = false; failures = 0; listener = listener_accept_paused_throttled
          :: else ->
            pausedByHand = false
          fi
        fi
      :: else ->
        if
        :: pauseStrategy == is_rebind ->
          listenerAsks!do_stopAccepting, is_rebind; listenerAsks!do_watchQueue, 0; pausedByHand = false; failures = 0; listener = listener_accept_paused_waiting
        :: else ->
          pausedByHand = false
        fi
      fi
    :: else
    fi
  :: what == on_drop_start ->
    if
    :: listener == listener_listening ->
      listener = listener_dropping_open
    :: listener == listener_accept_paused_waiting ->
      listenerAsks!do_unwatchQueue, 0; listenerAsks!do_startAccepting, 0; listener = listener_dropping_opening
    :: listener == listener_accept_paused_exhausted || listener == listener_accept_paused_retrying ->
      listenerAsks!do_cancelRetry, 0; listenerAsks!do_startAccepting, 0; listener = listener_dropping_opening
    :: listener == listener_accept_paused_throttled || listener == listener_accept_paused_opening || listener == listener_accept_paused_binding ->
      listenerAsks!do_startAccepting, 0; listener = listener_dropping_opening
    :: else
    fi
  :: what == on_drop_stop ->
    if
    :: listener == listener_dropping_open ->
      if
      :: !pausedByHand ->
        if
        :: connections < maxConnections ->
          if
          :: !isThrottled ->
            listener = listener_listening
          :: else ->
            if
            :: pauseStrategy == is_hold ->
              listenerAsks!do_stopAccepting, is_hold; listener = listener_accept_paused_throttled
            :: else ->
              listenerAsks!do_stopAccepting, is_rebind; isBound = false; listener = listener_accept_paused_throttled
            fi
          fi
        :: else ->
          if
          :: pauseStrategy == is_hold ->
            listenerAsks!do_stopAccepting, is_hold; listenerAsks!do_watchQueue, 0; failures = 0; listener = listener_accept_paused_waiting
          :: else ->
            listenerAsks!do_stopAccepting, is_rebind; listenerAsks!do_watchQueue, 0; isBound = false; failures = 0; listener = listener_accept_paused_waiting
          fi
        fi
      :: else ->
        if
        :: handStrategy == is_hold ->
          listenerAsks!do_stopAccepting, is_hold; listenerAsks!do_watchQueue, 0; failures = 0; listener = listener_accept_paused_waiting
        :: else ->
          listenerAsks!do_stopAccepting, is_rebind; listenerAsks!do_watchQueue, 0; isBound = false; failures = 0; listener = listener_accept_paused_waiting
        fi
      fi
    :: listener == listener_dropping_opening ->
      if
      :: pausedByHand ->
        if
        :: handStrategy == is_hold ->
          if
          :: isBound ->
            listenerAsks!do_stopAccepting, is_hold; listenerAsks!do_watchQueue, 0; failures = 0; listener = listener_accept_paused_waiting
          :: else ->
            listenerAsks!do_stopAccepting, is_hold; listenerAsks!do_watchQueue, 0; listenerAsks!do_unwatchQueue, 0; listenerAsks!do_bindToHold, 0; listener = listener_accept_paused_binding
          fi
        :: else ->
          listenerAsks!do_stopAccepting, is_rebind; listenerAsks!do_watchQueue, 0; isBound = false; failures = 0; listener = listener_accept_paused_waiting
        fi
      :: else ->
        if
        :: connections < maxConnections ->
          if
          :: pauseStrategy == is_hold ->
            if
            :: !isThrottled ->
              listenerAsks!do_stopAccepting, is_hold; listenerAsks!do_watchQueue, 0; listenerAsks!do_unwatchQueue, 0; listenerAsks!do_startAccepting, 0; listener = listener_accept_paused_opening
            :: else ->
              if
              :: isBound ->
                listenerAsks!do_stopAccepting, is_hold; listenerAsks!do_watchQueue, 0; listenerAsks!do_unwatchQueue, 0; listenerAsks!do_stopAccepting, is_hold; failures = 0; listener = listener_accept_paused_throttled
              :: else ->
                listenerAsks!do_stopAccepting, is_hold; listenerAsks!do_watchQueue, 0; listenerAsks!do_unwatchQueue, 0; listenerAsks!do_bindToHold, 0; listener = listener_accept_paused_binding
              fi
            fi
          :: else ->
            if
            :: !isThrottled ->
              listenerAsks!do_stopAccepting, is_rebind; listenerAsks!do_watchQueue, 0; listenerAsks!do_unwatchQueue, 0; listenerAsks!do_startAccepting, 0; isBound = false; listener = listener_accept_paused_opening
            :: else ->
              listenerAsks!do_stopAccepting, is_rebind; listenerAsks!do_watchQueue, 0; listenerAsks!do_unwatchQueue, 0; listenerAsks!do_stopAccepting, is_rebind; isBound = false; failures = 0; listener = listener_accept_paused_throttled
            fi
          fi
        :: else ->
          if
          :: pauseStrategy == is_hold ->
            if
            :: isBound ->
              listenerAsks!do_stopAccepting, is_hold; listenerAsks!do_watchQueue, 0; failures = 0; listener = listener_accept_paused_waiting
            :: else ->
              listenerAsks!do_stopAccepting, is_hold; listenerAsks!do_watchQueue, 0; listenerAsks!do_unwatchQueue, 0; listenerAsks!do_bindToHold, 0; listener = listener_accept_paused_binding
            fi
          :: else ->
            listenerAsks!do_stopAccepting, is_rebind; listenerAsks!do_watchQueue, 0; isBound = false; failures = 0; listener = listener_accept_paused_waiting
          fi
        fi
      fi
    :: listener == listener_dropping_retrying ->
      if
      :: !pausedByHand ->
        if
        :: connections < maxConnections ->
          if
          :: pauseStrategy == is_hold ->
            if
            :: !isThrottled ->
              listenerAsks!do_cancelRetry, 0; listenerAsks!do_stopAccepting, is_hold; listenerAsks!do_watchQueue, 0; listenerAsks!do_unwatchQueue, 0; listenerAsks!do_startAccepting, 0; listener = listener_accept_paused_opening
            :: else ->
              if
              :: isBound ->
                listenerAsks!do_cancelRetry, 0; listenerAsks!do_stopAccepting, is_hold; listenerAsks!do_watchQueue, 0; listenerAsks!do_unwatchQueue, 0; listenerAsks!do_stopAccepting, is_hold; failures = 0; listener = listener_accept_paused_throttled
              :: else ->
                listenerAsks!do_cancelRetry, 0; listenerAsks!do_stopAccepting, is_hold; listenerAsks!do_watchQueue, 0; listenerAsks!do_unwatchQueue, 0; listenerAsks!do_bindToHold, 0; listener = listener_accept_paused_binding
              fi
            fi
          :: else ->
            if
            :: !isThrottled ->
              listenerAsks!do_cancelRetry, 0; listenerAsks!do_stopAccepting, is_rebind; listenerAsks!do_watchQueue, 0; listenerAsks!do_unwatchQueue, 0; listenerAsks!do_startAccepting, 0; isBound = false; listener = listener_accept_paused_opening
            :: else ->
              listenerAsks!do_cancelRetry, 0; listenerAsks!do_stopAccepting, is_rebind; listenerAsks!do_watchQueue, 0; listenerAsks!do_unwatchQueue, 0; listenerAsks!do_stopAccepting, is_rebind; isBound = false; failures = 0; listener = listener_accept_paused_throttled
            fi
          fi
        :: else ->
          if
          :: pauseStrategy == is_hold ->
            if
            :: isBound ->
              listenerAsks!do_cancelRetry, 0; listenerAsks!do_stopAccepting, is_hold; listenerAsks!do_watchQueue, 0; failures = 0; listener = listener_accept_paused_waiting
            :: else ->
              listenerAsks!do_cancelRetry, 0; listenerAsks!do_stopAccepting, is_hold; listenerAsks!do_watchQueue, 0; listenerAsks!do_unwatchQueue, 0; listenerAsks!do_bindToHold, 0; listener = listener_accept_paused_binding
            fi
          :: else ->
            listenerAsks!do_cancelRetry, 0; listenerAsks!do_stopAccepting, is_rebind; listenerAsks!do_watchQueue, 0; isBound = false; failures = 0; listener = listener_accept_paused_waiting
          fi
        fi
      :: else ->
        if
        :: handStrategy == is_hold ->
          if
          :: isBound ->
            listenerAsks!do_cancelRetry, 0; listenerAsks!do_stopAccepting, is_hold; listenerAsks!do_watchQueue, 0; failures = 0; listener = listener_accept_paused_waiting
          :: else ->
            listenerAsks!do_cancelRetry, 0; listenerAsks!do_stopAccepting, is_hold; listenerAsks!do_watchQueue, 0; listenerAsks!do_unwatchQueue, 0; listenerAsks!do_bindToHold, 0; listener = listener_accept_paused_binding
          fi
        :: else ->
          listenerAsks!do_cancelRetry, 0; listenerAsks!do_stopAccepting, is_rebind; listenerAsks!do_watchQueue, 0; isBound = false; failures = 0; listener = listener_accept_paused_waiting
        fi
      fi
    :: else
    fi
  :: what == on_limit_changed_1 ->
    if
    :: listener == listener_listening ->
      if
      :: connections == 0 ->
        maxConnections = 1
      :: else ->
        if
        :: pauseStrategy == is_hold ->
          listenerAsks!do_stopAccepting, is_hold; listenerAsks!do_watchQueue, 0; maxConnections = maxConnections - 1; failures = 0; listener = listener_accept_paused_waiting
        :: else ->
          listenerAsks!do_stopAccepting, is_rebind; listenerAsks!do_watchQueue, 0; maxConnections = maxConnections - 1; isBound = false; failures = 0; listener = listener_accept_paused_waiting
        fi
      fi
    :: listener == listener_accept_paused_waiting || listener == listener_dropping_open || listener == listener_accept_paused_exhausted || listener == listener_accept_paused_retrying || listener == listener_accept_paused_opening || listener == listener_dropping_opening || listener == listener_accept_paused_binding || listener == listener_dropping_retrying ->
      maxConnections = 1
    :: listener == listener_accept_paused_throttled ->
      if
      :: connections == 0 ->
        maxConnections = 1
      :: else ->
        listenerAsks!do_stopAccepting, pauseStrategy; listenerAsks!do_watchQueue, 0; maxConnections = maxConnections - 1; failures = 0; listener = listener_accept_paused_waiting
      fi
    :: else
    fi
  :: what == on_limit_changed_2 ->
    if
    :: listener == listener_listening || listener == listener_dropping_open || listener == listener_accept_paused_exhausted || listener == listener_accept_paused_retrying || listener == listener_accept_paused_throttled || listener == listener_accept_paused_opening || listener == listener_dropping_opening || listener == listener_dropping_retrying ->
      maxConnections = 2
    :: listener == listener_accept_paused_waiting ->
      if
      :: pausedByHand ->
        maxConnections = 2
      :: else ->
        if
        :: connections == 1 ->
          if
          :: !isThrottled ->
            listenerAsks!do_unwatchQueue, 0; listenerAsks!do_startAccepting, 0; maxConnections = maxConnections + 1; listener = listener_accept_paused_opening
          :: else ->
            listenerAsks!do_unwatchQueue, 0; listenerAsks!do_stopAccepting, pauseStrategy; maxConnections = maxConnections + 1; listener = listener_accept_paused_throttled
          fi
        :: else ->
          maxConnections = 2
        fi
      fi
    :: listener == listener_accept_paused_binding ->
      if
      :: maxConnections == 1 ->
        if
        :: pausedByHand ->
          maxConnections = maxConnections + 1
        :: else ->
          if
          :: connections == 1 ->
            if
            :: !isThrottled ->
              listenerAsks!do_startAccepting, 0; maxConnections = maxConnections + 1; listener = listener_accept_paused_opening
            :: else ->
              maxConnections = maxConnections + 1
            fi
          :: else ->
            maxConnections = maxConnections + 1
          fi
        fi
      :: else
      fi
    :: else
    fi
  :: what == on_close ->
    if
    :: listener == listener_listening || listener == listener_accept_paused_throttled || listener == listener_accept_paused_opening ->
      listenerAsks!do_closeAcceptor, 0; listenerAsks!do_cancelRefill, 0; listenerAsks!do_discardUnstarted, 0; maxConnections = 1; pauseStrategy = is_hold; isBound = false; failures = 0; listener = listener_closing_listeningSocket
    :: listener == listener_accept_paused_waiting ->
      listenerAsks!do_unwatchQueue, 0; listenerAsks!do_closeAcceptor, 0; listenerAsks!do_cancelRefill, 0; listenerAsks!do_discardUnstarted, 0; maxConnections = 1; pauseStrategy = is_hold; pausedByHand = false; handStrategy = is_hold; isBound = false; listener = listener_closing_listeningSocket
    :: listener == listener_dropping_open || listener == listener_dropping_opening ->
      listenerAsks!do_closeAcceptor, 0; listenerAsks!do_cancelRefill, 0; listenerAsks!do_discardUnstarted, 0; maxConnections = 1; pauseStrategy = is_hold; pausedByHand = false; handStrategy = is_hold; isBound = false; failures = 0; listener = listener_closing_listeningSocket
    :: listener == listener_accept_paused_exhausted ->
      listenerAsks!do_cancelRetry, 0; listenerAsks!do_closeAcceptor, 0; listenerAsks!do_cancelRefill, 0; listenerAsks!do_discardUnstarted, 0; maxConnections = 1; pauseStrategy = is_hold; isBound = false; failures = 0; listener = listener_closing_listeningSocket
    :: listener == listener_accept_paused_retrying ->
      listenerAsks!do_cancelRetry, 0; listenerAsks!do_closeAcceptor, 0; listenerAsks!do_cancelRefill, 0; listenerAsks!do_discardUnstarted, 0; maxConnections = 1; pauseStrategy = is_hold; pausedByHand = false; isBound = false; failures = 0; listener = listener_closing_listeningSocket
    :: listener == listener_accept_paused_binding ->
      listenerAsks!do_closeAcceptor, 0; listenerAsks!do_cancelRefill, 0; listenerAsks!do_discardUnstarted, 0; maxConnections = 1; pauseStrategy = is_hold; pausedByHand = false; failures = 0; listener = listener_closing_listeningSocket
    :: listener == listener_dropping_retrying ->
      listenerAsks!do_cancelRetry, 0; listenerAsks!do_closeAcceptor, 0; listenerAsks!do_cancelRefill, 0; listenerAsks!do_discardUnstarted, 0; maxConnections = 1; pauseStrategy = is_hold; pausedByHand = false; handStrategy = is_hold; isBound = false; failures = 0; listener = listener_closing_listeningSocket
    :: else
    fi
  :: what == on_close_closeExistingConnections ->
    if
    :: listener == listener_listening || listener == listener_accept_paused_throttled || listener == listener_accept_paused_opening ->
      listenerAsks!do_destroyConnections, 0; listenerAsks!do_closeAcceptor, 0; listenerAsks!do_cancelRefill, 0; listenerAsks!do_discardUnstarted, 0; maxConnections = 1; pauseStrategy = is_hold; isBound = false; failures = 0; closeExistingConnections = true; listener = listener_closing_listeningSocket
    :: listener == listener_accept_paused_waiting ->
      listenerAsks!do_unwatchQueue, 0; listenerAsks!do_destroyConnections, 0; listenerAsks!do_closeAcceptor, 0; listenerAsks!do_cancelRefill, 0; listenerAsks!do_discardUnstarted, 0; maxConnections = 1; pauseStrategy = is_hold; pausedByHand = false; handStrategy = is_hold; isBound = false; closeExistingConnections = true; listener = listener_closing_listeningSocket
    :: listener == listener_dropping_open || listener == listener_dropping_opening ->
      listenerAsks!do_destroyConnections, 0; listenerAsks!do_closeAcceptor, 0; listenerAsks!do_cancelRefill, 0; listenerAsks!do_discardUnstarted, 0; maxConnections = 1; pauseStrategy = is_hold; pausedByHand = false; handStrategy = is_hold; isBound = false; failures = 0; closeExistingConnections = true; listener = listener_closing_listeningSocket
    :: listener == listener_accept_paused_exhausted ->
      listenerAsks!do_cancelRetry, 0; listenerAsks!do_destroyConnections, 0; listenerAsks!do_closeAcceptor, 0; listenerAsks!do_cancelRefill, 0; listenerAsks!do_discardUnstarted, 0; maxConnections = 1; pauseStrategy = is_hold; isBound = false; failures = 0; closeExistingConnections = true; listener = listener_closing_listeningSocket
    :: listener == listener_accept_paused_retrying ->
      listenerAsks!do_cancelRetry, 0; listenerAsks!do_destroyConnections, 0; listenerAsks!do_closeAcceptor, 0; listenerAsks!do_cancelRefill, 0; listenerAsks!do_discardUnstarted, 0; maxConnections = 1; pauseStrategy = is_hold; pausedByHand = false; isBound = false; failures = 0; closeExistingConnections = true; listener = listener_closing_listeningSocket
    :: listener == listener_accept_paused_binding ->
      listenerAsks!do_destroyConnections, 0; listenerAsks!do_closeAcceptor, 0; listenerAsks!do_cancelRefill, 0; listenerAsks!do_discardUnstarted, 0; maxConnections = 1; pauseStrategy = is_hold; pausedByHand = false; failures = 0; closeExistingConnections = true; listener = listener_closing_listeningSocket
    :: listener == listener_dropping_retrying ->
      listenerAsks!do_cancelRetry, 0; listenerAsks!do_destroyConnections, 0; listenerAsks!do_closeAcceptor, 0; listenerAsks!do_cancelRefill, 0; listenerAsks!do_discardUnstarted, 0; maxConnections = 1; pauseStrategy = is_hold; pausedByHand = false; handStrategy = is_hold; isBound = false; failures = 0; closeExistingConnections = true; listener = listener_closing_listeningSocket
    :: else
    fi
  :: what == on_drain ->
    if
    :: listener == listener_listening || listener == listener_accept_paused_throttled || listener == listener_accept_paused_opening ->
      listenerAsks!do_hastenConnections, 0; listenerAsks!do_scheduleDrainExpiry, 0; listenerAsks!do_closeAcceptor, 0; listenerAsks!do_cancelRefill, 0; listenerAsks!do_discardUnstarted, 0; maxConnections = 1; pauseStrategy = is_hold; isBound = false; failures = 0; drain = is_running; listener = listener_closing_listeningSocket
    :: listener == listener_accept_paused_waiting ->
      listenerAsks!do_unwatchQueue, 0; listenerAsks!do_hastenConnections, 0; listenerAsks!do_scheduleDrainExpiry, 0; listenerAsks!do_closeAcceptor, 0; listenerAsks!do_cancelRefill, 0; listenerAsks!do_discardUnstarted, 0; maxConnections = 1; pauseStrategy = is_hold; pausedByHand = false; handStrategy = is_hold; isBound = false; drain = is_running; listener = listener_closing_listeningSocket
    :: listener == listener_dropping_open || listener == listener_dropping_opening ->
      listenerAsks!do_hastenConnections, 0; listenerAsks!do_scheduleDrainExpiry, 0; listenerAsks!do_closeAcceptor, 0; listenerAsks!do_cancelRefill, 0; listenerAsks!do_discardUnstarted, 0; maxConnections = 1; pauseStrategy = is_hold; pausedByHand = false; handStrategy = is_hold; isBound = false; failures = 0; drain = is_running; listener = listener_closing_listeningSocket
    :: listener == listener_closing_listeningSocket || listener == listener_closing_sockets || listener == listener_closed_settling ->
      if
      :: drain == is_none ->
        listenerAsks!do_hastenConnections, 0; listenerAsks!do_scheduleDrainExpiry, 0; drain = is_running
      :: else
      fi
    :: listener == listener_accept_paused_exhausted ->
      listenerAsks!do_cancelRetry, 0; listenerAsks!do_hastenConnections, 0; listenerAsks!do_scheduleDrainExpiry, 0; listenerAsks!do_closeAcceptor, 0; listenerAsks!do_cancelRefill, 0; listenerAsks!do_discardUnstarted, 0; maxConnections = 1; pauseStrategy = is_hold; isBound = false; failures = 0; drain = is_running; listener = listener_closing_listeningSocket
    :: listener == listener_accept_paused_retrying ->
      listenerAsks!do_cancelRetry, 0; listenerAsks!do_hastenConnections, 0; listenerAsks!do_scheduleDrainExpiry, 0; listenerAsks!do_closeAcceptor, 0; listenerAsks!do_cancelRefill, 0; listenerAsks!do_discardUnstarted, 0; maxConnections = 1; pauseStrategy = is_hold; pausedByHand = false; isBound = false; failures = 0; drain = is_running; listener = listener_closing_listeningSocket
    :: listener == listener_accept_paused_binding ->
      listenerAsks!do_hastenConnections, 0; listenerAsks!do_scheduleDrainExpiry, 0; listenerAsks!do_closeAcceptor, 0; listenerAsks!do_cancelRefill, 0; listenerAsks!do_discardUnstarted, 0; maxConnections = 1; pauseStrategy = is_hold; pausedByHand = false; failures = 0; drain = is_running; listener = listener_closing_listeningSocket
    :: listener == listener_dropping_retrying ->
      listenerAsks!do_cancelRetry, 0; listenerAsks!do_hastenConnections, 0; listenerAsks!do_scheduleDrainExpiry, 0; listenerAsks!do_closeAcceptor, 0; listenerAsks!do_cancelRefill, 0; listenerAsks!do_discardUnstarted, 0; maxConnections = 1; pauseStrategy = is_hold; pausedByHand = false; handStrategy = is_hold; isBound = false; failures = 0; drain = is_running; listener = listener_closing_listeningSocket
    :: listener == listener_closed_drained ->
      if
      :: drain == is_none ->
        listenerAsks!do_reportDrained, 0; drain = is_running
      :: else
      fi
    :: else
    fi
  :: what == on_drain_0 ->
    if
    :: listener == listener_listening || listener == listener_accept_paused_throttled || listener == listener_accept_paused_opening ->
      listenerAsks!do_hastenConnections, 0; listenerAsks!do_closeAcceptor, 0; listenerAsks!do_cancelRefill, 0; listenerAsks!do_discardUnstarted, 0; listenerAsks!do_expireDrain, 0; listenerAsks!do_destroyConnections, 0; maxConnections = 1; pauseStrategy = is_hold; isBound = false; failures = 0; drain = is_expired; listener = listener_closing_listeningSocket
    :: listener == listener_accept_paused_waiting ->
      listenerAsks!do_unwatchQueue, 0; listenerAsks!do_hastenConnections, 0; listenerAsks!do_closeAcceptor, 0; listenerAsks!do_cancelRefill, 0; listenerAsks!do_discardUnstarted, 0; listenerAsks!do_expireDrain, 0; listenerAsks!do_destroyConnections, 0; maxConnections = 1; pauseStrategy = is_hold; pausedByHand = false; handStrategy = is_hold; isBound = false; drain = is_expired; listener = listener_closing_listeningSocket
    :: listener == listener_dropping_open || listener == listener_dropping_opening ->
      listenerAsks!do_hastenConnections, 0; listenerAsks!do_closeAcceptor, 0; listenerAsks!do_cancelRefill, 0; listenerAsks!do_discardUnstarted, 0; listenerAsks!do_expireDrain, 0; listenerAsks!do_destroyConnections, 0; maxConnections = 1; pauseStrategy = is_hold; pausedByHand = false; handStrategy = is_hold; isBound = false; failures = 0; drain = is_expired; listener = listener_closing_listeningSocket
    :: listener == listener_closing_listeningSocket || listener == listener_closing_sockets ->
      if
      :: drain == is_none ->
        listenerAsks!do_hastenConnections, 0; listenerAsks!do_expireDrain, 0; listenerAsks!do_destroyConnections, 0; drain = is_expired
      :: else
      fi
    :: listener == listener_accept_paused_exhausted ->
      listenerAsks!do_cancelRetry, 0; listenerAsks!do_hastenConnections, 0; listenerAsks!do_closeAcceptor, 0; listenerAsks!do_cancelRefill, 0; listenerAsks!do_discardUnstarted, 0; listenerAsks!do_expireDrain, 0; listenerAsks!do_destroyConnections, 0; maxConnections = 1; pauseStrategy = is_hold; isBound = false; failures = 0; drain = is_expired; listener = listener_closing_listeningSocket
    :: listener == listener_accept_paused_retrying ->
      listenerAsks!do_cancelRetry, 0; listenerAsks!do_hastenConnections, 0; listenerAsks!do_closeAcceptor, 0; listenerAsks!do_cancelRefill, 0; listenerAsks!do_discardUnstarted, 0; listenerAsks!do_expireDrain, 0; listenerAsks!do_destroyConnections, 0; maxConnections = 1; pauseStrategy = is_hold; pausedByHand = false; isBound = false; failures = 0; drain = is_expired; listener = listener_closing_listeningSocket
    :: listener == listener_accept_paused_binding ->
      listenerAsks!do_hastenConnections, 0; listenerAsks!do_closeAcceptor, 0; listenerAsks!do_cancelRefill, 0; listenerAsks!do_discardUnstarted, 0; listenerAsks!do_expireDrain, 0; listenerAsks!do_destroyConnections, 0; maxConnections = 1; pauseStrategy = is_hold; pausedByHand = false; failures = 0; drain = is_expired; listener = listener_closing_listeningSocket
    :: listener == listener_dropping_retrying ->
      listenerAsks!do_cancelRetry, 0; listenerAsks!do_hastenConnections, 0; listenerAsks!do_closeAcceptor, 0; listenerAsks!do_cancelRefill, 0; listenerAsks!do_discardUnstarted, 0; listenerAsks!do_expireDrain, 0; listenerAsks!do_destroyConnections, 0; maxConnections = 1; pauseStrategy = is_hold; pausedByHand = false; handStrategy = is_hold; isBound = false; failures = 0; drain = is_expired; listener = listener_closing_listeningSocket
    :: listener == listener_closed_drained ->
      if
      :: drain == is_none ->
        listenerAsks!do_reportDrained, 0; drain = is_running
      :: else
      fi
    :: listener == listener_closed_settling ->
      if
      :: drain == is_none ->
        listenerAsks!do_hastenConnections, 0; listenerAsks!do_expireDrain, 0; listenerAsks!do_destroyConnections, 0; listenerAsks!do_awaitSockets, 0; drain = is_expired; listener = listener_closed_cutting
      :: else
      fi
    :: else
    fi
  :: what == on_connection_offered ->
    if
    :: listener == listener_listening ->
      if
      :: connections + 1 < maxConnections ->
        connectionsMail!on_spawn; connections = connections + 1; failures = 0
      :: else ->
        if
        :: pauseStrategy == is_hold ->
          listenerAsks!do_stopAccepting, is_hold; listenerAsks!do_watchQueue, 0; connectionsMail!on_spawn; connections = connections + 1; failures = 0; listener = listener_accept_paused_waiting
        :: else ->
          listenerAsks!do_stopAccepting, is_rebind; listenerAsks!do_watchQueue, 0; connectionsMail!on_spawn; connections = connections + 1; isBound = false; failures = 0; listener = listener_accept_paused_waiting
        fi
      fi
    :: listener == listener_accept_paused_waiting ->
      if
      :: connections < maxConnections ->
        connectionsMail!on_spawn; connections = connections + 1
      :: else ->
        listenerAsks!do_refuseConnection, 0
      fi
    :: listener == listener_dropping_open || listener == listener_dropping_opening || listener == listener_dropping_retrying ->
      listenerAsks!do_refuseConnection, 0; failures = 0
    :: listener == listener_closing_listeningSocket || listener == listener_closed_drained || listener == listener_closing_sockets || listener == listener_closed_settling || listener == listener_closed_cutting || listener == listener_closed_abandoned ->
      listenerAsks!do_refuseConnection, 0
    :: listener == listener_accept_paused_exhausted || listener == listener_accept_paused_retrying || listener == listener_accept_paused_opening || listener == listener_accept_paused_binding ->
      if
      :: connections < maxConnections ->
        connectionsMail!on_spawn; connections = connections + 1; failures = 0
      :: else ->
        listenerAsks!do_refuseConnection, 0
      fi
    :: listener == listener_accept_paused_throttled ->
      if
      :: connections + 1 < maxConnections ->
        connectionsMail!on_spawn; connections = connections + 1; failures = 0
      :: else ->
        listenerAsks!do_stopAccepting, pauseStrategy; listenerAsks!do_watchQueue, 0; connectionsMail!on_spawn; connections = connections + 1; failures = 0; listener = listener_accept_paused_waiting
      fi
    :: else
    fi
  :: what == on_connection_denied ->
    if
    :: listener == listener_listening || listener == listener_dropping_open || listener == listener_accept_paused_exhausted || listener == listener_accept_paused_retrying || listener == listener_accept_paused_throttled || listener == listener_accept_paused_opening || listener == listener_dropping_opening || listener == listener_accept_paused_binding || listener == listener_dropping_retrying ->
      listenerAsks!do_refuseConnection, 0; failures = 0
    :: listener == listener_accept_paused_waiting || listener == listener_closing_listeningSocket || listener == listener_closed_drained || listener == listener_closing_sockets || listener == listener_closed_settling || listener == listener_closed_cutting || listener == listener_closed_abandoned ->
      listenerAsks!do_refuseConnection, 0
    :: else
    fi
  :: what == on_acceptor_ready ->
    if
    :: listener == listener_accept_paused_opening ->
      if
      :: connections < maxConnections ->
        if
        :: !isThrottled ->
          isBound = true; listener = listener_listening
        :: else ->
          if
          :: pauseStrategy == is_hold ->
            listenerAsks!do_stopAccepting, is_hold; isBound = true; listener = listener_accept_paused_throttled
          :: else ->
            listenerAsks!do_stopAccepting, is_rebind; isBound = false; listener = listener_accept_paused_throttled
          fi
        fi
      :: else ->
        if
        :: pauseStrategy == is_hold ->
          listenerAsks!do_stopAccepting, is_hold; listenerAsks!do_watchQueue, 0; isBound = true; failures = 0; listener = listener_accept_paused_waiting
        :: else ->
          listenerAsks!do_stopAccepting, is_rebind; listenerAsks!do_watchQueue, 0; isBound = false; failures = 0; listener = listener_accept_paused_waiting
        fi
      fi
    :: listener == listener_dropping_opening ->
      isBound = true; listener = listener_dropping_open
    :: else
    fi
  :: what == on_acceptor_held ->
    if
    :: listener == listener_accept_paused_binding ->
      if
      :: failures == 0 ->
        if
        :: pausedByHand ->
          listenerAsks!do_stopAccepting, is_hold; listenerAsks!do_watchQueue, 0; isBound = true; listener = listener_accept_paused_waiting
        :: else ->
          if
          :: connections < maxConnections ->
            listenerAsks!do_stopAccepting, is_hold; listenerAsks!do_watchQueue, 0; listenerAsks!do_unwatchQueue, 0; listenerAsks!do_stopAccepting, is_hold; isBound = true; listener = listener_accept_paused_throttled
          :: else ->
            listenerAsks!do_stopAccepting, is_hold; listenerAsks!do_watchQueue, 0; isBound = true; listener = listener_accept_paused_waiting
          fi
        fi
      :: else ->
        if
        :: pausedByHand ->
          listenerAsks!do_stopAccepting, is_hold; listenerAsks!do_watchQueue, 0; isBound = true; failures = failures - 1; listener = listener_accept_paused_waiting
        :: else ->
          if
          :: connections < maxConnections ->
            listenerAsks!do_stopAccepting, is_hold; listenerAsks!do_watchQueue, 0; listenerAsks!do_unwatchQueue, 0; listenerAsks!do_stopAccepting, is_hold; isBound = true; failures = failures - 1; listener = listener_accept_paused_throttled
          :: else ->
            listenerAsks!do_stopAccepting, is_hold; listenerAsks!do_watchQueue, 0; isBound = true; failures = failures - 1; listener = listener_accept_paused_waiting
          fi
        fi
      fi
    :: else
    fi
  :: what == on_acceptor_failed ->
    if
    :: listener == listener_accept_paused_opening ->
      if
      :: pauseStrategy == is_hold ->
        listenerAsks!do_stopAccepting, is_hold; listenerAsks!do_scheduleRetry, 0; failures = 1; listener = listener_accept_paused_retrying
      :: else ->
        listenerAsks!do_stopAccepting, is_rebind; listenerAsks!do_scheduleRetry, 0; isBound = false; failures = 1; listener = listener_accept_paused_retrying
      fi
    :: listener == listener_dropping_opening ->
      if
      :: handStrategy == is_hold ->
        if
        :: pauseStrategy == is_hold ->
          listenerAsks!do_stopAccepting, is_hold; listenerAsks!do_scheduleRetry, 0; failures = 1; listener = listener_dropping_retrying
        :: else ->
          if
          :: pausedByHand ->
            listenerAsks!do_stopAccepting, is_hold; listenerAsks!do_scheduleRetry, 0; failures = 1; listener = listener_dropping_retrying
          :: else ->
            listenerAsks!do_stopAccepting, is_rebind; listenerAsks!do_scheduleRetry, 0; isBound = false; failures = 1; listener = listener_dropping_retrying
          fi
        fi
      :: else ->
        listenerAsks!do_stopAccepting, is_rebind; listenerAsks!do_scheduleRetry, 0; isBound = false; failures = 1; listener = listener_dropping_retrying
      fi
    :: listener == listener_accept_paused_binding ->
      listenerAsks!do_stopAccepting, is_hold; listenerAsks!do_scheduleRetry, 0; failures = 1; listener = listener_accept_paused_retrying
    :: else
    fi
  :: what == on_acceptor_closed ->
    if
    :: listener == listener_closing_listeningSocket ->
      if
      :: !closeExistingConnections ->
        if
        :: connections == 0 ->
          if
          :: drain == is_none ->
            listenerAsks!do_announceClosed, 0; listenerAsks!do_cancelDrainExpiry, 0; listenerAsks!do_announceDrained, 0; listener = listener_closed_drained
          :: else ->
            listenerAsks!do_announceClosed, 0; listenerAsks!do_reportDrained, 0; listenerAsks!do_cancelDrainExpiry, 0; listenerAsks!do_announceDrained, 0; listener = listener_closed_drained
          fi
        :: else ->
          if
          :: drain == is_expired ->
            listenerAsks!do_announceClosed, 0; listenerAsks!do_awaitSockets, 0; listener = listener_closed_cutting
          :: else ->
            listenerAsks!do_announceClosed, 0; listener = listener_closed_settling
          fi
        fi
      :: else ->
        listenerAsks!do_awaitSockets, 0; listener = listener_closing_sockets
      fi
    :: else
    fi
  :: what == on_accept_exhausted ->
    if
    :: listener == listener_listening || listener == listener_accept_paused_opening ->
      if
      :: pauseStrategy == is_hold ->
        listenerAsks!do_stopAccepting, is_hold; listenerAsks!do_scheduleRetry, 0; failures = 1; listener = listener_accept_paused_exhausted
      :: else ->
        listenerAsks!do_stopAccepting, is_rebind; listenerAsks!do_scheduleRetry, 0; isBound = false; failures = 1; listener = listener_accept_paused_exhausted
      fi
    :: listener == listener_dropping_open ->
      if
      :: handStrategy == is_hold ->
        if
        :: pauseStrategy == is_hold ->
          listenerAsks!do_stopAccepting, is_hold; listenerAsks!do_scheduleRetry, 0; failures = 1; listener = listener_dropping_retrying
        :: else ->
          if
          :: !pausedByHand ->
            listenerAsks!do_stopAccepting, is_rebind; listenerAsks!do_scheduleRetry, 0; isBound = false; failures = 1; listener = listener_dropping_retrying
          :: else ->
            listenerAsks!do_stopAccepting, is_hold; listenerAsks!do_scheduleRetry, 0; failures = 1; listener = listener_dropping_retrying
          fi
        fi
      :: else ->
        listenerAsks!do_stopAccepting, is_rebind; listenerAsks!do_scheduleRetry, 0; isBound = false; failures = 1; listener = listener_dropping_retrying
      fi
    :: listener == listener_dropping_opening ->
      if
      :: handStrategy == is_hold ->
        if
        :: pauseStrategy == is_hold ->
          listenerAsks!do_stopAccepting, is_hold; listenerAsks!do_scheduleRetry, 0; failures = 1; listener = listener_dropping_retrying
        :: else ->
          if
          :: pausedByHand ->
            listenerAsks!do_stopAccepting, is_hold; listenerAsks!do_scheduleRetry, 0; failures = 1; listener = listener_dropping_retrying
          :: else ->
            listenerAsks!do_stopAccepting, is_rebind; listenerAsks!do_scheduleRetry, 0; isBound = false; failures = 1; listener = listener_dropping_retrying
          fi
        fi
      :: else ->
        listenerAsks!do_stopAccepting, is_rebind; listenerAsks!do_scheduleRetry, 0; isBound = false; failures = 1; listener = listener_dropping_retrying
      fi
    :: else
    fi
  :: what == on_accept_failed ->
    if
    :: listener == listener_listening ->
      if
      :: pauseStrategy == is_hold ->
        listenerAsks!do_stopAccepting, is_hold; listenerAsks!do_scheduleRetry, 0; failures = 1; listener = listener_accept_paused_retrying
      :: else ->
        listenerAsks!do_stopAccepting, is_rebind; listenerAsks!do_scheduleRetry, 0; isBound = false; failures = 1; listener = listener_accept_paused_retrying
      fi
    :: listener == listener_dropping_open ->
      if
      :: handStrategy == is_hold ->
        if
        :: pauseStrategy == is_hold ->
          listenerAsks!do_stopAccepting, is_hold; listenerAsks!do_scheduleRetry, 0; failures = 1; listener = listener_dropping_retrying
        :: else ->
          if
          :: !pausedByHand ->
            listenerAsks!do_stopAccepting, is_rebind; listenerAsks!do_scheduleRetry, 0; isBound = false; failures = 1; listener = listener_dropping_retrying
          :: else ->
            listenerAsks!do_stopAccepting, is_hold; listenerAsks!do_scheduleRetry, 0; failures = 1; listener = listener_dropping_retrying
          fi
        fi
      :: else ->
        listenerAsks!do_stopAccepting, is_rebind; listenerAsks!do_scheduleRetry, 0; isBound = false; failures = 1; listener = listener_dropping_retrying
      fi
    :: else
    fi
  :: what == on_retry_due ->
    if
    :: listener == listener_accept_paused_exhausted ->
      listenerAsks!do_cancelRetry, 0; listenerAsks!do_startAccepting, 0; listener = listener_accept_paused_opening
    :: listener == listener_accept_paused_retrying ->
      if
      :: !pausedByHand ->
        if
        :: connections < maxConnections ->
          if
          :: !isThrottled ->
            listenerAsks!do_cancelRetry, 0; listenerAsks!do_startAccepting, 0; listener = listener_accept_paused_opening
          :: else ->
            if
            :: pauseStrategy == is_hold ->
              if
              :: isBound ->
                listenerAsks!do_cancelRetry, 0; listenerAsks!do_stopAccepting, is_hold; listenerAsks!do_watchQueue, 0; listenerAsks!do_unwatchQueue, 0; listenerAsks!do_stopAccepting, is_hold; failures = 0; listener = listener_accept_paused_throttled
              :: else ->
                listenerAsks!do_cancelRetry, 0; listenerAsks!do_stopAccepting, is_hold; listenerAsks!do_watchQueue, 0; listenerAsks!do_unwatchQueue, 0; listenerAsks!do_bindToHold, 0; listener = listener_accept_paused_binding
              fi
            :: else ->
              listenerAsks!do_cancelRetry, 0; listenerAsks!do_stopAccepting, is_rebind; listenerAsks!do_watchQueue, 0; listenerAsks!do_unwatchQueue, 0; listenerAsks!do_stopAccepting, is_rebind; failures = 0; listener = listener_accept_paused_throttled
            fi
          fi
        :: else ->
          if
          :: pauseStrategy == is_hold ->
            if
            :: isBound ->
              listenerAsks!do_cancelRetry, 0; listenerAsks!do_stopAccepting, is_hold; listenerAsks!do_watchQueue, 0; failures = 0; listener = listener_accept_paused_waiting
            :: else ->
              listenerAsks!do_cancelRetry, 0; listenerAsks!do_stopAccepting, is_hold; listenerAsks!do_watchQueue, 0; listenerAsks!do_unwatchQueue, 0; listenerAsks!do_bindToHold, 0; listener = listener_accept_paused_binding
            fi
          :: else ->
            listenerAsks!do_cancelRetry, 0; listenerAsks!do_stopAccepting, is_rebind; listenerAsks!do_watchQueue, 0; failures = 0; listener = listener_accept_paused_waiting
          fi
        fi
      :: else ->
        listenerAsks!do_cancelRetry, 0; listenerAsks!do_stopAccepting, is_hold; listenerAsks!do_watchQueue, 0; listenerAsks!do_unwatchQueue, 0; listenerAsks!do_bindToHold, 0; listener = listener_accept_paused_binding
      fi
    :: listener == listener_dropping_retrying ->
      listenerAsks!do_cancelRetry, 0; listenerAsks!do_startAccepting, 0; listener = listener_dropping_opening
    :: else
    fi
  :: what == on_rate_spent ->
    if
    :: listener == listener_listening ->
      if
      :: pauseStrategy == is_hold ->
        listenerAsks!do_scheduleRefill, is_hold; listenerAsks!do_stopAccepting, is_hold; isThrottled = true; listener = listener_accept_paused_throttled
      :: else ->
        listenerAsks!do_scheduleRefill, is_rebind; listenerAsks!do_stopAccepting, is_rebind; isThrottled = true; isBound = false; listener = listener_accept_paused_throttled
      fi
    :: listener == listener_accept_paused_waiting ->
      if
      :: isBound ->
        listenerAsks!do_scheduleRefill, is_hold; isThrottled = true
      :: else ->
        listenerAsks!do_scheduleRefill, is_rebind; isThrottled = true
      fi
    :: listener == listener_dropping_open || listener == listener_dropping_retrying ->
      if
      :: pauseStrategy == is_hold ->
        listenerAsks!do_scheduleRefill, handStrategy; isThrottled = true
      :: else ->
        if
        :: !pausedByHand ->
          listenerAsks!do_scheduleRefill, is_rebind; isThrottled = true
        :: else ->
          listenerAsks!do_scheduleRefill, handStrategy; isThrottled = true
        fi
      fi
    :: listener == listener_closing_listeningSocket || listener == listener_accept_paused_binding || listener == listener_closed_drained || listener == listener_closing_sockets || listener == listener_closed_settling || listener == listener_closed_cutting || listener == listener_closed_abandoned ->
      listenerAsks!do_scheduleRefill, is_hold; isThrottled = true
    :: listener == listener_accept_paused_exhausted || listener == listener_accept_paused_opening ->
      listenerAsks!do_scheduleRefill, pauseStrategy; isThrottled = true
    :: listener == listener_accept_paused_retrying ->
      if
      :: !pausedByHand ->
        listenerAsks!do_scheduleRefill, pauseStrategy; isThrottled = true
      :: else ->
        listenerAsks!do_scheduleRefill, is_hold; isThrottled = true
      fi
    :: listener == listener_accept_paused_throttled ->
      listenerAsks!do_scheduleRefill, pauseStrategy
    :: listener == listener_dropping_opening ->
      if
      :: pauseStrategy == is_hold ->
        listenerAsks!do_scheduleRefill, handStrategy; isThrottled = true
      :: else ->
        if
        :: pausedByHand ->
          listenerAsks!do_scheduleRefill, handStrategy; isThrottled = true
        :: else ->
          listenerAsks!do_scheduleRefill, is_rebind; isThrottled = true
        fi
      fi
    :: else
    fi
  :: what == on_rate_refilled ->
    if
    :: listener == listener_accept_paused_waiting || listener == listener_dropping_open || listener == listener_closing_listeningSocket || listener == listener_accept_paused_exhausted || listener == listener_accept_paused_retrying || listener == listener_accept_paused_opening || listener == listener_dropping_opening || listener == listener_dropping_retrying || listener == listener_closed_drained || listener == listener_closing_sockets || listener == listener_closed_settling || listener == listener_closed_cutting || listener == listener_closed_abandoned ->
      isThrottled = false
    :: listener == listener_accept_paused_throttled ->
      listenerAsks!do_startAccepting, 0; isThrottled = false; listener = listener_accept_paused_opening
    :: listener == listener_accept_paused_binding ->
      if
      :: !isThrottled
      :: else ->
        if
        :: pausedByHand ->
          isThrottled = false
        :: else ->
          if
          :: connections < maxConnections ->
            listenerAsks!do_startAccepting, 0; isThrottled = false; listener = listener_accept_paused_opening
          :: else ->
            isThrottled = false
          fi
        fi
      fi
    :: else
    fi
  :: what == on_clients_waiting ->
    if
    :: listener == listener_accept_paused_waiting ->
      if
      :: pausedByHand
      :: else ->
        listenerAsks!do_requestPlaces, 0
      fi
    :: else
    fi
  :: what == on_sockets_closed ->
    if
    :: listener == listener_closing_sockets ->
      if
      :: connections == 0 ->
        if
        :: drain == is_none ->
          listenerAsks!do_announceClosed, 0; listenerAsks!do_cancelDrainExpiry, 0; listenerAsks!do_announceDrained, 0; listener = listener_closed_drained
        :: else ->
          listenerAsks!do_announceClosed, 0; listenerAsks!do_reportDrained, 0; listenerAsks!do_cancelDrainExpiry, 0; listenerAsks!do_announceDrained, 0; listener = listener_closed_drained
        fi
      :: else ->
        if
        :: drain == is_expired ->
          listenerAsks!do_announceClosed, 0; listenerAsks!do_awaitSockets, 0; listener = listener_closed_cutting
        :: else ->
          listenerAsks!do_announceClosed, 0; listener = listener_closed_settling
        fi
      fi
    :: listener == listener_closed_cutting ->
      listenerAsks!do_reportDrained, 0; listener = listener_closed_abandoned
    :: else
    fi
  :: what == on_drain_expired ->
    if
    :: listener == listener_closing_listeningSocket || listener == listener_closing_sockets ->
      if
      :: drain == is_running ->
        listenerAsks!do_expireDrain, 0; listenerAsks!do_destroyConnections, 0; drain = is_expired
      :: else
      fi
    :: listener == listener_closed_settling ->
      if
      :: drain == is_none
      :: else ->
        listenerAsks!do_expireDrain, 0; listenerAsks!do_destroyConnections, 0; listenerAsks!do_awaitSockets, 0; drain = is_expired; listener = listener_closed_cutting
      fi
    :: else
    fi
  :: what == on_handler_failed ->
    if
    :: listener == listener_listening || listener == listener_accept_paused_waiting || listener == listener_dropping_open || listener == listener_closing_listeningSocket || listener == listener_accept_paused_exhausted || listener == listener_accept_paused_retrying || listener == listener_accept_paused_throttled || listener == listener_accept_paused_opening || listener == listener_dropping_opening || listener == listener_accept_paused_binding || listener == listener_dropping_retrying || listener == listener_closed_drained || listener == listener_closing_sockets || listener == listener_closed_settling || listener == listener_closed_cutting || listener == listener_closed_abandoned ->
      listenerAsks!do_applyErrorPolicy, 0
    :: else
    fi
  :: what == on_policy_raised ->
    if
    :: listener == listener_listening || listener == listener_accept_paused_throttled || listener == listener_accept_paused_opening ->
      listenerAsks!do_closeAcceptor, 0; listenerAsks!do_cancelRefill, 0; listenerAsks!do_discardUnstarted, 0; maxConnections = 1; pauseStrategy = is_hold; isBound = false; failures = 0; listener = listener_closing_listeningSocket
    :: listener == listener_accept_paused_waiting ->
      listenerAsks!do_unwatchQueue, 0; listenerAsks!do_closeAcceptor, 0; listenerAsks!do_cancelRefill, 0; listenerAsks!do_discardUnstarted, 0; maxConnections = 1; pauseStrategy = is_hold; pausedByHand = false; handStrategy = is_hold; isBound = false; listener = listener_closing_listeningSocket
    :: listener == listener_dropping_open || listener == listener_dropping_opening ->
      listenerAsks!do_closeAcceptor, 0; listenerAsks!do_cancelRefill, 0; listenerAsks!do_discardUnstarted, 0; maxConnections = 1; pauseStrategy = is_hold; pausedByHand = false; handStrategy = is_hold; isBound = false; failures = 0; listener = listener_closing_listeningSocket
    :: listener == listener_accept_paused_exhausted ->
      listenerAsks!do_cancelRetry, 0; listenerAsks!do_closeAcceptor, 0; listenerAsks!do_cancelRefill, 0; listenerAsks!do_discardUnstarted, 0; maxConnections = 1; pauseStrategy = is_hold; isBound = false; failures = 0; listener = listener_closing_listeningSocket
    :: listener == listener_accept_paused_retrying ->
      listenerAsks!do_cancelRetry, 0; listenerAsks!do_closeAcceptor, 0; listenerAsks!do_cancelRefill, 0; listenerAsks!do_discardUnstarted, 0; maxConnections = 1; pauseStrategy = is_hold; pausedByHand = false; isBound = false; failures = 0; listener = listener_closing_listeningSocket
    :: listener == listener_accept_paused_binding ->
      listenerAsks!do_closeAcceptor, 0; listenerAsks!do_cancelRefill, 0; listenerAsks!do_discardUnstarted, 0; maxConnections = 1; pauseStrategy = is_hold; pausedByHand = false; failures = 0; listener = listener_closing_listeningSocket
    :: listener == listener_dropping_retrying ->
      listenerAsks!do_cancelRetry, 0; listenerAsks!do_closeAcceptor, 0; listenerAsks!do_cancelRefill, 0; listenerAsks!do_discardUnstarted, 0; maxConnections = 1; pauseStrategy = is_hold; pausedByHand = false; handStrategy = is_hold; isBound = false; failures = 0; listener = listener_closing_listeningSocket
    :: else
    fi
  :: what == on_connection_settled ->
    if
    :: listener == listener_accept_paused_waiting ->
      if
      :: !pausedByHand ->
        if
        :: connections - 1 < maxConnections ->
          if
          :: !isThrottled ->
            listenerAsks!do_unwatchQueue, 0; listenerAsks!do_startAccepting, 0; connections = connections - 1; listener = listener_accept_paused_opening
          :: else ->
            listenerAsks!do_unwatchQueue, 0; listenerAsks!do_stopAccepting, pauseStrategy; connections = connections - 1; listener = listener_accept_paused_throttled
          fi
        :: else ->
          connections = connections - 1
        fi
      :: else ->
        connections = connections - 1
      fi
    :: listener == listener_listening || listener == listener_dropping_opening || listener == listener_accept_paused_opening || listener == listener_closing_listeningSocket || listener == listener_accept_paused_retrying || listener == listener_dropping_open || listener == listener_accept_paused_throttled || listener == listener_dropping_retrying || listener == listener_closing_sockets ->
      connections = connections - 1
    :: listener == listener_accept_paused_exhausted ->
      listenerAsks!do_cancelRetry, 0; listenerAsks!do_startAccepting, 0; connections = connections - 1; listener = listener_accept_paused_opening
    :: listener == listener_accept_paused_binding ->
      if
      :: pausedByHand ->
        connections = connections - 1
      :: else ->
        if
        :: !isThrottled ->
          if
          :: connections - 1 < maxConnections ->
            listenerAsks!do_startAccepting, 0; connections = connections - 1; listener = listener_accept_paused_opening
          :: else ->
            connections = connections - 1
          fi
        :: else ->
          connections = connections - 1
        fi
      fi
    :: listener == listener_closed_settling ->
      if
      :: connections == 1 ->
        if
        :: drain == is_none ->
          listenerAsks!do_cancelDrainExpiry, 0; listenerAsks!do_announceDrained, 0; connections = connections - 1; listener = listener_closed_drained
        :: else ->
          listenerAsks!do_reportDrained, 0; listenerAsks!do_cancelDrainExpiry, 0; listenerAsks!do_announceDrained, 0; connections = connections - 1; listener = listener_closed_drained
        fi
      :: else ->
        connections = connections - 1
      fi
    :: listener == listener_closed_cutting ->
      if
      :: connections == 1 ->
        listenerAsks!do_reportDrained, 0; listenerAsks!do_cancelDrainExpiry, 0; listenerAsks!do_announceDrained, 0; connections = connections - 1; listener = listener_closed_drained
      :: else ->
        connections = connections - 1
      fi
    :: listener == listener_closed_abandoned ->
      if
      :: connections == 1 ->
        listenerAsks!do_cancelDrainExpiry, 0; listenerAsks!do_announceDrained, 0; connections = connections - 1; listener = listener_closed_drained
      :: else ->
        connections = connections - 1
      fi
    :: else
    fi
  :: else
  fi
}

inline connectionsHears(what) {
  if
  :: what == on_spawn ->
    if
    :: true ->
      connectionsAsks!do_spawnConnection
    :: else
    fi
  :: else
  fi
}

inline connectionStarts(number) {
  if
  :: connection[number] = connection_accepted_open
  fi
}

inline connectionHears(number, what) {
  if
  :: what == on_destroy ->
    if
    :: connection[number] == connection_accepted_open ->
      connectionAsks!number, do_destroySocket; connection[number] = connection_accepted_destroyed
    :: connection[number] == connection_closing_cutting ->
      connectionAsks!number, do_destroySocket; connectionAsks!number, do_destroySocket
    :: connection[number] == connection_preface_header || connection[number] == connection_preface_handshake ->
      connectionAsks!number, do_endPreface; connectionAsks!number, do_destroySocket; connectionAsks!number, do_destroySocket; connection[number] = connection_closing_cutting
    :: connection[number] == connection_serving_open || connection[number] == connection_serving_cut || connection[number] == connection_serving_retiring ->
      connectionAsks!number, do_destroySocket; connection[number] = connection_serving_destroyed
    :: connection[number] == connection_serving_destroyed ->
      connectionAsks!number, do_destroySocket
    :: connection[number] == connection_closing_ended || connection[number] == connection_closing_flushing || connection[number] == connection_closing_lingering || connection[number] == connection_closing_gone || connection[number] == connection_closing_behind || connection[number] == connection_closing_yielding ->
      connectionAsks!number, do_destroySocket; connectionAsks!number, do_destroySocket; connection[number] = connection_closing_cutting
    :: connection[number] == connection_serving_securing_flushing || connection[number] == connection_serving_securing_handshake ->
      connectionAsks!number, do_endPreface; connectionAsks!number, do_destroySocket; connection[number] = connection_serving_destroyed
    :: else
    fi
  :: what == on_cut ->
    if
    :: connection[number] == connection_accepted_open || connection[number] == connection_accepted_destroyed || connection[number] == connection_closing_ended || connection[number] == connection_closing_flushing || connection[number] == connection_closing_lingering || connection[number] == connection_closing_gone || connection[number] == connection_closing_behind || connection[number] == connection_closing_yielding ->
      connectionAsks!number, do_destroySocket; connection[number] = connection_closing_cutting
    :: connection[number] == connection_closing_cutting || connection[number] == connection_serving_cut ->
      connectionAsks!number, do_destroySocket
    :: connection[number] == connection_preface_header || connection[number] == connection_preface_handshake ->
      connectionAsks!number, do_endPreface; connectionAsks!number, do_destroySocket; connection[number] = connection_closing_cutting
    :: connection[number] == connection_serving_open || connection[number] == connection_serving_destroyed || connection[number] == connection_serving_retiring ->
      connectionAsks!number, do_destroySocket; connection[number] = connection_serving_cut
    :: connection[number] == connection_accepted_lost ->
      connectionAsks!number, do_releaseConnection; connection[number] = connection_closed
    :: connection[number] == connection_serving_securing_flushing || connection[number] == connection_serving_securing_handshake ->
      connectionAsks!number, do_endPreface; connectionAsks!number, do_destroySocket; connection[number] = connection_serving_cut
    :: connection[number] == connection_abandoned_lost ->
      connection[number] = connection_abandoned_cut
    :: else
    fi
  :: what == on_discard ->
    if
    :: connection[number] == connection_accepted_open || connection[number] == connection_accepted_destroyed ->
      connectionAsks!number, do_destroySocket; connection[number] = connection_closing_cutting
    :: connection[number] == connection_preface_header || connection[number] == connection_preface_handshake ->
      connectionAsks!number, do_endPreface; connectionAsks!number, do_destroySocket; connection[number] = connection_closing_cutting
    :: connection[number] == connection_accepted_lost ->
      connectionAsks!number, do_releaseConnection; connection[number] = connection_closed
    :: else
    fi
  :: what == on_header_awaited ->
    if
    :: connection[number] == connection_accepted_open ->
      connectionAsks!number, do_readHeader; connection[number] = connection_preface_header
    :: else
    fi
  :: what == on_header_read ->
    if
    :: connection[number] == connection_preface_header ->
      connectionAsks!number, do_endPreface; connectionAsks!number, do_queueHandler; connection[number] = connection_accepted_open
    :: else
    fi
  :: what == on_client_denied ->
    if
    :: connection[number] == connection_preface_header ->
      connectionAsks!number, do_endPreface; connectionAsks!number, do_destroySocket; connection[number] = connection_closing_cutting
    :: else
    fi
  :: what == on_handshake_awaited ->
    if
    :: connection[number] == connection_accepted_open || connection[number] == connection_preface_header ->
      connectionAsks!number, do_shakeHands; connection[number] = connection_preface_handshake
    :: else
    fi
  :: what == on_handshake_done ->
    if
    :: connection[number] == connection_preface_handshake ->
      connectionAsks!number, do_endPreface; connectionAsks!number, do_queueHandler; connection[number] = connection_accepted_open
    :: connection[number] == connection_serving_securing_handshake ->
      connectionAsks!number, do_endPreface; connectionAsks!number, do_secureStreams; connection[number] = connection_serving_open
    :: else
    fi
  :: what == on_preface_failed ->
    if
    :: connection[number] == connection_preface_header || connection[number] == connection_preface_handshake ->
      connectionAsks!number, do_endPreface; connectionAsks!number, do_destroySocket; connection[number] = connection_closing_cutting
    :: connection[number] == connection_serving_securing_flushing || connection[number] == connection_serving_securing_handshake ->
      connectionAsks!number, do_endPreface; connectionAsks!number, do_destroySocket; connection[number] = connection_serving_destroyed
    :: else
    fi
  :: what == on_preface_expired ->
    if
    :: connection[number] == connection_preface_header || connection[number] == connection_preface_handshake ->
      connectionAsks!number, do_endPreface; connectionAsks!number, do_destroySocket; connection[number] = connection_closing_cutting
    :: connection[number] == connection_serving_securing_flushing || connection[number] == connection_serving_securing_handshake ->
      connectionAsks!number, do_endPreface; connectionAsks!number, do_destroySocket; connection[number] = connection_serving_destroyed
    :: else
    fi
  :: what == on_tls_asked ->
    if
    :: connection[number] == connection_accepted_open || connection[number] == connection_accepted_destroyed || connection[number] == connection_closing_cutting || connection[number] == connection_preface_header || connection[number] == connection_preface_handshake || connection[number] == connection_accepted_lost || connection[number] == connection_serving_destroyed || connection[number] == connection_closing_ended || connection[number] == connection_serving_cut || connection[number] == connection_serving_securing_flushing || connection[number] == connection_closing_flushing || connection[number] == connection_abandoned_lost || connection[number] == connection_abandoned_cut || connection[number] == connection_serving_securing_handshake || connection[number] == connection_closing_lingering || connection[number] == connection_closing_gone || connection[number] == connection_closing_behind || connection[number] == connection_closing_yielding ->
      connectionAsks!number, do_refuseTls
    :: connection[number] == connection_serving_open || connection[number] == connection_serving_retiring ->
      connectionAsks!number, do_flushPlaintext; connection[number] = connection_serving_securing_flushing
    :: else
    fi
  :: what == on_tls_refused ->
    if
    :: connection[number] == connection_serving_open || connection[number] == connection_serving_retiring ->
      connectionAsks!number, do_destroySocket; connection[number] = connection_serving_destroyed
    :: connection[number] == connection_serving_securing_flushing || connection[number] == connection_serving_securing_handshake ->
      connectionAsks!number, do_endPreface; connectionAsks!number, do_destroySocket; connection[number] = connection_serving_destroyed
    :: else
    fi
  :: what == on_plaintext_flushed ->
    if
    :: connection[number] == connection_serving_securing_flushing ->
      connectionAsks!number, do_shakeHands; connection[number] = connection_serving_securing_handshake
    :: else
    fi
  :: what == on_handler_started ->
    if
    :: connection[number] == connection_accepted_open ->
      connection[number] = connection_serving_open
    :: connection[number] == connection_accepted_destroyed ->
      connection[number] = connection_serving_destroyed
    :: connection[number] == connection_accepted_lost ->
      connection[number] = connection_abandoned_lost
    :: else
    fi
  :: what == on_handler_settled ->
    if
    :: connection[number] == connection_serving_open || connection[number] == connection_serving_retiring ->
      connectionAsks!number, do_flushWriter; connection[number] = connection_closing_flushing
    :: connection[number] == connection_serving_destroyed || connection[number] == connection_serving_cut ->
      connectionAsks!number, do_destroySocket; connection[number] = connection_closing_cutting
    :: connection[number] == connection_serving_securing_flushing || connection[number] == connection_serving_securing_handshake ->
      connectionAsks!number, do_endPreface; connectionAsks!number, do_destroySocket; connection[number] = connection_closing_cutting
    :: connection[number] == connection_abandoned_lost || connection[number] == connection_abandoned_cut ->
      connectionAsks!number, do_releaseConnection; connection[number] = connection_closed
    :: else
    fi
  :: what == on_handler_failed ->
    if
    :: connection[number] == connection_serving_open || connection[number] == connection_serving_retiring ->
      connectionAsks!number, do_keepError; connectionAsks!number, do_flushWriter; connection[number] = connection_closing_flushing
    :: connection[number] == connection_serving_destroyed ->
      connectionAsks!number, do_keepError; connectionAsks!number, do_destroySocket; connection[number] = connection_closing_cutting
    :: connection[number] == connection_serving_cut ->
      connectionAsks!number, do_destroySocket; connection[number] = connection_closing_cutting
    :: connection[number] == connection_serving_securing_flushing || connection[number] == connection_serving_securing_handshake ->
      connectionAsks!number, do_endPreface; connectionAsks!number, do_keepError; connectionAsks!number, do_destroySocket; connection[number] = connection_closing_cutting
    :: connection[number] == connection_abandoned_lost ->
      connectionAsks!number, do_keepError; connectionAsks!number, do_releaseConnection; connection[number] = connection_closed
    :: connection[number] == connection_abandoned_cut ->
      connectionAsks!number, do_releaseConnection; connection[number] = connection_closed
    :: else
    fi
  :: what == on_handler_interrupted ->
    if
    :: connection[number] == connection_serving_open || connection[number] == connection_serving_retiring ->
      connectionAsks!number, do_flushWriter; connection[number] = connection_closing_flushing
    :: connection[number] == connection_serving_destroyed || connection[number] == connection_serving_cut ->
      connectionAsks!number, do_destroySocket; connection[number] = connection_closing_cutting
    :: connection[number] == connection_serving_securing_flushing || connection[number] == connection_serving_securing_handshake ->
      connectionAsks!number, do_endPreface; connectionAsks!number, do_destroySocket; connection[number] = connection_closing_cutting
    :: connection[number] == connection_abandoned_lost || connection[number] == connection_abandoned_cut ->
      connectionAsks!number, do_releaseConnection; connection[number] = connection_closed
    :: else
    fi
  :: what == on_peer_left ->
    if
    :: connection[number] == connection_preface_header || connection[number] == connection_preface_handshake ->
      connectionAsks!number, do_endPreface; connectionAsks!number, do_destroySocket; connection[number] = connection_closing_cutting
    :: connection[number] == connection_serving_open || connection[number] == connection_serving_retiring ->
      connectionAsks!number, do_forgetHandler; connectionAsks!number, do_destroySocket; connection[number] = connection_closing_cutting
    :: else
    fi
  :: what == on_consumer_left ->
    if
    :: connection[number] == connection_serving_open || connection[number] == connection_serving_destroyed || connection[number] == connection_serving_cut || connection[number] == connection_serving_retiring ->
      connectionAsks!number, do_forgetHandler; connectionAsks!number, do_flushWriter; connection[number] = connection_closing_flushing
    :: connection[number] == connection_serving_securing_flushing || connection[number] == connection_serving_securing_handshake ->
      connectionAsks!number, do_endPreface; connectionAsks!number, do_forgetHandler; connectionAsks!number, do_flushWriter; connection[number] = connection_closing_flushing
    :: connection[number] == connection_abandoned_lost || connection[number] == connection_abandoned_cut ->
      connectionAsks!number, do_forgetHandler; connectionAsks!number, do_releaseConnection; connection[number] = connection_closed
    :: else
    fi
  :: what == on_buffer_too_old ->
    if
    :: connection[number] == connection_serving_open || connection[number] == connection_serving_retiring ->
      connectionAsks!number, do_forgetHandler; connectionAsks!number, do_keepError; connectionAsks!number, do_destroySocket; connection[number] = connection_closing_cutting
    :: connection[number] == connection_closing_flushing ->
      connectionAsks!number, do_destroySocket; connection[number] = connection_closing_cutting
    :: else
    fi
  :: what == on_age_reached ->
    if
    :: connection[number] == connection_serving_open ->
      connectionAsks!number, do_scheduleCut; connection[number] = connection_serving_retiring
    :: else
    fi
  :: what == on_deadline_reached ->
    if
    :: connection[number] == connection_serving_open || connection[number] == connection_serving_retiring ->
      connectionAsks!number, do_forgetHandler; connectionAsks!number, do_keepError; connectionAsks!number, do_destroySocket; connection[number] = connection_closing_cutting
    :: else
    fi
  :: what == on_buffer_too_large ->
    if
    :: connection[number] == connection_serving_open || connection[number] == connection_serving_retiring ->
      connectionAsks!number, do_discardBuffers; connectionAsks!number, do_keepError; connectionAsks!number, do_destroySocket; connection[number] = connection_closing_cutting
    :: connection[number] == connection_serving_securing_flushing || connection[number] == connection_serving_securing_handshake ->
      connectionAsks!number, do_endPreface; connectionAsks!number, do_discardBuffers; connectionAsks!number, do_keepError; connectionAsks!number, do_destroySocket; connection[number] = connection_closing_cutting
    :: connection[number] == connection_closing_flushing ->
      connectionAsks!number, do_discardBuffers; connectionAsks!number, do_destroySocket; connection[number] = connection_closing_cutting
    :: connection[number] == connection_abandoned_lost ->
      connectionAsks!number, do_discardBuffers; connectionAsks!number, do_keepError; connectionAsks!number, do_releaseConnection; connection[number] = connection_closed
    :: connection[number] == connection_abandoned_cut ->
      connectionAsks!number, do_discardBuffers; connectionAsks!number, do_releaseConnection; connection[number] = connection_closed
    :: else
    fi
  :: what == on_writer_flushed ->
    if
    :: connection[number] == connection_closing_flushing ->
      connectionAsks!number, do_closeReader; connection[number] = connection_closing_lingering
    :: else
    fi
  :: what == on_writer_gone ->
    if
    :: connection[number] == connection_closing_flushing ->
      connection[number] = connection_closing_gone
    :: else
    fi
  :: what == on_peer_ended ->
    if
    :: connection[number] == connection_closing_cutting || connection[number] == connection_closing_flushing || connection[number] == connection_closing_lingering || connection[number] == connection_closing_gone || connection[number] == connection_closing_behind || connection[number] == connection_closing_yielding ->
      connection[number] = connection_closing_ended
    :: else
    fi
  :: what == on_peer_has_all ->
    if
    :: connection[number] == connection_closing_lingering || connection[number] == connection_closing_yielding ->
      connectionAsks!number, do_destroySocket; connection[number] = connection_closing_cutting
    :: connection[number] == connection_closing_behind ->
      connectionAsks!number, do_closeReader; connection[number] = connection_closing_lingering
    :: else
    fi
  :: what == on_peer_lacks_some ->
    if
    :: connection[number] == connection_closing_lingering || connection[number] == connection_closing_yielding ->
      connection[number] = connection_closing_behind
    :: else
    fi
  :: what == on_place_wanted ->
    if
    :: connection[number] == connection_closing_lingering || connection[number] == connection_closing_behind ->
      connectionAsks!number, do_askForRest; connection[number] = connection_closing_yielding
    :: else
    fi
  :: what == on_linger_expired ->
    if
    :: connection[number] == connection_closing_lingering || connection[number] == connection_closing_behind ->
      connectionAsks!number, do_askForRest
    :: else
    fi
  :: what == on_flush_expired ->
    if
    :: connection[number] == connection_closing_cutting ->
      connectionAsks!number, do_destroySocket
    :: connection[number] == connection_closing_ended || connection[number] == connection_closing_flushing || connection[number] == connection_closing_lingering || connection[number] == connection_closing_gone || connection[number] == connection_closing_behind || connection[number] == connection_closing_yielding ->
      connectionAsks!number, do_destroySocket; connection[number] = connection_closing_cutting
    :: else
    fi
  :: what == on_socket_closed ->
    if
    :: connection[number] == connection_accepted_open || connection[number] == connection_accepted_destroyed ->
      connection[number] = connection_accepted_lost
    :: connection[number] == connection_closing_cutting || connection[number] == connection_closing_ended || connection[number] == connection_closing_flushing || connection[number] == connection_closing_lingering || connection[number] == connection_closing_gone || connection[number] == connection_closing_behind || connection[number] == connection_closing_yielding ->
      connectionAsks!number, do_releaseConnection; connection[number] = connection_closed
    :: connection[number] == connection_serving_open || connection[number] == connection_serving_destroyed || connection[number] == connection_serving_retiring ->
      connection[number] = connection_abandoned_lost
    :: connection[number] == connection_serving_cut ->
      connection[number] = connection_abandoned_cut
    :: connection[number] == connection_serving_securing_flushing || connection[number] == connection_serving_securing_handshake ->
      connectionAsks!number, do_endPreface; connection[number] = connection_abandoned_lost
    :: else
    fi
  :: else
  fi
}
