#include "dove/completions.h"

#include <cjson/cJSON.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "dove/memory.h"
#include "dove/text.h"

dove_status dove_likelihood_body(const char *model, const char *prompt, char **body, dove_error *error) {
  cJSON *object = cJSON_CreateObject();
  *body = NULL;
  /* No server writes nothing, and some do not take max_tokens 0: one token is written and passed over. */
  const bool made = object != NULL && cJSON_AddStringToObject(object, "model", model) != NULL &&
                    cJSON_AddStringToObject(object, "prompt", prompt) != NULL &&
                    cJSON_AddNumberToObject(object, "max_tokens", 1) != NULL &&
                    cJSON_AddNumberToObject(object, "temperature", 0) != NULL &&
                    cJSON_AddTrueToObject(object, "echo") != NULL &&
                    cJSON_AddNumberToObject(object, "logprobs", 1) != NULL;
  if (made) *body = cJSON_PrintUnformatted(object);
  cJSON_Delete(object);
  return *body != NULL ? DOVE_OK : dove_fail_memory(error, "writing a completion request");
}

/* How many of the tokens are the prompt's. */
static size_t prompt_tokens(const cJSON *object, size_t tokens) {
  const cJSON *usage = cJSON_GetObjectItemCaseSensitive(object, "usage");
  const cJSON *count = cJSON_GetObjectItemCaseSensitive(usage, "prompt_tokens");
  const bool told = cJSON_IsNumber(count) && count->valuedouble >= 1 && count->valuedouble < (double)tokens;
  return told ? (size_t)count->valuedouble : tokens;
}

typedef struct likelihood {
  double sum;
  size_t tokens;
} likelihood;

static dove_status add_token(likelihood *l, const cJSON *logprob, dove_error *error) {
  if (!cJSON_IsNumber(logprob) || !(logprob->valuedouble <= 0) || !isfinite(logprob->valuedouble))
    return dove_fail(error, DOVE_INPUT, "a token of the reply has no log-probability");
  l->sum -= logprob->valuedouble;
  l->tokens++;
  return DOVE_OK;
}

/* ---- Where tokens stand ---- */

/* A character may be several tokens, as many are in Chinese, Japanese and Korean. Servers write such a part as nothing
 * or as U+FFFD, and their text_offset, a sum of lengths, drifts from then on. So tokens are followed through the prompt
 * by what can be read of them. */
typedef struct follower {
  const char *prompt;
  size_t length;    /* bytes */
  size_t at;        /* what was read so far ends here */
  size_t strangers; /* tokens that are not of the prompt: a beginning, the one that was written */
} follower;

enum {
  READ_AHEAD = 16, /* bytes that parts of characters may hide */
  STRANGERS = 3,   /* that are taken for granted */
};

static const char part[] = "\xEF\xBF\xBD"; /* U+FFFD */

/* Moves behind the `length` bytes of `text` when they are near, and says where they begin. */
static void find_near(follower *f, const char *text, size_t length, size_t *place) {
  for (size_t ahead = 0; ahead <= READ_AHEAD && f->at + ahead + length <= f->length; ahead++) {
    if (memcmp(f->prompt + f->at + ahead, text, length) != 0) continue;
    *place = f->at + ahead;
    f->at = *place + length;
    return;
  }
  f->strangers++;
}

/* The byte at which a token begins. One that cannot be read, or is not of the text, stands where the last one ended. */
static size_t follow(follower *f, const char *token) {
  const size_t before = f->at;
  const char *first = strstr(token, part), *last = first;
  size_t place = before;
  for (const char *next = first; next != NULL; next = strstr(next + 1, part)) last = next;
  if (first == NULL || first > token) {
    const size_t length = first != NULL ? (size_t)(first - token) : strlen(token);
    if (length > 0) find_near(f, token, length, &place);
  } else if (last[strlen(part)] != '\0') {
    find_near(f, last + strlen(part), strlen(last) - strlen(part), &place);
    place = before;
  }
  return place;
}

