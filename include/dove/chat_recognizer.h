/* The recognizer that asks a chat model (SPEC 7; App. G), behind the operations of recognizer.h. */
#ifndef DOVE_CHAT_RECOGNIZER_H
#define DOVE_CHAT_RECOGNIZER_H

#include "dove/chat.h"
#include "dove/endpoint.h"
#include "dove/recognizer.h"

/* Finds a quotation in a text: code points, end exclusive. False when it is not there. */
typedef bool dove_locate_quotation(const char *text, const char *quotation, uint64_t *start, uint64_t *end);

/* Texts and the cache's operations are copied; what `cache.user` is stays open as long as the recognizer. */
typedef struct dove_chat_recognizer_options {
  dove_endpoint_options endpoint; /* its `cache` is not looked at */
  dove_request_cache cache;       /* .find NULL: nothing is kept */
  dove_chat_parameters chat;      /* its `schema` is not looked at: */
  bool ask_schema;                /* the reply's form is asked for as a schema too */
  const char *prompt;             /* with the field {document} */
  dove_locate_quotation *locate;
} dove_chat_recognizer_options;

/* A reply that cannot be used is asked for again, with the error, at most twice; then the document counts as not read,
 * with the reason. Evidence that is not in the document is dropped. */
dove_status dove_recognizer_open_chat(const dove_chat_recognizer_options *options, dove_recognizer *recognizer,
                                      dove_error *error);

/* What became of one reply's text: fills `recognition`, or says what is wrong with it (DOVE_INPUT), in words that can
 * be told to the model. */
dove_status dove_recognition_from_reply(const char *content, const char *document, dove_locate_quotation *locate,
                                        dove_recognition *recognition, dove_error *error);

#endif
