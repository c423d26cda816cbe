#include "dove/chat_model.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dove/memory.h"
#include "dove/text.h"

static const char doing[] = "asking a chat model";
static const char blanks[] = " \t\r\n";

struct dove_chat_model {
  dove_endpoint *endpoint;
  dove_request_cache cache;
  dove_chat_parameters chat;
  char *name, *schema;
  unsigned repeats;
  bool as_they_come;
};

/* One call: what the judge needs. Request r is that of question first[r], and of others that are equal. */
typedef struct asking {
  const dove_chat_model *model;
  const dove_chat_question *questions;
  dove_chat_answer *answers;
  dove_chat_check *check;
  void *user;
  char **bodies;   /* of each question */
  size_t *order;   /* questions, equal ones side by side */
  size_t *first;   /* of each request */
  size_t count;    /* questions */
  size_t distinct; /* requests */
} asking;

/* ---- Opening ---- */

void dove_chat_model_close(dove_chat_model *model) {
  if (model == NULL) return;
  dove_endpoint_close(model->endpoint);
  free(model->name);
  free(model->schema);
  free(model);
}

dove_status dove_chat_model_open(const dove_chat_model_options *options, dove_chat_model **model, dove_error *error) {
  *model = NULL;
  dove_chat_model *made = dove_alloc_zero(1, sizeof *made);
  if (made == NULL) return dove_fail_memory(error, doing);
  made->cache = options->cache;
  made->chat = options->chat;
  made->chat.model = made->name = dove_strdup(options->chat.model);
  made->chat.schema = made->schema = dove_strdup(options->chat.schema);
  made->repeats = options->repeats;
  made->as_they_come = options->as_they_come;
  dove_endpoint_options endpoint = options->endpoint;
  endpoint.cache = options->cache.find != NULL ? &made->cache : NULL;
  const bool copied = made->name != NULL && (made->schema != NULL || options->chat.schema == NULL);
  const dove_status status =
      copied ? dove_endpoint_open(&endpoint, &made->endpoint, error) : dove_fail_memory(error, doing);
  if (status == DOVE_OK) {
    *model = made;
  } else {
    dove_chat_model_close(made);
  }
  return status;
}

dove_endpoint *dove_chat_model_endpoint(dove_chat_model *model) { return model->endpoint; }

const char *dove_chat_model_name(const dove_chat_model *model) { return model->name; }

/* What one answer is judged by. */
typedef struct judging {
  const dove_chat_model *model;
  const dove_chat_question *question;
  dove_chat_answer *answer;
  dove_chat_check *check;
  void *user;
} judging;

/* ---- Answers ---- */

void dove_chat_answers_free(dove_chat_answer *answers, size_t count) {
  for (size_t i = 0; i < count; i++) {
    free(answers[i].text);
    answers[i] = (dove_chat_answer){0};
  }
}

static void note(dove_chat_answer *answer, dove_status status, const char *reason) {
  size_t length = strlen(reason);
  if (length >= sizeof answer->reason) length = dove_utf8_valid_prefix(reason, sizeof answer->reason - 1);
  answer->status = status;
  memcpy(answer->reason, reason, length);
  answer->reason[length] = '\0';
}

/* What follows the thoughts that some models write first; "" when these have no end. */
static const char *without_thoughts(const char *text) {
  static const char begin[] = "<think>", end[] = "</think>";
  const char *start = text + strspn(text, blanks);
  if (strncmp(start, begin, sizeof begin - 1) != 0) return text;
  const char *after = strstr(start, end);
  if (after == NULL) return start + strlen(start);
  after += sizeof end - 1;
  return after + strspn(after, blanks);
}

