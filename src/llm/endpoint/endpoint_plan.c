/* A dry run: what would be sent is counted, by the server's own tokenizer where it has one (llama.cpp, vLLM). */
#include <cjson/cJSON.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "dove/buffer.h"
#include "dove/memory.h"
#include "llm/endpoint/endpoint_internal.h"
#include "llm/endpoint/ledger_internal.h"

static const double probe_limit = 5; /* seconds */

/* Both servers have it beside their /v1. */
static char *counter_url(const char *base) {
  static const char version[] = "/v1";
  dove_buffer url = {0};
  size_t length = strlen(base);
  const size_t tail = sizeof version - 1;
  if (length > tail && strcmp(base + length - tail, version) == 0) length -= tail;
  dove_buffer_add(&url, base, length);
  dove_buffer_add_text(&url, "/tokenize");
  return dove_buffer_take(&url);
}

/* Tokens in a counter's reply; -1 when it is none. */
static int64_t count_in(const char *reply) {
  cJSON *object = cJSON_Parse(reply);
  const cJSON *count = cJSON_GetObjectItemCaseSensitive(object, "count");
  const cJSON *tokens = cJSON_GetObjectItemCaseSensitive(object, "tokens");
  int64_t found = -1;
  if (cJSON_IsArray(tokens)) found = cJSON_GetArraySize(tokens);
  if (cJSON_IsNumber(count) && count->valuedouble >= 0 && count->valuedouble < 1e12)
    found = (int64_t)count->valuedouble;
  cJSON_Delete(object);
  return found;
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
    if (answer.http_status == 200) count = count_in(answer.body);
  }
  curl_multi_remove_handle(multi, transfer->handle);
  return count >= 0;
}

static bool probe(run *r, const char *url) {
  dove_transfer transfer = {0};
  dove_transfer_limits limits = r->endpoint->limits;
  limits.connect = limits.idle = limits.total = probe_limit;
  if (dove_transfer_open(&transfer, r->endpoint->headers, &limits, NULL) != DOVE_OK) return false;
  const bool there = dove_transfer_prepare(&transfer, url, "{\"content\":\"a\",\"prompt\":\"a\"}", NULL) == DOVE_OK &&
                     answers(r, &transfer);
  dove_transfer_close(&transfer);
  return there;
}

void endpoint_plan_begin(run *r) {
  if (r->mode != DOVE_LEDGER_PLAN || !dove_ledger_counts_exactly(r->ledger)) return;
  if (r->endpoint->no_secret.code != DOVE_OK) return;
  r->counter = counter_url(r->endpoint->url);
  if (r->counter == NULL || probe(r, r->counter)) return;
  free(r->counter);
  r->counter = NULL;
}

static void add_texts(const cJSON *list, const char *key, dove_buffer *all) {
  const cJSON *item;
  if (cJSON_IsString(list)) dove_buffer_add_text(all, list->valuestring);
  cJSON_ArrayForEach(item, list) {
    const char *text = cJSON_GetStringValue(key != NULL ? cJSON_GetObjectItemCaseSensitive(item, key) : item);
    if (text == NULL) continue;
    if (all->length > 0) dove_buffer_add_char(all, '\n');
    dove_buffer_add_text(all, text);
  }
}

/* What a counter is asked: the messages for vLLM, which puts them into the chat's template, the text for llama.cpp.
 * NULL when it cannot be made. */
static char *counting_body(const char *body) {
  dove_buffer text = {0};
  cJSON *request = cJSON_Parse(body);
  cJSON *messages = cJSON_DetachItemFromObjectCaseSensitive(request, "messages");
  const char *model = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(request, "model"));
  cJSON *asked = cJSON_CreateObject();
  if (messages != NULL) {
    add_texts(messages, "content", &text);
  } else {
    add_texts(cJSON_GetObjectItemCaseSensitive(request, "input"), NULL, &text);
  }
  bool made = asked != NULL && !text.failed && cJSON_AddStringToObject(asked, "model", model != NULL ? model : "") &&
              cJSON_AddStringToObject(asked, "content", dove_buffer_text(&text)) != NULL;
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
  if (r->counter != NULL) t->counting = counting_body(t->request.body);
  if (t->counting != NULL) return true;
  add_to_plan(r, place, false);
  return false;
}

void endpoint_plan_counted(run *r, size_t place, const char *reply) {
  task *t = &r->tasks[place];
  const int64_t count = reply != NULL ? count_in(reply) : -1;
  if (count >= 0) t->guess.in = (dove_token_range){count, count, count};
  add_to_plan(r, place, count >= 0);
}
