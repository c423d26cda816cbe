/* Lines of the Batch API: a file of requests goes to the provider, and within a day a file of answers comes back, at
 * half the price. Requests are known by their key in the cache, so answers may come in any order and in parts. */
#ifndef DOVE_BATCH_LINE_H
#define DOVE_BATCH_LINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dove/buffer.h"
#include "dove/error.h"
#include "dove/request_cache.h"

/* The limits of one file. */
enum {
  DOVE_BATCH_REQUESTS = 50000,
  DOVE_BATCH_BYTES = 200 * 1000 * 1000,
  DOVE_BATCH_INPUTS = 50000, /* texts to be embedded */
};

/* Appends one line, with its line feed. `path` is that of the request, "/chat/completions"; `body` JSON. */
void dove_batch_line_write(dove_buffer *out, const unsigned char key[DOVE_REQUEST_KEY], const char *path,
                           const char *body);

/* Texts that a request has embedded; 1 for any other request. */
size_t dove_batch_inputs(const char *path, const char *body);

/* One line that came back. */
typedef struct dove_batch_line {
  unsigned char key[DOVE_REQUEST_KEY];
  bool known;                    /* its custom_id is one that dove_batch_line_write() makes */
  char id[96];                   /* the custom_id, cut */
  char *reply;                   /* the answer's body, freed with free(); NULL: it failed */
  char reason[256];              /* why */
  long http_status;              /* 0: none was told */
  int64_t tokens_in, tokens_out; /* -1: not told */
} dove_batch_line;

/* DOVE_INPUT when it is no line of a batch's results. */
dove_status dove_batch_line_read(const char *text, dove_batch_line *line, dove_error *error);
void dove_batch_line_free(dove_batch_line *line);

/* About how many tokens a text has. */
int64_t dove_batch_tokens(const char *text);

#endif
