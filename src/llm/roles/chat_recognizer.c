#include "dove/chat_recognizer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dove/memory.h"
#include "dove/prompts.h"

static const char doing[] = "recognising values";

const char dove_recognizer_schema[] =
    "{\"type\":\"object\",\"properties\":{\"stance\":{\"type\":\"string\"},\"values\":{\"type\":\"array\",\"items\":"
    "{\"type\":\"object\",\"properties\":{\"code_name\":{\"type\":\"string\"},\"description\":{\"type\":\"string\"},"
    "\"evidence\":{\"type\":\"string\"}},\"required\":[\"code_name\",\"description\",\"evidence\"],"
    "\"additionalProperties\":false}}},\"required\":[\"stance\",\"values\"],\"additionalProperties\":false}";

typedef struct chat_state {
  dove_chat_model *model;
  char *prompt;
  dove_locate_quotation *locate;
} chat_state;

/* One call: what the check needs. */
typedef struct reading {
  const chat_state *state;
  const dove_recognizer_document *documents;
  dove_recognition *recognitions;
} reading;

static dove_status check(void *user, size_t index, const char *text, dove_error *error) {
  const reading *r = user;
  return dove_recognition_from_reply(text, r->documents[index].text, r->state->locate, &r->recognitions[index], error);
}

static dove_status ask(reading *r, dove_chat_question *questions, dove_chat_answer *answers, size_t count,
                       const dove_progress *progress, dove_error *error) {
  char *prompt = NULL;
  dove_status status = DOVE_OK;
  for (size_t i = 0; i < count && status == DOVE_OK; i++) {
    const dove_prompt_field field = {"document", r->documents[i].text};
    status = dove_prompt_render(r->state->prompt, &field, 1, &prompt, error);
    questions[i].prompt = prompt;
  }
  if (status != DOVE_OK) return status;
  status = dove_chat_model_ask(r->state->model, questions, count, check, r, answers, "recognising", progress, error);
  for (size_t i = 0; i < count; i++) {
    if (answers[i].status == DOVE_OK) continue;
    dove_recognition_free(&r->recognitions[i]);
    r->recognitions[i].status = answers[i].status;
    memcpy(r->recognitions[i].reason, answers[i].reason, sizeof answers[i].reason);
  }
  dove_chat_answers_free(answers, count);
  return status;
}

static dove_status recognize(void *state, const dove_recognizer_document *documents, size_t count,
                             dove_recognition *recognitions, const dove_progress *progress, dove_error *error) {
  reading r = {.state = state, .documents = documents, .recognitions = recognitions};
  dove_chat_question *questions = dove_alloc_zero(count, sizeof *questions);
  dove_chat_answer *answers = dove_alloc_zero(count, sizeof *answers);
  const dove_status status = questions != NULL && answers != NULL ? ask(&r, questions, answers, count, progress, error)
                                                                  : dove_fail_memory(error, doing);
  for (size_t i = 0; questions != NULL && i < count; i++) free((void *)(uintptr_t)questions[i].prompt);
  free(questions);
  free(answers);
  return status;
}

/* ---- Documents one after another ---- */

/* A document that is being read. */
typedef struct open_document {
  size_t index;
  dove_recognizer_document document;
  char *prompt;
  dove_recognition recognition;
} open_document;

typedef struct streaming {
  const chat_state *state;
  const dove_recognizer_feed *feed;
  open_document *open;
  size_t count, capacity;
} streaming;

static open_document *find_open(const streaming *s, size_t index) {
  for (size_t i = 0; i < s->count; i++)
    if (s->open[i].index == index) return &s->open[i];
  return NULL;
}

static dove_status next_question(void *user, size_t index, dove_chat_question *question, bool *more,
                                 dove_error *error) {
  streaming *s = user;
  open_document made = {.index = index};
  if (!dove_grow((void **)&s->open, &s->capacity, s->count + 1, sizeof *s->open)) return dove_fail_memory(error, doing);
  dove_status status = s->feed->next(s->feed->user, index, &made.document, more, error);
  if (status != DOVE_OK || !*more) return status;
  const dove_prompt_field field = {"document", made.document.text};
  status = dove_prompt_render(s->state->prompt, &field, 1, &made.prompt, error);
  if (status != DOVE_OK) return status;
  s->open[s->count++] = made;
  *question = (dove_chat_question){.prompt = made.prompt};
  return DOVE_OK;
}

static dove_status check_open(void *user, size_t index, const char *text, dove_error *error) {
  const streaming *s = user;
  open_document *d = find_open(s, index);
  return dove_recognition_from_reply(text, d->document.text, s->state->locate, &d->recognition, error);
}

static dove_status question_done(void *user, size_t index, dove_chat_answer *answer, dove_error *error) {
  streaming *s = user;
  open_document *place = find_open(s, index);
  open_document d = *place;
  *place = s->open[--s->count];
  if (answer->status != DOVE_OK) {
    dove_recognition_free(&d.recognition);
    d.recognition.status = answer->status;
    memcpy(d.recognition.reason, answer->reason, sizeof answer->reason);
  }
  const dove_status status = s->feed->done(s->feed->user, index, &d.recognition, error);
  dove_recognition_free(&d.recognition);
  free(d.prompt);
  return status;
}

static dove_status stream(void *state, const dove_recognizer_feed *feed, const dove_progress *progress,
                          dove_error *error) {
  chat_state *chat = state;
  streaming s = {.state = chat, .feed = feed};
  const dove_chat_feed questions = {.user = &s, .next = next_question, .check = check_open, .done = question_done};
  const dove_status status = dove_chat_model_stream(chat->model, &questions, progress, error);
  for (size_t i = 0; i < s.count; i++) free(s.open[i].prompt); /* of a question that could not be written */
  free(s.open);
  return status;
}

static void close_chat(void *user) {
  chat_state *state = user;
  dove_chat_model_close(state->model);
  free(state->prompt);
  free(state);
}

static const dove_recognizer_operations operations = {.recognize = recognize, .stream = stream, .close = close_chat};

dove_status dove_recognizer_open_chat(dove_chat_model *model, const char *prompt, dove_locate_quotation *locate,
                                      dove_recognizer *recognizer, dove_error *error) {
  *recognizer = (dove_recognizer){0};
  chat_state *state = dove_alloc_zero(1, sizeof *state);
  char *copy = dove_strdup(prompt);
  if (state == NULL || copy == NULL) {
    free(state);
    free(copy);
    dove_chat_model_close(model);
    return dove_fail_memory(error, doing);
  }
  *state = (chat_state){.model = model, .prompt = copy, .locate = locate};
  *recognizer = (dove_recognizer){.operations = &operations, .state = state};
  snprintf(recognizer->name, sizeof recognizer->name, "chat %.48s", dove_chat_model_name(model));
  return DOVE_OK;
}
