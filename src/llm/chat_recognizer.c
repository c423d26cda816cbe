#include "dove/chat_recognizer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dove/memory.h"
#include "dove/prompts.h"
#include "dove/text.h"

static const char doing[] = "recognising values";

static const char schema[] =
    "{\"type\":\"object\",\"properties\":{\"stance\":{\"type\":\"string\"},\"values\":{\"type\":\"array\",\"items\":"
    "{\"type\":\"object\",\"properties\":{\"code_name\":{\"type\":\"string\"},\"description\":{\"type\":\"string\"},"
    "\"evidence\":{\"type\":\"string\"}},\"required\":[\"code_name\",\"description\",\"evidence\"],"
    "\"additionalProperties\":false}}},\"required\":[\"stance\",\"values\"],\"additionalProperties\":false}";

enum { ASKED_AGAIN = 2 }; /* at most */

typedef struct chat_state {
  dove_endpoint *endpoint;
  dove_request_cache cache;
  dove_chat_parameters chat;
  char *model, *prompt;
  dove_locate_quotation *locate;
} chat_state;

/* One call: what the judge needs. */
typedef struct reading {
  const chat_state *state;
  const dove_recognizer_document *documents;
  dove_recognition *recognitions;
  char **prompts;
} reading;

static void note(dove_recognition *recognition, dove_status status, const char *reason) {
  size_t length = strlen(reason);
  if (length >= sizeof recognition->reason) length = dove_utf8_valid_prefix(reason, sizeof recognition->reason - 1);
  dove_recognition_free(recognition);
  recognition->status = status;
  memcpy(recognition->reason, reason, length);
  recognition->reason[length] = '\0';
}

/* The same question, what was answered, and what is wrong with it. */
static char *ask_again(const reading *r, size_t index, const char *answer, const char *problem) {
  char *complaint = NULL, *body = NULL;
  const size_t size = strlen(problem) + 128;
  if ((complaint = dove_alloc(size, 1)) == NULL) return NULL;
  snprintf(complaint, size, "This cannot be used: %s. Answer once more, with one JSON object as described.", problem);
  const dove_chat_message messages[] = {
      {"user", r->prompts[index]}, {"assistant", answer[0] != '\0' ? answer : "(nothing)"}, {"user", complaint}};
  const dove_status status = dove_chat_body(&r->state->chat, messages, 3, &body, NULL);
  free(complaint);
  return status == DOVE_OK ? body : NULL;
}

static dove_status read_reply(const reading *r, size_t index, const dove_chat_reply *chat, dove_error *error) {
  if (chat->refusal != NULL) return dove_fail(error, DOVE_NOT_FOUND, "the model refuses: %.150s", chat->refusal);
  if (chat->filtered) return dove_fail(error, DOVE_NOT_FOUND, "the server's content filter stopped the reply");
  if (chat->cut)
    return dove_fail(error, DOVE_INPUT, "the answer was cut off at the token limit (max_tokens); answer more briefly");
  return dove_recognition_from_reply(chat->content, r->documents[index].text, r->state->locate, &r->recognitions[index],
                                     error);
}

/* Asks again what the model can put right: a refusal it would only repeat. */
static char *judge(void *user, size_t index, dove_endpoint_reply *reply, unsigned round) {
  const reading *r = user;
  dove_chat_reply chat;
  dove_error error = {0};
  char *next = NULL;
  dove_status status = dove_chat_read(reply->body, &chat, &error);
  if (status == DOVE_OK) {
    status = read_reply(r, index, &chat, &error);
    if (status == DOVE_INPUT && round < ASKED_AGAIN) next = ask_again(r, index, chat.content, error.message);
  }
  if (status != DOVE_OK && next == NULL) {
    note(&r->recognitions[index], DOVE_INPUT, error.message);
    reply->status = DOVE_INPUT;
    memcpy(reply->reason, r->recognitions[index].reason, sizeof reply->reason);
  }
  dove_chat_reply_free(&chat);
  return next;
}

