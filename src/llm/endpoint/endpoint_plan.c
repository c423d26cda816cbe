/* A dry run: what would be sent is counted, by the server's own tokenizer where it has one. llama.cpp counts a chat
 * with its template at /chat/completions/input_tokens, vLLM at /tokenize; an older llama.cpp counts only texts there.
 */
#include <cjson/cJSON.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "dove/buffer.h"
#include "dove/memory.h"
#include "llm/endpoint/endpoint_internal.h"
#include "llm/endpoint/ledger_internal.h"

static const double probe_limit = 5; /* seconds */

/* `path` beside the base address, or below it. */
static char *counter_url(const char *base, const char *path, bool beside) {
  static const char version[] = "/v1";
  dove_buffer url = {0};
  size_t length = strlen(base);
  const size_t tail = sizeof version - 1;
  if (beside && length > tail && strcmp(base + length - tail, version) == 0) length -= tail;
  dove_buffer_add(&url, base, length);
  dove_buffer_add_text(&url, path);
  return dove_buffer_take(&url);
}

/* Tokens in a counter's reply; -1 when it is none. */
static int64_t count_in(const cJSON *reply) {
  static const char *const names[] = {"input_tokens", "count"};
  const cJSON *tokens = cJSON_GetObjectItemCaseSensitive(reply, "tokens");
  for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
    const cJSON *count = cJSON_GetObjectItemCaseSensitive(reply, names[i]);
    if (cJSON_IsNumber(count) && count->valuedouble >= 0 && count->valuedouble < 1e12)
      return (int64_t)count->valuedouble;
  }
  return cJSON_IsArray(tokens) ? cJSON_GetArraySize(tokens) : -1;
}

/* Asks whether there is a counter; a cancel ends that, too. */
static bool answers(run *r, dove_transfer *transfer) {
  enum { POLL_MS = 50 };
  CURLM *multi = r->endpoint->multi;
  int64_t count = -1;
  int still = 1, left = 0;
  if (curl_multi_add_handle(multi, transfer->handle) != CURLM_OK) return false;
  while (still > 0 && !dove_progress_cancelled(r->progress) && curl_multi_perform(multi, &still) == CURLM_OK) {
    if (still > 0 && curl_multi_poll(multi, NULL, 0, POLL_MS, NULL) != CURLM_OK) break;
  }
  const CURLMsg *message = curl_multi_info_read(multi, &left);
  if (message != NULL && message->msg == CURLMSG_DONE && message->data.result == CURLE_OK) {
    const dove_answer answer = dove_transfer_answer(transfer, CURLE_OK);
    cJSON *reply = answer.http_status == 200 ? cJSON_Parse(answer.body) : NULL;
    count = count_in(reply);
    cJSON_Delete(reply);
  }
  curl_multi_remove_handle(multi, transfer->handle);
  return count >= 0;
}

static bool probe(run *r, const char *url) {
  static const char body[] =
      "{\"content\":\"a\",\"prompt\":\"a\",\"messages\":[{\"role\":\"user\",\"content\":\"a\"}]}";
  static const char text_body[] = "{\"content\":\"a\",\"prompt\":\"a\"}";
  dove_transfer transfer = {0};
  dove_transfer_limits limits = r->endpoint->limits;
  limits.connect = limits.idle = limits.total = probe_limit;
  if (dove_transfer_open(&transfer, r->endpoint->headers, &limits, NULL) != DOVE_OK) return false;
  const bool there = dove_transfer_prepare(&transfer, url, r->counts_chats ? body : text_body, NULL) == DOVE_OK &&
                     answers(r, &transfer);
  dove_transfer_close(&transfer);
  return there;
}

static bool has_counter(run *r, const char *path, bool beside) {
  r->counter = counter_url(r->endpoint->url, path, beside);
  if (r->counter != NULL && probe(r, r->counter)) return true;
  free(r->counter);
  r->counter = NULL;
  return false;
}

/* Looks for a counter when the first task tells what is to be counted. */
static void seek_counter(run *r, const char *path) {
  if (r->counter_sought) return;
  r->counter_sought = true;
  if (!dove_ledger_counts_exactly(r->ledger) || r->endpoint->no_secret.code != DOVE_OK) return;
  r->counts_chats = strstr(path, "chat") != NULL;
  if (r->counts_chats && has_counter(r, "/chat/completions/input_tokens", false)) return;
  r->counts_chats = false;
  has_counter(r, "/tokenize", true);
}

/* The texts of a list, each on lines of its own; their number. */
static size_t add_texts(const cJSON *list, const char *key, dove_buffer *all) {
  const cJSON *item;
  size_t count = 0;
  if (cJSON_IsString(list)) {
    dove_buffer_add_text(all, list->valuestring);
    return 1;
  }
  cJSON_ArrayForEach(item, list) {
    const char *text = cJSON_GetStringValue(key != NULL ? cJSON_GetObjectItemCaseSensitive(item, key) : item);
    if (text == NULL) continue;
    if (count++ > 0) dove_buffer_add_char(all, '\n');
    dove_buffer_add_text(all, text);
  }
  return count;
}

