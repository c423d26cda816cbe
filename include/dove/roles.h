/* Who does what in a project: the embedded engine, or a model behind an endpoint, as the settings say. A role is a
 * model's when it has a `url`, or a `model` and `endpoint.url` is set. What a model answered is kept in the project,
 * which must stay open as long as what is opened here. */
#ifndef DOVE_ROLES_H
#define DOVE_ROLES_H

#include <stdbool.h>

#include "dove/chat_model.h"
#include "dove/decoder.h"
#include "dove/endpoint.h"
#include "dove/error.h"
#include "dove/namer.h"
#include "dove/recognizer.h"
#include "dove/settings.h"
#include "dove/store.h"

typedef enum dove_role {
  DOVE_ROLE_RECOGNIZER,
  DOVE_ROLE_EMBEDDER,
  DOVE_ROLE_NAMER,
  DOVE_ROLE_DECODER,
  DOVE_ROLE_EXAMINEE,
  DOVE_ROLE_JUDGE,
  DOVE_ROLE_TRANSLATOR,
  DOVE_ROLES,
} dove_role;

const char *dove_role_name(dove_role role); /* "recognizer", as in the settings and the ledger */
const dove_role_settings *dove_role_of(const dove_settings *settings, dove_role role);

/* True when a model has the role. */
bool dove_role_is_set(const dove_settings *settings, dove_role role);

/* Where the model of a role is asked. Texts are those of the settings. `model` NULL: that of the settings. DOVE_USAGE,
 * naming the settings, when the model or the address is missing. */
dove_status dove_role_endpoint(const dove_settings *settings, dove_role role, const char *model,
                               dove_endpoint_options *options, dove_error *error);

/* Opens a role's chat model with its parameters. `schema` (NULL: free text) and `schema_name` as in chat.h; it is asked
 * for where the settings allow. Answers that cannot be used are asked for again when there is a schema. DOVE_INPUT when
 * there is no key where the settings say. */
dove_status dove_project_chat(dove_store *store, const dove_settings *settings, dove_role role, const char *model,
                              const char *schema, const char *schema_name, dove_chat_model **chat, dove_error *error);

/* Opens the recognizer of a project. *from_model: a chat model is asked. */
dove_status dove_project_recognizer(dove_store *store, const dove_settings *settings, dove_recognizer *recognizer,
                                    bool *from_model, dove_error *error);

/* Opens the namer of a project: the embedded one, or a chat model. */
dove_status dove_project_namer(dove_store *store, const dove_settings *settings, dove_namer *namer, dove_error *error);

/* Opens the decoder that the setting `distortion` asks for. With `embedding` it has an embedder of its own. DOVE_USAGE
 * when no model has the role of the decoder. */
dove_status dove_project_decoder(dove_store *store, const dove_settings *settings, dove_decoder *decoder,
                                 dove_error *error);

#endif
