#include "dove/roles.h"

#include <math.h>
#include <stdlib.h>

#include "dove/chat_recognizer.h"
#include "dove/evidence.h"
#include "dove/prompts.h"
#include "dove/store_requests.h"

static bool locate(const char *text, const char *quotation, uint64_t *start, uint64_t *end) {
  dove_evidence_span span;
  if (!dove_evidence_find(text, quotation, &span)) return false;
  *start = span.start;
  *end = span.end;
  return true;
}

static dove_endpoint_options endpoint_options(const char *name, const dove_role_settings *role) {
  return (dove_endpoint_options){.role = name,
                                 .url = role->url,
                                 .model = role->model,
                                 .key = role->key,
                                 .most = (size_t)role->concurrency,
                                 .price_in = role->price_in,
                                 .price_out = role->price_out};
}

static dove_chat_parameters chat_parameters(const dove_role_settings *role) {
  return (dove_chat_parameters){.model = role->model,
                                .temperature = role->temperature >= 0 ? role->temperature : (double)NAN,
                                .max_tokens = role->max_tokens,
                                .old_max_tokens = role->token_limit == DOVE_MAX_TOKENS};
}

static dove_status open_chat_recognizer(dove_store *store, const dove_role_settings *role, dove_recognizer *recognizer,
                                        dove_error *error) {
  char *prompt = NULL;
  if (role->model[0] == '\0')
    return dove_fail(error, DOVE_USAGE, "which model is asked? Set 'recognizer.model', beside 'recognizer.url'");
  dove_status status = dove_prompt_read("recognizer", role->prompt, &prompt, error);
  if (status != DOVE_OK) return status;
  const dove_chat_recognizer_options options = {.endpoint = endpoint_options("recognizer", role),
                                                .cache = dove_store_request_cache(store),
                                                .chat = chat_parameters(role),
                                                .ask_schema = role->schema == DOVE_ON,
                                                .prompt = prompt,
                                                .locate = locate};
  status = dove_recognizer_open_chat(&options, recognizer, error);
  free(prompt);
  return status;
}

dove_status dove_project_recognizer(dove_store *store, const dove_settings *settings, dove_recognizer *recognizer,
                                    bool *from_model, dove_error *error) {
  *from_model = settings->recognizer.url[0] != '\0';
  return *from_model ? open_chat_recognizer(store, &settings->recognizer, recognizer, error)
                     : dove_recognizer_open_rules(0, recognizer, error);
}
