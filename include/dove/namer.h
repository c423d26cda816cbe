/* The namer: value expressions of a code in, the code's name out (SPEC 7; App. G). The embedded implementation counts
 * code names; one that asks a chat model plugs in behind the same struct of operations. */
#ifndef DOVE_NAMER_H
#define DOVE_NAMER_H

#include <stddef.h>

#include "dove/error.h"
#include "dove/progress.h"

/* How many of a code's most central members decide its name. */
enum { DOVE_NAMER_MEMBERS = 20 };

/* A code to be named: its members in order of falling centrality (cosine to the centroid). Only the first
 * DOVE_NAMER_MEMBERS need to be given. */
typedef struct dove_namer_request {
  const char *const *code_names;   /* count items */
  const char *const *descriptions; /* count items, or NULL when the namer is the embedded one */
  size_t count;
} dove_namer_request;

typedef struct dove_namer_operations {
  dove_status (*name)(void *state, const dove_namer_request *requests, size_t count, const char *const *taken,
                      size_t taken_count, char **names, const dove_progress *progress, dove_error *error);
  void (*close)(void *state); /* NULL: nothing to close */
} dove_namer_operations;

typedef struct dove_namer {
  const dove_namer_operations *operations; /* NULL: closed */
  void *state;
  char name[64];
} dove_namer;

/* Opens the embedded namer: the code name most frequent among the most central members, ties to the more central;
 * case and a plural's -s do not count; written in Title Case ("Individual Autonomy"). */
dove_status dove_namer_open_frequent(dove_namer *namer, dove_error *error);

/* Names `count` codes in their order. A name is unique among the `taken` ones (those of the codes that stay as they
 * are) and those given before it in this call, whatever the case: when the first choice is taken the code's next most
 * frequent code name is used, and when all are taken the first choice with " (2)", " (3)", … A code without a usable
 * code name becomes "Unnamed Code". names[i] is freed with free(); all are NULL after an error. */
dove_status dove_namer_name(const dove_namer *namer, const dove_namer_request *requests, size_t count,
                            const char *const *taken, size_t taken_count, char **names, const dove_progress *progress,
                            dove_error *error);

void dove_namer_close(dove_namer *namer);

#endif