static dove_status write_request(reading *r, size_t index, dove_endpoint_request *request, dove_error *error) {
  const dove_prompt_field field = {"document", r->documents[index].text};
  char *body = NULL;
  dove_status status = dove_prompt_render(r->state->prompt, &field, 1, &r->prompts[index], error);
  if (status != DOVE_OK) return status;
  const dove_chat_message message = {"user", r->prompts[index]};
  status = dove_chat_body(&r->state->chat, &message, 1, &body, error);
  *request = (dove_endpoint_request){.path = "/chat/completions", .body = body};
  return status;
}

static dove_status ask(reading *r, dove_endpoint_request *requests, dove_endpoint_reply *replies, size_t count,
                       const dove_progress *progress, dove_error *error) {
  dove_status status = DOVE_OK;
  for (size_t i = 0; i < count && status == DOVE_OK; i++) status = write_request(r, i, &requests[i], error);
  if (status == DOVE_OK)
    status = dove_endpoint_run(r->state->endpoint, requests, count, replies, judge, r, "recognising", progress, error);
  for (size_t i = 0; i < count; i++) {
    if (replies[i].status != DOVE_OK && replies[i].status != DOVE_CANCELLED)
      note(&r->recognitions[i], replies[i].status, replies[i].reason);
    if (replies[i].status == DOVE_CANCELLED) r->recognitions[i].status = DOVE_CANCELLED;
    dove_endpoint_reply_free(&replies[i]);
    free((void *)(uintptr_t)requests[i].body);
    free(r->prompts[i]);
  }
  return status;
}

static dove_status recognize(void *state, const dove_recognizer_document *documents, size_t count,
                             dove_recognition *recognitions, const dove_progress *progress, dove_error *error) {
  reading r = {.state = state, .documents = documents, .recognitions = recognitions};
  dove_endpoint_request *requests = dove_alloc_zero(count, sizeof *requests);
  dove_endpoint_reply *replies = dove_alloc_zero(count, sizeof *replies);
  r.prompts = dove_alloc_zero(count, sizeof *r.prompts);
  dove_status status = requests != NULL && replies != NULL && r.prompts != NULL ? DOVE_OK : DOVE_MEMORY;
  for (size_t i = 0; status == DOVE_OK && i < count; i++) replies[i].status = DOVE_CANCELLED;
  status = status == DOVE_OK ? ask(&r, requests, replies, count, progress, error) : dove_fail_memory(error, doing);
  free(requests);
  free(replies);
  free(r.prompts);
  return status;
}

static void close_chat(void *user) {
  chat_state *state = user;
  dove_endpoint_close(state->endpoint);
  free(state->model);
  free(state->prompt);
  free(state);
}

static const dove_recognizer_operations operations = {.recognize = recognize, .close = close_chat};

dove_status dove_recognizer_open_chat(const dove_chat_recognizer_options *options, dove_recognizer *recognizer,
                                      dove_error *error) {
  *recognizer = (dove_recognizer){0};
  chat_state *state = dove_alloc_zero(1, sizeof *state);
  if (state == NULL) return dove_fail_memory(error, doing);
  state->cache = options->cache;
  state->chat = options->chat;
  state->chat.schema = options->ask_schema ? schema : NULL;
  state->chat.schema_name = "values";
  state->chat.model = state->model = dove_strdup(options->chat.model);
  state->prompt = dove_strdup(options->prompt);
  state->locate = options->locate;
  dove_endpoint_options endpoint = options->endpoint;
  endpoint.cache = options->cache.find != NULL ? &state->cache : NULL;
  dove_status status = state->model != NULL && state->prompt != NULL ? DOVE_OK : dove_fail_memory(error, doing);
  if (status == DOVE_OK) status = dove_endpoint_open(&endpoint, &state->endpoint, error);
  if (status != DOVE_OK) {
    close_chat(state);
    return status;
  }
  *recognizer = (dove_recognizer){.operations = &operations, .state = state};
  snprintf(recognizer->name, sizeof recognizer->name, "chat %.48s", options->chat.model);
  return DOVE_OK;
}
