// The clients of the bench, in one thread on epoll: a client in JavaScript costs more than the server that it measures.
//
//   load churn  PORT CLIENTS MILLISECONDS COUNT BYTES STAY
//                                                       connect, send, read to the end, close; each client again and again, COUNT times
//                                                       in all; with a STAY, send FIN so many milliseconds after the answer
//   load echo   PORT CLIENTS MILLISECONDS BYTES         send, wait for as many bytes, again and again
//   load lines  PORT MEGABYTES                          lines of 80 bytes, FIN, read to the end
//   load idle   PORT CLIENTS                            connect and stay until standard input ends
//   load storm  PORT BUSY NEW BYTES                     BUSY clients as in echo, then NEW ones, each for one answer
//
// Prints one line of JSON.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#ifndef IP_BIND_ADDRESS_NO_PORT
#define IP_BIND_ADDRESS_NO_PORT 24
#endif

enum { SOURCES = 64, EVENTS = 256, BUFFER = 1 << 18, LINE = 80, DIALS = 8 };

typedef struct {
  int fd;
  int isConnected;
  long unsent; // of this message
  long missing; // of its answer
  long received; // since connect
  double since; // connect for a new one, the last send for a busy one
  double leavesAt; // for one that stays
  int isNew;
} Client;

static int epollFd, port;
static long connects;
static char buffer[BUFFER], message[BUFFER];
static struct epoll_event events[EVENTS];

static void fail(const char *what) {
  perror(what);
  exit(1);
}

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec + time.tv_nsec / 1e9;
}

