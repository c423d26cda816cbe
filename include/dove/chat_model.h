/* A chat model in one role: questions in, answers that can be used out. What asks it brings the prompts and knows what
 * an answer must be. */
#ifndef DOVE_CHAT_MODEL_H
#define DOVE_CHAT_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dove/chat.h"
#include "dove/endpoint.h"

typedef struct dove_chat_model dove_chat_model;

/* Texts and the cache's operations are copied; what `cache.user` is stays open as long as the model. */
typedef struct dove_chat_model_options {
  dove_endpoint_options endpoint; /* its `cache` is not looked at */
  dove_request_cache cache;       /* .find NULL: nothing is kept */
  dove_chat_parameters chat;      /* its `schema` is for all questions */
  unsigned repeats;               /* how often an answer that cannot be used is asked for again: 0, 1, 2 */
  bool as_they_come; /* what came stands: an answer that was cut off at the token limit is one all the same, and where
                        the model refused or wrote nothing it is not asked again, by other calls neither */
} dove_chat_model_options;

/* Statuses are those of dove_endpoint_open(). Closed with dove_chat_model_close(), NULL is allowed. */
dove_status dove_chat_model_open(const dove_chat_model_options *options, dove_chat_model **model, dove_error *error);
void dove_chat_model_close(dove_chat_model *model);

typedef struct dove_chat_question {
  const char *prompt;
  const char *answer, *objection; /* an answer that was given before and what speaks against it; NULL: none */
  uint64_t sample;                /* tells apart several answers to one question; 0, 1, … */
  void *context;                  /* whatever whoever asks wants to see again with what was answered */
} dove_chat_question;

/* status DOVE_OK: `text` is the answer, without the thoughts that some models write before it. DOVE_INPUT: it cannot be
 * used. DOVE_NOT_FOUND: the model or the server's filter refuses. DOVE_NETWORK: none came. DOVE_CANCELLED: not asked.
 */
typedef struct dove_chat_answer {
  dove_status status;
  char *text;
  char reason[256];
} dove_chat_answer;

/* Looks at an answer that came; `context` is the question's. DOVE_INPUT, saying what is wrong in words that can be told
 * to the model, has it asked again where that is allowed; any other failure is final for the question. */
typedef dove_status dove_chat_check(void *user, void *context, const char *text, dove_error *error);

/* Asks `count` questions at once; equal ones with equal sample numbers are sent once. `check` may be NULL: any text
 * that is not blank will do. answers[i] is freed with dove_chat_answers_free(), also after an error. One that fails
 * does not stop the others; statuses are those of dove_endpoint_run(). `stage` is reported. */
dove_status dove_chat_model_ask(dove_chat_model *model, const dove_chat_question *questions, size_t count,
                                dove_chat_check *check, void *user, dove_chat_answer *answers, const char *stage,
                                const dove_progress *progress, dove_error *error);
void dove_chat_answers_free(dove_chat_answer *answers, size_t count);

/* Questions that come one after another, numbered from 0, as there is room for them. */
typedef struct dove_chat_feed {
  void *user;
  /* Writes question number `index`, whose texts live until it is done. *more false: there is none and will be none. */
  dove_status (*next)(void *user, size_t index, dove_chat_question *question, bool *more, dove_error *error);
  dove_chat_check *check; /* may be NULL */
  /* What became of a question, by its `context`; called once for each that was written, in any order. Whoever wants the
   * text takes it and leaves NULL. */
  dove_status (*done)(void *user, void *context, dove_chat_answer *answer, dove_error *error);
} dove_chat_feed;

/* The same as above for such questions. No progress is reported. */
dove_status dove_chat_model_stream(dove_chat_model *model, const dove_chat_feed *feed, const dove_progress *progress,
                                   dove_error *error);

dove_endpoint *dove_chat_model_endpoint(dove_chat_model *model); /* borrowed */
const char *dove_chat_model_name(const dove_chat_model *model);  /* as the server knows it */

#endif