static dove_status look_at(const judging *j, const dove_chat_reply *chat, dove_error *error) {
  if (chat->refusal != NULL) return dove_fail(error, DOVE_NOT_FOUND, "the model refuses: %.150s", chat->refusal);
  if (chat->filtered) return dove_fail(error, DOVE_NOT_FOUND, "the server's content filter stopped the reply");
  if (chat->cut && !j->model->as_they_come)
    return dove_fail(error, DOVE_INPUT, "the answer was cut off at the token limit (max_tokens); answer more briefly");
  const char *text = without_thoughts(chat->content);
  if (j->check != NULL) return j->check(j->user, j->question->context, text, error);
  return text[strspn(text, blanks)] != '\0' ? DOVE_OK : dove_fail(error, DOVE_INPUT, "the answer is empty");
}

/* The same question, what was answered, and what is wrong with it. */
static char *ask_again(const judging *j, const char *answer, const char *problem) {
  char complaint[1024], *body = NULL;
  const dove_chat_question *q = j->question;
  snprintf(complaint, sizeof complaint, "This cannot be used: %s. Answer once more, %s.", problem,
           j->model->schema != NULL ? "with one JSON object as described" : "in the form that was described");
  dove_chat_message messages[5] = {{"user", q->prompt}};
  size_t count = 1;
  if (q->objection != NULL) {
    messages[count++] = (dove_chat_message){"assistant", q->answer};
    messages[count++] = (dove_chat_message){"user", q->objection};
  }
  messages[count++] = (dove_chat_message){"assistant", answer[0] != '\0' ? answer : "(nothing)"};
  messages[count++] = (dove_chat_message){"user", complaint};
  return dove_chat_body(&j->model->chat, messages, count, &body, NULL) == DOVE_OK ? body : NULL;
}

/* Asks again what the model can put right: a refusal it would only repeat. */
static char *judge_answer(const judging *j, dove_endpoint_reply *reply, unsigned round) {
  dove_chat_answer *answer = j->answer;
  dove_chat_reply chat;
  dove_error error = {0};
  char *next = NULL;
  dove_status status = dove_chat_read(reply->body, &chat, &error);
  if (status == DOVE_OK) {
    status = look_at(j, &chat, &error);
    if (status == DOVE_INPUT && round < j->model->repeats) next = ask_again(j, chat.content, error.message);
  }
  if (status == DOVE_OK && (answer->text = dove_strdup(without_thoughts(chat.content))) == NULL)
    status = dove_fail_memory(&error, doing);
  if (next == NULL) note(answer, status, status == DOVE_OK ? "" : error.message);
  const bool stands = j->model->as_they_come && (status == DOVE_INPUT || status == DOVE_NOT_FOUND);
  if (next == NULL && status != DOVE_OK && !stands) {
    reply->status = status == DOVE_NOT_FOUND ? DOVE_INPUT : status;
    memcpy(reply->reason, answer->reason, sizeof reply->reason);
  }
  dove_chat_reply_free(&chat);
  return next;
}

static char *judge(void *user, size_t index, dove_endpoint_reply *reply, unsigned round) {
  const asking *a = user;
  const size_t question = a->first[index];
  const judging j = {a->model, &a->questions[question], &a->answers[question], a->check, a->user};
  return judge_answer(&j, reply, round);
}

/* ---- Questions ---- */

static dove_status write_question(const dove_chat_model *model, const dove_chat_question *q, char **body,
                                  dove_error *error) {
  const dove_chat_message messages[] = {{"user", q->prompt}, {"assistant", q->answer}, {"user", q->objection}};
  return dove_chat_body(&model->chat, messages, q->objection != NULL ? 3 : 1, body, error);
}

typedef struct sortable {
  const char *body;
  uint64_t sample;
  size_t index;
} sortable;

static int compare_questions(const void *a, const void *b) {
  const sortable *x = a, *y = b;
  const int bodies = strcmp(x->body, y->body);
  if (bodies != 0) return bodies;
  if (x->sample != y->sample) return x->sample > y->sample ? 1 : -1;
  return (x->index > y->index) - (x->index < y->index);
}

