/* A chat endpoint on the loopback that answers every request after the same delay, fast enough not to be what is
 * measured: one thread, epoll, keep-alive. The answer is the same for all. */
#ifndef DOVE_BENCH_ENDPOINT_SERVER_H
#define DOVE_BENCH_ENDPOINT_SERVER_H

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "dove/clock.h"

enum {
  SERVER_CONNECTIONS = 4096, /* descriptors */
  SERVER_REQUEST = 65536,    /* bytes of a request */
  SERVER_EVENTS = 256,
};

typedef struct server_connection {
  char *bytes;
  size_t length;
} server_connection;

typedef struct server_answer {
  double due;
  int socket;
} server_answer;

typedef struct bench_server {
  int listener, poll, timer, end; /* it ends when `end` is closed or has something to read */
  double delay;
  server_connection connections[SERVER_CONNECTIONS];
  server_answer waiting[SERVER_CONNECTIONS]; /* a ring, in order of `due` */
  size_t first, count;
  uint64_t served;
} bench_server;

static const char server_body[] =
    "{\"choices\":[{\"index\":0,\"finish_reason\":\"stop\",\"message\":{\"role\":\"assistant\",\"content\":"
    "\"{\\\"stance\\\":\\\"In favour.\\\",\\\"values\\\":[{\\\"code_name\\\":\\\"public safety\\\",\\\"description\\\":"
    "\\\"The author wants everybody to be safe in public places.\\\",\\\"evidence\\\":\\\"streets must be safe\\\"},"
    "{\\\"code_name\\\":\\\"shared duty\\\",\\\"description\\\":\\\"The author holds that all share the duty of care."
    "\\\",\\\"evidence\\\":\\\"\\\"}]}\"}}],\"usage\":{\"prompt_tokens\":400,\"completion_tokens\":60}}";

static inline void server_watch(const bench_server *s, int descriptor) {
  struct epoll_event event = {.events = EPOLLIN, .data = {.fd = descriptor}};
  epoll_ctl(s->poll, EPOLL_CTL_ADD, descriptor, &event);
}

/* Listens on a port of the system's choice, which is returned; < 0 when it cannot. */
static inline int server_open(bench_server *s, double delay, int end) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr = {.s_addr = htonl(INADDR_LOOPBACK)}};
  socklen_t length = sizeof address;
  memset(s, 0, sizeof *s);
  s->delay = delay;
  s->end = end;
  s->listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  s->poll = epoll_create1(EPOLL_CLOEXEC);
  s->timer = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
  if (s->listener < 0 || s->poll < 0 || s->timer < 0) return -1;
  if (bind(s->listener, (const struct sockaddr *)&address, length) != 0 || listen(s->listener, 1024) != 0) return -1;
  if (getsockname(s->listener, (struct sockaddr *)&address, &length) != 0) return -1;
  server_watch(s, s->listener);
  server_watch(s, s->timer);
  server_watch(s, end);
  return ntohs(address.sin_port);
}

static inline void server_accept(bench_server *s) {
  for (int socket; (socket = accept(s->listener, NULL, NULL)) >= 0;) {
    const int on = 1;
    if (socket >= SERVER_CONNECTIONS || (s->connections[socket].bytes = malloc(SERVER_REQUEST)) == NULL) {
      close(socket);
      continue;
    }
    s->connections[socket].length = 0;
    setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    server_watch(s, socket);
  }
}

static inline void server_hang_up(bench_server *s, int socket) {
  free(s->connections[socket].bytes);
  s->connections[socket].bytes = NULL;
  close(socket);
}

/* Bytes of the request at the front; 0: it is not all there. */
static inline size_t server_request_length(const server_connection *connection) {
  static const char name[] = "\r\ncontent-length:";
  const char *bytes = connection->bytes, *end = strstr(bytes, "\r\n\r\n");
  if (end == NULL) return 0;
  size_t body = 0;
  for (const char *at = bytes; at < end; at++)
    if (strncasecmp(at, name, sizeof name - 1) == 0) body = strtoul(at + sizeof name - 1, NULL, 10);
  const size_t length = (size_t)(end - bytes) + 4 + body;
  return connection->length >= length ? length : 0;
}

static inline void server_read(bench_server *s, int socket) {
  server_connection *connection = &s->connections[socket];
  const ssize_t got =
      recv(socket, connection->bytes + connection->length, SERVER_REQUEST - 1 - connection->length, MSG_DONTWAIT);
  if (got <= 0) {
    server_hang_up(s, socket);
    return;
  }
  connection->length += (size_t)got;
  connection->bytes[connection->length] = '\0';
  const size_t length = server_request_length(connection);
  if (length == 0) return;
  memmove(connection->bytes, connection->bytes + length, connection->length - length);
  connection->length -= length;
  s->waiting[(s->first + s->count++) % SERVER_CONNECTIONS] =
      (server_answer){.due = dove_clock_seconds() + s->delay, .socket = socket};
}

static inline void server_answer_due(bench_server *s) {
  char answer[sizeof server_body + 128];
  const int length = snprintf(answer, sizeof answer,
                              "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %zu\r\n\r\n%s",
                              sizeof server_body - 1, server_body);
  while (s->count > 0 && s->waiting[s->first].due <= dove_clock_seconds()) {
    const int socket = s->waiting[s->first].socket;
    s->first = (s->first + 1) % SERVER_CONNECTIONS;
    s->count--;
    s->served++;
    if (s->connections[socket].bytes != NULL && send(socket, answer, (size_t)length, MSG_NOSIGNAL) != length)
      server_hang_up(s, socket);
  }
}

static inline void server_set_timer(const bench_server *s) {
  if (s->count == 0) return;
  const double left = s->waiting[s->first].due - dove_clock_seconds();
  const long nanoseconds = left > 1e-6 ? (long)(left * 1e9) : 1000;
  const struct itimerspec when = {.it_value = {nanoseconds / 1000000000, nanoseconds % 1000000000}};
  timerfd_settime(s->timer, 0, &when, NULL);
}

static inline void server_serve(bench_server *s) {
  struct epoll_event events[SERVER_EVENTS];
  for (;;) {
    server_set_timer(s);
    const int count = epoll_wait(s->poll, events, SERVER_EVENTS, -1);
    for (int i = 0; i < count; i++) {
      const int descriptor = events[i].data.fd;
      uint64_t times;
      if (descriptor == s->end) return;
      if (descriptor == s->listener) {
        server_accept(s);
      } else if (descriptor != s->timer) {
        server_read(s, descriptor);
      } else if (read(s->timer, &times, sizeof times) < 0) {
        continue;
      }
    }
    server_answer_due(s);
  }
}

#endif
