#include "dove/roles.h"

#include <math.h>
#include <stddef.h>
#include <stdlib.h>

#include "dove/chat_decoder.h"
#include "dove/chat_namer.h"
#include "dove/chat_recognizer.h"
#include "dove/embed.h"
#include "dove/evidence.h"
#include "dove/project_prompts.h"
#include "dove/store_requests.h"

/* ---- Who has a role ---- */

static const struct {
  const char *name;
  size_t offset; /* of its settings */
} roles[] = {
    [DOVE_ROLE_RECOGNIZER] = {"recognizer", offsetof(dove_settings, recognizer)},
    [DOVE_ROLE_EMBEDDER] = {"embedder", offsetof(dove_settings, embedder)},
    [DOVE_ROLE_NAMER] = {"namer", offsetof(dove_settings, namer)},
    [DOVE_ROLE_DECODER] = {"decoder", offsetof(dove_settings, decoder)},
    [DOVE_ROLE_EXAMINEE] = {"examinee", offsetof(dove_settings, examinee)},
    [DOVE_ROLE_JUDGE] = {"judge", offsetof(dove_settings, judge)},
    [DOVE_ROLE_TRANSLATOR] = {"translator", offsetof(dove_settings, translator)},
};

const char *dove_role_name(dove_role role) { return roles[role].name; }

const dove_role_settings *dove_role_of(const dove_settings *settings, dove_role role) {
  return (const dove_role_settings *)(const void *)((const char *)settings + roles[role].offset);
}

bool dove_role_is_set(const dove_settings *settings, dove_role role) {
  const dove_role_settings *own = dove_role_of(settings, role);
  return own->url[0] != '\0' || (own->model[0] != '\0' && settings->endpoint_url[0] != '\0');
}

dove_status dove_role_endpoint(const dove_settings *settings, dove_role role, const char *model,
                               dove_endpoint_options *options, dove_error *error) {
  const dove_role_settings *own = dove_role_of(settings, role);
  const char *name = dove_role_name(role);
  const bool has_url = own->url[0] != '\0';
  *options = (dove_endpoint_options){
      .role = name,
      .url = has_url ? own->url : settings->endpoint_url,
      .model = model != NULL ? model : own->model,
      .most = (size_t)own->concurrency,
      .price_in = own->price_in,
      .price_out = own->price_out,
      .limit_key = own->token_limit == DOVE_MAX_TOKENS ? "max_tokens" : "max_completion_tokens"};
  /* A key goes to no address but the one that it was given for. */
  options->key = own->key[0] != '\0' || has_url ? own->key : settings->endpoint_key;
  if (options->url[0] == '\0')
    return dove_fail(error, DOVE_USAGE, "where is the %s's model? Set '%s.url', or 'endpoint.url' for all roles", name,
                     name);
  if (options->model[0] == '\0')
    return dove_fail(error, DOVE_USAGE, "which model is asked? Set '%s.model', beside '%s.url'", name, name);
  return DOVE_OK;
}

/* ---- Chat models ---- */

static dove_chat_parameters chat_parameters(const dove_role_settings *role, const char *model) {
  return (dove_chat_parameters){.model = model,
                                .temperature = role->temperature >= 0 ? role->temperature : (double)NAN,
                                .max_tokens = role->max_tokens,
                                .old_max_tokens = role->token_limit == DOVE_MAX_TOKENS};
}

enum { ASKED_AGAIN = 2 };

dove_status dove_project_chat(dove_store *store, const dove_settings *settings, dove_role role, const char *model,
                              const char *schema, const char *schema_name, dove_chat_model **chat, dove_error *error) {
  const dove_role_settings *own = dove_role_of(settings, role);
  dove_chat_model_options options = {.cache = dove_store_request_cache(store),
                                     .repeats = schema != NULL ? ASKED_AGAIN : 0,
                                     .as_they_come = role == DOVE_ROLE_DECODER};
  *chat = NULL;
  const dove_status status = dove_role_endpoint(settings, role, model, &options.endpoint, error);
  if (status != DOVE_OK) return status;
  options.chat = chat_parameters(own, options.endpoint.model);
  if (schema != NULL && own->schema == DOVE_ON) {
    options.chat.schema = schema;
    options.chat.schema_name = schema_name;
  }
  return dove_chat_model_open(&options, chat, error);
}