static bool equal_questions(const asking *a, size_t x, size_t y) {
  return a->questions[x].sample == a->questions[y].sample && strcmp(a->bodies[x], a->bodies[y]) == 0;
}

static int compare_indexes(const void *a, const void *b) {
  const size_t x = *(const size_t *)a, y = *(const size_t *)b;
  return (x > y) - (x < y);
}

/* Puts equal questions side by side; the first of each group asks, in the order of the questions. */
static dove_status find_equal(asking *a, dove_error *error) {
  sortable *rows = dove_alloc(a->count, sizeof *rows);
  if (rows == NULL) return dove_fail_memory(error, doing);
  for (size_t i = 0; i < a->count; i++) rows[i] = (sortable){a->bodies[i], a->questions[i].sample, i};
  qsort(rows, a->count, sizeof *rows, compare_questions);
  for (size_t i = 0; i < a->count; i++) {
    a->order[i] = rows[i].index;
    if (i == 0 || !equal_questions(a, a->order[i - 1], a->order[i])) a->first[a->distinct++] = a->order[i];
  }
  qsort(a->first, a->distinct, sizeof *a->first, compare_indexes);
  free(rows);
  return DOVE_OK;
}

/* What the first of each group was answered is the answer to the others as well. */
static dove_status share_answers(const asking *a, dove_error *error) {
  size_t first = 0;
  for (size_t i = 0; i < a->count; i++) {
    const size_t at = a->order[i];
    if (i == 0 || !equal_questions(a, a->order[i - 1], at)) {
      first = at;
      continue;
    }
    dove_chat_answer *answer = &a->answers[at];
    dove_error wrong = {0};
    note(answer, a->answers[first].status, a->answers[first].reason);
    if (answer->status != DOVE_OK) continue;
    dove_status status = DOVE_OK;
    if (a->check != NULL) status = a->check(a->user, a->questions[at].context, a->answers[first].text, &wrong);
    if (status != DOVE_OK) {
      note(answer, status, wrong.message);
    } else if ((answer->text = dove_strdup(a->answers[first].text)) == NULL) {
      return dove_fail_memory(error, doing);
    }
  }
  return DOVE_OK;
}

static dove_status send(asking *a, const char *stage, const dove_progress *progress, dove_error *error) {
  dove_endpoint_request *requests = dove_alloc(a->distinct, sizeof *requests);
  dove_endpoint_reply *replies = dove_alloc_zero(a->distinct, sizeof *replies);
  if (requests == NULL || replies == NULL) {
    free(requests);
    free(replies);
    return dove_fail_memory(error, doing);
  }
  for (size_t r = 0; r < a->distinct; r++)
    requests[r] = (dove_endpoint_request){
        .path = "/chat/completions", .body = a->bodies[a->first[r]], .sample = a->questions[a->first[r]].sample};
  const dove_status status =
      dove_endpoint_run(a->model->endpoint, requests, a->distinct, replies, judge, a, stage, progress, error);
  for (size_t r = 0; r < a->distinct; r++) {
    dove_chat_answer *answer = &a->answers[a->first[r]];
    if (answer->status == DOVE_CANCELLED && replies[r].status != DOVE_OK)
      note(answer, replies[r].status, replies[r].reason);
    dove_endpoint_reply_free(&replies[r]);
  }
  free(requests);
  free(replies);
  return status;
}