/* What /tokenize is asked: the messages for vLLM, which puts them into the chat's template, the text for llama.cpp.
 * NULL when it cannot be made. */
static char *text_body(const char *body, size_t *texts) {
  dove_buffer text = {0};
  cJSON *request = cJSON_Parse(body);
  cJSON *messages = cJSON_DetachItemFromObjectCaseSensitive(request, "messages");
  const char *model = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(request, "model"));
  cJSON *asked = cJSON_CreateObject();
  if (messages != NULL) {
    *texts = add_texts(messages, "content", &text);
  } else {
    *texts = add_texts(cJSON_GetObjectItemCaseSensitive(request, "input"), NULL, &text) +
             add_texts(cJSON_GetObjectItemCaseSensitive(request, "prompt"), NULL, &text);
  }
  bool made = asked != NULL && !text.failed && cJSON_AddStringToObject(asked, "model", model != NULL ? model : "") &&
              cJSON_AddStringToObject(asked, "content", dove_buffer_text(&text)) != NULL &&
              cJSON_AddTrueToObject(asked, "add_special") != NULL;
  if (messages != NULL) {
    made = made && cJSON_AddItemToObject(asked, "messages", messages);
    if (!made) cJSON_Delete(messages);
  } else {
    made = made && cJSON_AddStringToObject(asked, "prompt", dove_buffer_text(&text)) != NULL;
  }
  char *printed = made ? cJSON_PrintUnformatted(asked) : NULL;
  cJSON_Delete(asked);
  cJSON_Delete(request);
  dove_buffer_free(&text);
  return printed;
}

static void add_range(dove_token_range *sum, const dove_token_range *more) {
  sum->least += more->least;
  sum->about += more->about;
  sum->most = sum->most < 0 || more->most < 0 ? -1 : sum->most + more->most;
}

/* Puts the task into the plan; it is then done. */
static void add_to_plan(run *r, size_t place, bool exact) {
  const task *t = &r->tasks[place];
  const dove_endpoint *endpoint = r->endpoint;
  const dove_token_range *in = &t->guess.in, *out = &t->guess.out;
  dove_ledger_lock(r->ledger);
  dove_ledger_row *row = r->row;
  row->plan_exact = exact && (row->requests == 0 || row->plan_exact);
  row->requests++;
  add_range(&row->plan_in, in);
  add_range(&row->plan_out, out);
  row->plan_least += endpoint_cost(endpoint, in->least, out->least);
  row->plan_about += endpoint_cost(endpoint, in->about, out->about);
  row->plan_most += out->most < 0 ? (double)NAN : endpoint_cost(endpoint, in->most, out->most);
  dove_ledger_unlock(r->ledger);
  const dove_planned_request planned = {.role = endpoint->role,
                                        .endpoint = endpoint->url,
                                        .model = endpoint->model,
                                        .path = t->request.path,
                                        .body = t->request.body,
                                        .key = t->key};
  const dove_status status = dove_ledger_planned(r->ledger, &planned, r->error);
  if (status != DOVE_OK) endpoint_stop(r, status);
  endpoint_task_finish(r, place, DOVE_CANCELLED, "planned");
}

bool endpoint_plan_task(run *r, size_t place) {
  task *t = &r->tasks[place];
  seek_counter(r, t->request.path);
  if (r->counter != NULL)
    t->counting = r->counts_chats ? dove_strdup(t->request.body) : text_body(t->request.body, &t->counted_texts);
  if (t->counting != NULL) return true;
  add_to_plan(r, place, false);
  return false;
}

enum {
  SPECIAL = 3,   /* tokens that are put around a text, at the most */
  TEMPLATE = 12, /* tokens that are put around a message, about */
};

/* Several texts were counted as one, or a chat without what its template adds: a count near the true one. */
static dove_token_range near(const task *t, int64_t count, bool chat) {
  const int64_t texts = (int64_t)t->counted_texts, bytes = t->guess.in.most;
  if (chat) {
    const int64_t about = count + TEMPLATE * texts;
    return (dove_token_range){.least = count, .about = about, .most = bytes > about ? bytes : about};
  }
  return (dove_token_range){
      .least = count > texts ? count - texts : 0, .about = count, .most = count + SPECIAL * texts};
}

void endpoint_plan_counted(run *r, size_t place, const char *body) {
  task *t = &r->tasks[place];
  cJSON *reply = body != NULL ? cJSON_Parse(body) : NULL;
  const int64_t count = count_in(reply);
  const bool chat = strstr(t->request.path, "chat") != NULL;
  /* Who tells only the tokens has counted a text, not a chat. */
  const bool with_template = r->counts_chats || cJSON_GetObjectItemCaseSensitive(reply, "count") != NULL;
  const bool exact = count >= 0 && (chat ? with_template : t->counted_texts == 1);
  if (exact) {
    t->guess.in = (dove_token_range){count, count, count};
  } else if (count >= 0) {
    t->guess.in = near(t, count, chat);
  }
  cJSON_Delete(reply);
  add_to_plan(r, place, exact);
}