/* A chat model with its prompt, which is freed with free(). */
static dove_status open_prompted(dove_store *store, const dove_settings *settings, dove_role role, const char *schema,
                                 const char *schema_name, dove_chat_model **chat, char **prompt, dove_error *error) {
  dove_status status = dove_project_prompt(store, dove_role_name(role), prompt, NULL, error);
  if (status == DOVE_OK) status = dove_project_chat(store, settings, role, NULL, schema, schema_name, chat, error);
  return status;
}

/* ---- The roles ---- */

static bool locate(const char *text, const char *quotation, uint64_t *start, uint64_t *end) {
  dove_evidence_span span;
  if (!dove_evidence_find(text, quotation, &span)) return false;
  *start = span.start;
  *end = span.end;
  return true;
}

dove_status dove_project_recognizer(dove_store *store, const dove_settings *settings, dove_recognizer *recognizer,
                                    bool *from_model, dove_error *error) {
  dove_chat_model *chat = NULL;
  char *prompt = NULL;
  *from_model = dove_role_is_set(settings, DOVE_ROLE_RECOGNIZER);
  if (!*from_model) return dove_recognizer_open_rules(0, recognizer, error);
  dove_status status =
      open_prompted(store, settings, DOVE_ROLE_RECOGNIZER, dove_recognizer_schema, "values", &chat, &prompt, error);
  if (status == DOVE_OK) status = dove_recognizer_open_chat(chat, prompt, locate, recognizer, error);
  free(prompt);
  return status;
}

dove_status dove_project_namer(dove_store *store, const dove_settings *settings, dove_namer *namer, dove_error *error) {
  dove_chat_model *chat = NULL;
  char *prompt = NULL;
  if (!dove_role_is_set(settings, DOVE_ROLE_NAMER)) return dove_namer_open_frequent(namer, error);
  dove_status status =
      open_prompted(store, settings, DOVE_ROLE_NAMER, dove_namer_schema, "code", &chat, &prompt, error);
  if (status == DOVE_OK) status = dove_namer_open_chat(chat, prompt, namer, error);
  free(prompt);
  return status;
}

static dove_status open_writing_decoder(dove_store *store, const dove_settings *settings, dove_decoder *decoder,
                                        dove_error *error) {
  dove_chat_model *chat = NULL;
  dove_embedder embedder = {0};
  char *prompt = NULL;
  dove_status status = dove_project_embedder(store, settings, false, &embedder, error);
  if (status != DOVE_OK) return status;
  status = open_prompted(store, settings, DOVE_ROLE_DECODER, NULL, NULL, &chat, &prompt, error);
  if (status == DOVE_OK) {
    status = dove_decoder_open_chat(chat, prompt, &embedder, (size_t)settings->reconstructions, decoder, error);
  } else {
    dove_embedder_close(&embedder);
  }
  free(prompt);
  return status;
}

static dove_status open_likelihood_decoder(dove_store *store, const dove_settings *settings, dove_decoder *decoder,
                                           dove_error *error) {
  dove_likelihood_options options = {.cache = dove_store_request_cache(store)};
  char *prompt = NULL;
  dove_status status = dove_role_endpoint(settings, DOVE_ROLE_DECODER, NULL, &options.endpoint, error);
  if (status == DOVE_OK) status = dove_project_prompt(store, "decoder", &prompt, NULL, error);
  options.prompt = prompt;
  if (status == DOVE_OK) status = dove_decoder_open_likelihood(&options, decoder, error);
  free(prompt);
  return status;
}

dove_status dove_project_decoder(dove_store *store, const dove_settings *settings, dove_decoder *decoder,
                                 dove_error *error) {
  switch (settings->distortion) {
    case DOVE_DISTORTION_CENTROID: break;
    case DOVE_DISTORTION_EMBEDDING: return open_writing_decoder(store, settings, decoder, error);
    case DOVE_DISTORTION_LIKELIHOOD: return open_likelihood_decoder(store, settings, decoder, error);
  }
  return dove_decoder_open_centroid(decoder, error);
}