dove_status dove_chat_model_ask(dove_chat_model *model, const dove_chat_question *questions, size_t count,
                                dove_chat_check *check, void *user, dove_chat_answer *answers, const char *stage,
                                const dove_progress *progress, dove_error *error) {
  asking a = {.model = model, .questions = questions, .answers = answers, .check = check, .user = user, .count = count};
  for (size_t i = 0; i < count; i++) answers[i] = (dove_chat_answer){.status = DOVE_CANCELLED};
  if (count == 0) return DOVE_OK;
  a.bodies = dove_alloc_zero(count, sizeof *a.bodies);
  a.order = dove_alloc(count, sizeof *a.order);
  a.first = dove_alloc(count, sizeof *a.first);
  const bool made = a.bodies != NULL && a.order != NULL && a.first != NULL;
  dove_status status = made ? DOVE_OK : dove_fail_memory(error, doing);
  for (size_t i = 0; i < count && status == DOVE_OK; i++)
    status = write_question(model, &questions[i], &a.bodies[i], error);
  if (status == DOVE_OK) status = find_equal(&a, error);
  if (status == DOVE_OK) {
    status = send(&a, stage, progress, error);
    const dove_status shared = share_answers(&a, status == DOVE_OK ? error : NULL);
    if (status == DOVE_OK) status = shared;
  }
  for (size_t i = 0; a.bodies != NULL && i < count; i++) free(a.bodies[i]);
  free(a.bodies);
  free(a.order);
  free(a.first);
  return status;
}

/* ---- Questions one after another ---- */

/* A question that is being asked. */
typedef struct open_question {
  size_t index;
  dove_chat_question question;
  char *body;
  dove_chat_answer answer;
} open_question;

typedef struct streaming {
  const dove_chat_model *model;
  const dove_chat_feed *feed;
  open_question *open;
  size_t count, capacity;
} streaming;

/* They are few: about as many as are asked at once. */
static open_question *find_open(const streaming *s, size_t index) {
  for (size_t i = 0; i < s->count; i++)
    if (s->open[i].index == index) return &s->open[i];
  return NULL;
}

static dove_status close_question(const streaming *s, open_question *q, dove_error *error) {
  const dove_status status = s->feed->done(s->feed->user, q->question.context, &q->answer, error);
  dove_chat_answers_free(&q->answer, 1);
  free(q->body);
  return status;
}

static dove_status next_request(void *user, size_t index, dove_endpoint_request *request, bool *more,
                                dove_error *error) {
  streaming *s = user;
  open_question made = {.index = index, .answer = {.status = DOVE_CANCELLED}};
  if (!dove_grow((void **)&s->open, &s->capacity, s->count + 1, sizeof *s->open)) return dove_fail_memory(error, doing);
  dove_status status = s->feed->next(s->feed->user, index, &made.question, more, error);
  if (status != DOVE_OK || !*more) return status;
  status = write_question(s->model, &made.question, &made.body, error);
  if (status != DOVE_OK) {
    note(&made.answer, status, "the question could not be written");
    close_question(s, &made, NULL);
    return status;
  }
  s->open[s->count++] = made;
  *request = (dove_endpoint_request){.path = "/chat/completions", .body = made.body, .sample = made.question.sample};
  return DOVE_OK;
}

static char *judge_open(void *user, size_t index, dove_endpoint_reply *reply, unsigned round) {
  const streaming *s = user;
  open_question *q = find_open(s, index);
  const judging j = {s->model, &q->question, &q->answer, s->feed->check, s->feed->user};
  return judge_answer(&j, reply, round);
}

static dove_status request_done(void *user, size_t index, dove_endpoint_reply *reply, dove_error *error) {
  streaming *s = user;
  open_question *place = find_open(s, index);
  open_question q = *place;
  *place = s->open[--s->count];
  if (q.answer.status == DOVE_CANCELLED && reply->status != DOVE_OK) note(&q.answer, reply->status, reply->reason);
  return close_question(s, &q, error);
}

dove_status dove_chat_model_stream(dove_chat_model *model, const dove_chat_feed *feed, const dove_progress *progress,
                                   dove_error *error) {
  streaming s = {.model = model, .feed = feed};
  const dove_endpoint_feed requests = {.user = &s, .next = next_request, .judge = judge_open, .done = request_done};
  const dove_status status = dove_endpoint_stream(model->endpoint, &requests, "", progress, error);
  free(s.open);
  return status;
}
