/* The loopback server of tests/endpoint as a child process, for one file of tests. */
#ifndef DOVE_TEST_ENDPOINT_SERVER_H
#define DOVE_TEST_ENDPOINT_SERVER_H

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

typedef struct endpoint_server {
  pid_t process;
  int input; /* it ends when this is closed */
  int port;
} endpoint_server;

/* `replies`: a file of scripted answers, or NULL. */
static inline int endpoint_server_start_with(endpoint_server *server, const char *replies) {
  int in[2], out[2];
  if (pipe(in) != 0 || pipe(out) != 0) return -1;
  server->process = fork();
  if (server->process == 0) {
    dup2(in[0], 0);
    dup2(out[1], 1);
    close(in[1]);
    close(out[0]);
    execl("/usr/bin/python3", "python3", "-B", "tests/endpoint/server.py", replies != NULL ? "--replies" : (char *)NULL,
          replies, (char *)NULL);
    _exit(127);
  }
  close(in[0]);
  close(out[1]);
  server->input = in[1];
  FILE *file = fdopen(out[0], "r");
  const int got = file != NULL && server->process > 0 ? fscanf(file, "%d", &server->port) : 0;
  if (file != NULL) fclose(file);
  return got == 1 ? 0 : -1;
}

static inline int endpoint_server_start(endpoint_server *server) { return endpoint_server_start_with(server, NULL); }

static inline int endpoint_server_stop(const endpoint_server *server) {
  close(server->input);
  return waitpid(server->process, NULL, 0) == server->process ? 0 : -1;
}

#endif