/* The places of `count` tokens by their texts; false when these are not the prompt's. */
static bool places_by_text(const cJSON *tokens, size_t count, const char *prompt, size_t *places) {
  follower f = {.prompt = prompt, .length = strlen(prompt)};
  const cJSON *token = tokens != NULL ? tokens->child : NULL;
  for (size_t i = 0; i < count; i++, token = token->next) {
    if (!cJSON_IsString(token)) return false;
    places[i] = follow(&f, token->valuestring);
  }
  return f.strangers <= STRANGERS && f.length - f.at <= READ_AHEAD;
}

/* The same by text_offset, which counts code points. */
static dove_status places_by_offset(const cJSON *offsets, size_t count, const char *prompt, size_t *places,
                                    dove_error *error) {
  const size_t bytes = strlen(prompt), length = dove_utf8_count(prompt, bytes);
  const cJSON *offset = offsets->child;
  for (size_t i = 0; i < count; i++, offset = offset->next) {
    if (!cJSON_IsNumber(offset))
      return dove_fail(error, DOVE_INPUT, "a token of the reply has no place in the text (text_offset)");
    const double at = offset->valuedouble;
    places[i] = at >= (double)length ? bytes : at > 0 ? dove_utf8_offset(prompt, bytes, (size_t)at) : 0;
  }
  return DOVE_OK;
}

/* What a reply tells of a prompt's tokens. */
typedef struct told {
  const cJSON *tokens, *logprobs, *offsets;
  size_t count; /* of the prompt */
} told;

static dove_status add_tokens(likelihood *l, const told *t, const char *prompt, size_t skip, dove_error *error) {
  const size_t length = strlen(prompt);
  const cJSON *logprob = t->logprobs->child;
  size_t *places = dove_alloc(t->count, sizeof *places);
  if (places == NULL) return dove_fail_memory(error, "reading likelihoods");
  dove_status status = DOVE_OK;
  if (!places_by_text(t->tokens, t->count, prompt, places))
    status = places_by_offset(t->offsets, t->count, prompt, places, error);
  for (size_t i = 0; i < t->count && status == DOVE_OK; i++, logprob = logprob->next) {
    if (places[i] >= skip && places[i] < length) status = add_token(l, logprob, error);
  }
  free(places);
  return status;
}

dove_status dove_likelihood_read(const char *body, const char *prompt, size_t skip, double *mean, dove_error *error) {
  cJSON *object = cJSON_Parse(body);
  const cJSON *choice = cJSON_GetArrayItem(cJSON_GetObjectItemCaseSensitive(object, "choices"), 0);
  const cJSON *lists = cJSON_GetObjectItemCaseSensitive(choice, "logprobs");
  const int count = cJSON_GetArraySize(cJSON_GetObjectItemCaseSensitive(lists, "token_logprobs"));
  told t = {.tokens = cJSON_GetObjectItemCaseSensitive(lists, "tokens"),
            .logprobs = cJSON_GetObjectItemCaseSensitive(lists, "token_logprobs"),
            .offsets = cJSON_GetObjectItemCaseSensitive(lists, "text_offset")};
  if (cJSON_GetArraySize(t.tokens) != count) t.tokens = NULL;
  likelihood l = {0};
  dove_status status = DOVE_OK;
  if (count >= 2 && cJSON_GetArraySize(t.offsets) == count) {
    t.count = prompt_tokens(object, (size_t)count);
    status = add_tokens(&l, &t, prompt, skip, error);
  }
  cJSON_Delete(object);
  if (status == DOVE_OK && l.tokens == 0)
    status = dove_fail(error, DOVE_INPUT, "the server does not return the log-probabilities of the prompt");
  if (status == DOVE_OK) *mean = l.sum / (double)l.tokens;
  return status;
}
