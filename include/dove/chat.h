/* The bodies of chat requests and replies (POST {base}/chat/completions). */
#ifndef DOVE_CHAT_H
#define DOVE_CHAT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dove/error.h"

typedef struct dove_chat_message {
  const char *role; /* "system", "user", "assistant" */
  const char *content;
} dove_chat_message;

typedef struct dove_chat_parameters {
  const char *model;
  double temperature;      /* NAN: the server's own */
  int64_t max_tokens;      /* 0: the server's own */
  bool old_max_tokens;     /* "max_tokens", which older servers and Ollama read, for "max_completion_tokens" */
  const char *schema;      /* a JSON schema, or NULL */
  const char *schema_name; /* of letters, digits, _ and - */
} dove_chat_parameters;

/* The same messages and parameters give the same bytes. Freed with free(). DOVE_INPUT when the schema is no JSON. */
dove_status dove_chat_body(const dove_chat_parameters *parameters, const dove_chat_message *messages, size_t count,
                           char **body, dove_error *error);

typedef struct dove_chat_reply {
  char *content; /* "" when there is none */
  char *refusal; /* NULL: the model did not refuse */
  bool cut;      /* finish_reason is "length" */
  bool filtered; /* finish_reason is "content_filter" */
} dove_chat_reply;

/* Reads the first choice. DOVE_INPUT when the reply has none. */
dove_status dove_chat_read(const char *body, dove_chat_reply *reply, dove_error *error);
void dove_chat_reply_free(dove_chat_reply *reply);

#endif
