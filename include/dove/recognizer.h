/* The recognizer g: documents in, value expressions with their evidence out (SPEC 1, 7; App. G). The embedded
 * implementation reads English sentences with a normative cue; one that asks a chat model plugs in behind the same
 * struct of operations. */
#ifndef DOVE_RECOGNIZER_H
#define DOVE_RECOGNIZER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dove/error.h"
#include "dove/progress.h"

typedef struct dove_recognizer_document {
  const char *id;    /* for messages */
  const char *lang;  /* BCP 47 tag ("en", "ko-KR"); "" or NULL: judged by the script of the text */
  const char *topic; /* may be NULL */
  const char *text;  /* UTF-8, terminated */
} dove_recognizer_document;

typedef struct dove_value_expression {
  char *code_name;         /* 1–3 words, lower case ("social responsibility") */
  char *description;       /* one sentence, "The author …" */
  uint64_t evidence_start; /* code points, end exclusive; equal when there is no evidence */
  uint64_t evidence_end;
  double strength; /* how strongly it was stated, 0 … 1 */
} dove_value_expression;

/* What came of one document. status DOVE_OK with count 0 is a result: `reason` then says why. Any other status: the
 * document was not read, `reason` is the message. */
typedef struct dove_recognition {
  dove_value_expression *expressions; /* in order of their place in the text */
  size_t count;
  dove_status status;
  char reason[256];
} dove_recognition;

/* Documents that come one after another, numbered from 0, as there is room for them. */
typedef struct dove_recognizer_feed {
  void *user;
  /* Writes document number `index`, whose texts live until it is done. *more false: there is none and will be none. */
  dove_status (*next)(void *user, size_t index, dove_recognizer_document *document, bool *more, dove_error *error);
  /* What came of it, in any order; whoever takes the recognition leaves {0}, otherwise it is freed. */
  dove_status (*done)(void *user, size_t index, dove_recognition *recognition, dove_error *error);
} dove_recognizer_feed;

typedef struct dove_recognizer_operations {
  dove_status (*recognize)(void *state, const dove_recognizer_document *documents, size_t count,
                           dove_recognition *recognitions, const dove_progress *progress, dove_error *error);
  /* NULL: `recognize` is called batch by batch */
  dove_status (*stream)(void *state, const dove_recognizer_feed *feed, const dove_progress *progress,
                        dove_error *error);
  void (*close)(void *state); /* NULL: nothing to close */
} dove_recognizer_operations;

typedef struct dove_recognizer {
  const dove_recognizer_operations *operations; /* NULL: closed */
  void *state;
  char name[64]; /* kept with the expressions as their origin */
} dove_recognizer;

/* Opens the embedded, rule-based recognizer for English. `limit` is the number of expressions that a document gives at
 * most, the strongest stated first (0: 12). */
dove_status dove_recognizer_open_rules(size_t limit, dove_recognizer *recognizer, dove_error *error);

/* Recognises `count` documents; recognitions[i] belongs to documents[i] and is freed with dove_recognition_free(), also
 * after an error or a cancel (untouched ones are {0} with status DOVE_CANCELLED). A document that cannot be read does
 * not stop the others. */
dove_status dove_recognizer_recognize(const dove_recognizer *recognizer, const dove_recognizer_document *documents,
                                      size_t count, dove_recognition *recognitions, const dove_progress *progress,
                                      dove_error *error);

/* The same for documents that come one after another: a model that is asked has always as many of them at once as it
 * takes. Ends after the first failure of the feed too. */
dove_status dove_recognizer_stream(const dove_recognizer *recognizer, const dove_recognizer_feed *feed,
                                   const dove_progress *progress, dove_error *error);

void dove_recognizer_close(dove_recognizer *recognizer);

void dove_recognition_free(dove_recognition *recognition);

#endif