static double cpu(void) {
  struct rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  return usage.ru_utime.tv_sec + usage.ru_stime.tv_sec + (usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

static void watch(Client *client, int operation, unsigned interest) {
  struct epoll_event event = {.events = interest, .data.ptr = client};
  if (epoll_ctl(epollFd, operation, client->fd, &event) < 0) fail("epoll_ctl");
}

static void dial(Client *client) {
  int on = 1;
  client->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (client->fd < 0) fail("socket");
  setsockopt(client->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  // Each source address has ports of its own, so none has to wait for one in TIME_WAIT.
  setsockopt(client->fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on);
  struct sockaddr_in source = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK + 1 + connects++ % SOURCES)};
  if (bind(client->fd, (struct sockaddr *)&source, sizeof source) < 0) fail("bind");
  struct sockaddr_in target = {.sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  client->isConnected = 0;
  client->received = 0;
  client->since = now();
  if (connect(client->fd, (struct sockaddr *)&target, sizeof target) < 0 && errno != EINPROGRESS) fail("connect");
  watch(client, EPOLL_CTL_ADD, EPOLLIN | EPOLLOUT);
}

static void hangUp(Client *client) {
  close(client->fd);
  client->fd = -1;
}

// Sends what the socket takes; waits for room only if some is left.
static void push(Client *client) {
  while (client->unsent > 0) {
    ssize_t sent = send(client->fd, message, client->unsent, MSG_NOSIGNAL);
    if (sent < 0) break;
    client->unsent -= sent;
  }
  watch(client, EPOLL_CTL_MOD, client->unsent > 0 ? EPOLLIN | EPOLLOUT : EPOLLIN);
}

static void say(Client *client, long bytes) {
  client->unsent = client->missing = bytes;
  while (client->unsent > 0) {
    ssize_t sent = send(client->fd, message, client->unsent, MSG_NOSIGNAL);
    if (sent < 0) return push(client);
    client->unsent -= sent;
  }
}

// Reads what there is. Returns whether the connection has ended.
static int pull(Client *client) {
  for (;;) {
    ssize_t got = recv(client->fd, buffer, BUFFER, 0);
    if (got == 0) return 1;
    if (got < 0) return errno != EAGAIN;
    client->received += got;
    client->missing -= got;
    if (got < BUFFER) return 0; // epoll tells of the rest
  }
}

// In milliseconds. With a core to itself, the load does not sleep: whoever sends to it would have to
// wake it, which on a virtual machine takes longer than all else, and the more often the slower the
// server is.
static int isSpinning;
static int waitingFor(int milliseconds) { return isSpinning ? 0 : milliseconds; }

static int isFailed(Client *client) {
  int error = 0;
  socklen_t size = sizeof error;
  getsockopt(client->fd, SOL_SOCKET, SO_ERROR, &error, &size);
  return error;
}

// Connects them one after the other, so that no queue overflows.
static Client *dialAll(int count) {
  Client *clients = calloc(count, sizeof(Client));
  for (int index = 0; index < count; index++) {
    dial(&clients[index]);
    while (!clients[index].isConnected) {
      int ready = epoll_wait(epollFd, events, 1, -1);
      if (ready < 1) continue;
      Client *client = events[0].data.ptr;
      if (isFailed(client)) fail("connect");
      client->isConnected = 1;
      watch(client, EPOLL_CTL_MOD, EPOLLIN);
    }
  }
  return clients;
}

// The clients that stay, in the order in which they leave: all stay equally long.
typedef struct {
  Client **clients;
  int size, first, count, timer;
} Stays;

static Stays openStays(int size) {
  Stays stays = {.clients = calloc(size, sizeof(Client *)), .size = size, .timer = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK)};
  struct epoll_event event = {.events = EPOLLIN, .data.ptr = NULL};
  if (stays.timer < 0 || epoll_ctl(epollFd, EPOLL_CTL_ADD, stays.timer, &event) < 0) fail("timerfd");
  return stays;
}

static void setTimer(Stays *stays) {
  double due = stays->clients[stays->first]->leavesAt;
  struct itimerspec time = {.it_value = {.tv_sec = due, .tv_nsec = (due - (time_t)due) * 1e9}};
  timerfd_settime(stays->timer, TFD_TIMER_ABSTIME, &time, NULL);
}

static void stay(Stays *stays, Client *client, double seconds) {
  client->leavesAt = now() + seconds;
  stays->clients[(stays->first + stays->count) % stays->size] = client;
  if (stays->count++ == 0) setTimer(stays);
}

static void letGo(Stays *stays) {
  for (; stays->count > 0 && stays->clients[stays->first]->leavesAt <= now(); stays->count--) {
    shutdown(stays->clients[stays->first]->fd, SHUT_WR);
    stays->first = (stays->first + 1) % stays->size;
  }
  if (stays->count > 0) setTimer(stays);
}

static void churn(int count, double seconds, long most, long bytes, double stayFor) {
  Client *clients = calloc(count, sizeof(Client));
  Stays stays = openStays(count);
  long started = 0, live = 0, answered = 0, refused = 0;
  double start = now(), startCpu = cpu(), end = start + seconds;
  for (; started < count && started < most; started++, live++) dial(&clients[started]);
  while (live > 0) {
    int ready = epoll_wait(epollFd, events, EVENTS, waitingFor(-1));
    for (int index = 0; index < ready; index++) {
      Client *client = events[index].data.ptr;
      if (!client) {
        read(stays.timer, buffer, 8);
        letGo(&stays);
        continue;
      }
      if (!client->isConnected && (events[index].events & EPOLLOUT)) {
        client->isConnected = 1;
        client->unsent = bytes;
        push(client);
      }
      if (!(events[index].events & (EPOLLIN | EPOLLERR | EPOLLHUP))) continue;
      int isFirst = client->received == 0, hasEnded = pull(client);
      if (!hasEnded) {
        if (stayFor > 0 && isFirst && client->received > 0) stay(&stays, client, stayFor);
        continue;
      }
      if (client->received > 0 && client->leavesAt > now()) fail("a client that stays was cut off");
      if (client->received > 0 || bytes == 0) answered++;
      else refused++;
      hangUp(client);
      live--;
      if (started < most && now() < end) {
        dial(client);
        started++;
        live++;
      }
    }
  }
  printf("{\"count\":%ld,\"refused\":%ld,\"seconds\":%f,\"cpu\":%f}\n", answered, refused, now() - start, cpu() - startCpu);
}

static void echo(int count, double seconds, long bytes) {
  Client *clients = dialAll(count);
  long answered = 0;
  double start = now(), startCpu = cpu(), end = start + seconds;
  for (int index = 0; index < count; index++) say(&clients[index], bytes);
  while (now() < end || answered == 0) {
    int ready = epoll_wait(epollFd, events, EVENTS, waitingFor(100));
    for (int index = 0; index < ready; index++) {
      Client *client = events[index].data.ptr;
      if (events[index].events & EPOLLOUT) push(client);
      if (events[index].events & (EPOLLIN | EPOLLERR | EPOLLHUP) && pull(client)) fail("a busy client was cut off");
      if (client->missing > 0) continue;
      answered++;
      say(client, bytes);
    }
  }
  printf("{\"count\":%ld,\"seconds\":%f,\"cpu\":%f}\n", answered, now() - start, cpu() - startCpu);
}

static void lines(long megabytes) {
  Client *client = dialAll(1);
  long total = megabytes * 1000 * 1000 / LINE, left = total * LINE;
  for (long index = 0; index < BUFFER; index++) message[index] = index % LINE == LINE - 1 ? '\n' : 'a' + index % 26;
  fcntl(client->fd, F_SETFL, 0);
  double start = now(), startCpu = cpu();
  for (const long most = BUFFER / LINE * LINE; left > 0;) {
    long size = left < most ? left : most, sent = 0;
    while (sent < size) {
      ssize_t part = send(client->fd, message + sent, size - sent, MSG_NOSIGNAL);
      if (part < 0) fail("send");
      sent += part;
    }
    left -= size;
  }
  shutdown(client->fd, SHUT_WR);
  long size = 0;
  for (ssize_t got; (got = recv(client->fd, buffer + size, BUFFER - 1 - size, 0)) > 0;) size += got;
  buffer[size] = 0;
  if (atol(buffer) != total) {
    fprintf(stderr, "%ld lines were sent, the server has counted %s\n", total, buffer);
    exit(1);
  }
  printf("{\"count\":%ld,\"seconds\":%f,\"cpu\":%f}\n", total, now() - start, cpu() - startCpu);
}

static void idle(int count) {
  dialAll(count);
  printf("{\"count\":%d}\n", count);
  fflush(stdout);
  while (read(0, buffer, BUFFER) > 0);
}

static int compare(const void *one, const void *other) {
  double difference = *(const double *)one - *(const double *)other;
  return (difference > 0) - (difference < 0);
}

static void storm(int busy, int count, long bytes) {
  const double calm = 0.5, patience = 30;
  Client *clients = dialAll(busy), *arrivals = calloc(count, sizeof(Client));
  double *waits = calloc(count, sizeof(double)), arrived = 0, longest = 0, start = now(), startCpu = cpu(), last = 0;
  long before = 0, during = 0;
  int served = 0, lost = 0, dialled = 0;
  for (int index = 0; index < busy; index++) {
    clients[index].since = start;
    say(&clients[index], bytes);
  }
  while (served + lost < count && !(arrived && now() - arrived > patience)) {
    if (!arrived && now() - start >= calm) arrived = now();
    // A few between the others' messages: dialling all of them takes so long that the server would have nothing else to do meanwhile.
    for (int few = 0; arrived && dialled < count && few < DIALS; few++) {
      arrivals[dialled].isNew = 1;
      dial(&arrivals[dialled++]);
    }
    int ready = epoll_wait(epollFd, events, arrived && dialled < count ? 32 : EVENTS, waitingFor(10));
    for (int index = 0; index < ready; index++) {
      Client *client = events[index].data.ptr;
      if (client->isNew && !client->isConnected && (events[index].events & EPOLLOUT)) {
        client->isConnected = 1;
        watch(client, EPOLL_CTL_MOD, EPOLLIN);
        say(client, bytes);
      } else if (events[index].events & EPOLLOUT) push(client);
      if (!(events[index].events & (EPOLLIN | EPOLLERR | EPOLLHUP))) continue;
      int hasEnded = pull(client);
      if (client->isNew) {
        if (client->missing > 0 && !hasEnded) continue;
        if (client->missing > 0) lost++;
        else waits[served++] = (last = now()) - client->since;
        hangUp(client);
        continue;
      }
      if (hasEnded) fail("a busy client was cut off");
      if (client->missing > 0) continue;
      double time = now();
      if (arrived) during++;
      else before++;
      if (arrived && time - client->since > longest) longest = time - client->since;
      client->since = time;
      say(client, bytes);
    }
  }
  double seconds = last - arrived, rate = before / (arrived - start);
  qsort(waits, served, sizeof(double), compare);
  printf("{\"count\":%d,\"lost\":%d,\"stormSeconds\":%f,\"p50\":%f,\"p99\":%f,\"busyBefore\":%f,\"busyDuring\":%f,"
         "\"busyLongest\":%f,\"seconds\":%f,\"cpu\":%f}\n",
         served, count - served, seconds, served ? waits[served / 2] : 0, served ? waits[(int)(served * 0.99)] : 0, rate,
         seconds > 0 ? during / seconds : 0, longest, now() - start, cpu() - startCpu);
}

int main(int count, char **arguments) {
  long values[8] = {0};
  for (int index = 2; index < count && index < 10; index++) values[index - 2] = atol(arguments[index]);
  const char *work = count > 2 ? arguments[1] : "";
  port = values[0];
  isSpinning = getenv("LOAD_SPINS") != NULL;
  epollFd = epoll_create1(EPOLL_CLOEXEC);
  memset(message, 'x', BUFFER);
  if (!strcmp(work, "churn")) churn(values[1], values[2] / 1e3, values[3], values[4], values[5] / 1e3);
  else if (!strcmp(work, "echo")) echo(values[1], values[2] / 1e3, values[3]);
  else if (!strcmp(work, "lines")) lines(values[1]);
  else if (!strcmp(work, "idle")) idle(values[1]);
  else if (!strcmp(work, "storm")) storm(values[1], values[2], values[3]);
  else {
    fprintf(stderr, "load churn|echo|lines|idle|storm PORT ...\n");
    return 2;
  }
}
