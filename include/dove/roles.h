/* Who does what in a project: the embedded engine, or a model behind an endpoint, as the settings say. */
#ifndef DOVE_ROLES_H
#define DOVE_ROLES_H

#include <stdbool.h>

#include "dove/error.h"
#include "dove/recognizer.h"
#include "dove/settings.h"
#include "dove/store.h"

/* Opens the recognizer of a project. *from_model: a chat model is asked, its replies are kept in the project, which
 * must stay open as long. DOVE_USAGE when the model has no name; DOVE_INPUT when there is no key where the settings
 * say. */
dove_status dove_project_recognizer(dove_store *store, const dove_settings *settings, dove_recognizer *recognizer,
                                    bool *from_model, dove_error *error);

#endif
