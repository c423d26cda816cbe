#include "dove/chat_recognizer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dove/memory.h"
#include "dove/prompts.h"
#include "llm/roles/chat_role.h"

static const char doing[] = "recognising values";

const char dove_recognizer_schema[] =
    "{\"type\":\"object\",\"properties\":{\"stance\":{\"type\":\"string\"},\"values\":{\"type\":\"array\",\"items\":"
    "{\"type\":\"object\",\"properties\":{\"code_name\":{\"type\":\"string\"},\"description\":{\"type\":\"string\"},"
    "\"evidence\":{\"type\":\"string\"}},\"required\":[\"code_name\",\"description\",\"evidence\"],"
    "\"additionalProperties\":false}}},\"required\":[\"stance\",\"values\"],\"additionalProperties\":false}";

typedef struct chat_state {
  chat_role role;
  dove_locate_quotation *locate;
} chat_state;

/* A document that a model reads. */
typedef struct reading {
  const chat_state *state;
  size_t index; /* in the feed */
  dove_recognizer_document document;
  char *prompt;
  dove_recognition recognition;
} reading;

static dove_status open_reading(reading *r, dove_chat_question *question, dove_error *error) {
  const dove_prompt_field field = {"document", r->document.text};
  const dove_status status = dove_prompt_render(r->state->role.prompt, &field, 1, &r->prompt, error);
  *question = (dove_chat_question){.prompt = r->prompt, .context = r};
  return status;
}

static dove_status check(void *user, void *context, const char *text, dove_error *error) {
  reading *r = context;
  (void)user;
  return dove_recognition_from_reply(text, r->document.text, r->state->locate, &r->recognition, error);
}

static void note_answer(reading *r, const dove_chat_answer *answer) {
  if (answer->status == DOVE_OK) return;
  dove_recognition_free(&r->recognition);
  r->recognition.status = answer->status;
  memcpy(r->recognition.reason, answer->reason, sizeof answer->reason);
}

/* ---- All at once ---- */

static dove_status ask(const chat_state *state, reading *readings, dove_chat_question *questions,
                       dove_chat_answer *answers, size_t count, const dove_progress *progress, dove_error *error) {
  dove_status status = DOVE_OK;
  for (size_t i = 0; i < count && status == DOVE_OK; i++) status = open_reading(&readings[i], &questions[i], error);
  if (status != DOVE_OK) return status;
  status =
      dove_chat_model_ask(state->role.model, questions, count, check, NULL, answers, "recognising", progress, error);
  for (size_t i = 0; i < count; i++) note_answer(&readings[i], &answers[i]);
  dove_chat_answers_free(answers, count);
  return status;
}

static dove_status recognize(void *state, const dove_recognizer_document *documents, size_t count,
                             dove_recognition *recognitions, const dove_progress *progress, dove_error *error) {
  reading *readings = dove_alloc_zero(count, sizeof *readings);
  dove_chat_question *questions = dove_alloc_zero(count, sizeof *questions);
  dove_chat_answer *answers = dove_alloc_zero(count, sizeof *answers);
  const bool made = readings != NULL && questions != NULL && answers != NULL;
  for (size_t i = 0; made && i < count; i++)
    readings[i] = (reading){.state = state, .document = documents[i], .recognition = recognitions[i]};
  const dove_status status =
      made ? ask(state, readings, questions, answers, count, progress, error) : dove_fail_memory(error, doing);
  for (size_t i = 0; made && i < count; i++) {
    recognitions[i] = readings[i].recognition;
    free(readings[i].prompt);
  }
  free(readings);
  free(questions);
  free(answers);
  return status;
}

/* ---- Documents one after another ---- */

typedef struct streaming {
  const chat_state *state;
  const dove_recognizer_feed *feed;
} streaming;

static dove_status next_question(void *user, size_t index, dove_chat_question *question, bool *more,
                                 dove_error *error) {
  streaming *s = user;
  reading *made = dove_alloc_zero(1, sizeof *made);
  if (made == NULL) return dove_fail_memory(error, doing);
  *made = (reading){.state = s->state, .index = index};
  dove_status status = s->feed->next(s->feed->user, index, &made->document, more, error);
  const bool wanted = status == DOVE_OK && *more;
  if (wanted) status = open_reading(made, question, error);
  if (!wanted || status != DOVE_OK) free(made);
  return status;
}

static dove_status question_done(void *user, void *context, dove_chat_answer *answer, dove_error *error) {
  const streaming *s = user;
  reading *r = context;
  note_answer(r, answer);
  const dove_status status = s->feed->done(s->feed->user, r->index, &r->recognition, error);
  dove_recognition_free(&r->recognition);
  free(r->prompt);
  free(r);
  return status;
}

static dove_status stream(void *state, const dove_recognizer_feed *feed, const dove_progress *progress,
                          dove_error *error) {
  chat_state *chat = state;
  streaming s = {.state = chat, .feed = feed};
  const dove_chat_feed questions = {.user = &s, .next = next_question, .check = check, .done = question_done};
  return dove_chat_model_stream(chat->role.model, &questions, progress, error);
}

static const dove_recognizer_operations operations = {
    .recognize = recognize, .stream = stream, .close = chat_role_close};

dove_status dove_recognizer_open_chat(dove_chat_model *model, const char *prompt, dove_locate_quotation *locate,
                                      dove_recognizer *recognizer, dove_error *error) {
  *recognizer = (dove_recognizer){0};
  chat_state *state = chat_role_open(sizeof *state, model, prompt);
  if (state == NULL) return dove_fail_memory(error, doing);
  state->locate = locate;
  *recognizer = (dove_recognizer){.operations = &operations, .state = state};
  snprintf(recognizer->name, sizeof recognizer->name, "chat %.48s", dove_chat_model_name(model));
  return DOVE_OK;
}
