#include "dove/completions.h"

#include <cjson/cJSON.h>
#include <math.h>
#include <stdbool.h>

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

static dove_status add_tokens(likelihood *l, const cJSON *logprobs, const cJSON *offsets, size_t count, size_t skip,
                              size_t length, dove_error *error) {
  const cJSON *logprob = logprobs->child, *offset = offsets->child;
  dove_status status = DOVE_OK;
  for (size_t i = 0; i < count && status == DOVE_OK; i++, logprob = logprob->next, offset = offset->next) {
    if (!cJSON_IsNumber(offset))
      return dove_fail(error, DOVE_INPUT, "a token of the reply has no place in the text (text_offset)");
    if (offset->valuedouble >= (double)skip && offset->valuedouble < (double)length)
      status = add_token(l, logprob, error);
  }
  return status;
}

dove_status dove_likelihood_read(const char *body, size_t skip, size_t length, double *mean, dove_error *error) {
  cJSON *object = cJSON_Parse(body);
  const cJSON *choice = cJSON_GetArrayItem(cJSON_GetObjectItemCaseSensitive(object, "choices"), 0);
  const cJSON *told = cJSON_GetObjectItemCaseSensitive(choice, "logprobs");
  const cJSON *logprobs = cJSON_GetObjectItemCaseSensitive(told, "token_logprobs");
  const cJSON *offsets = cJSON_GetObjectItemCaseSensitive(told, "text_offset");
  const int tokens = cJSON_GetArraySize(logprobs);
  likelihood l = {0};
  dove_status status = DOVE_OK;
  if (tokens < 2 || cJSON_GetArraySize(offsets) != tokens) {
    status = dove_fail(error, DOVE_INPUT, "the server does not return the log-probabilities of the prompt");
  } else {
    status = add_tokens(&l, logprobs, offsets, prompt_tokens(object, (size_t)tokens), skip, length, error);
  }
  cJSON_Delete(object);
  if (status == DOVE_OK && l.tokens == 0)
    status = dove_fail(error, DOVE_INPUT, "the server does not return the log-probabilities of the prompt");
  if (status == DOVE_OK) *mean = l.sum / (double)l.tokens;
  return status;
}
