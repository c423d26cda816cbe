/* The settings of a project as the program uses them: the defaults, and over them what the project stores. */
#ifndef DOVE_PROJECT_SETTINGS_H
#define DOVE_PROJECT_SETTINGS_H

#include "dove/error.h"
#include "dove/settings.h"
#include "dove/store.h"

/* Reads them. DOVE_PROJECT, naming the key, when the project stores a setting that this program does not know or a
 * value that it does not take. */
dove_status dove_project_settings_load(dove_store *store, dove_settings *settings, dove_error *error);

/* All settings as one compact JSON object {"key":"value",…} in the order of the table: what a run keeps of the settings
 * that made it. Freed with free(); NULL when memory ran out. */
char *dove_settings_to_json(const dove_settings *settings);

/* The inverse: the defaults, and over them what the object says; keys that this program does not know are passed over,
 * since a run may have been made by another version. DOVE_PROJECT when it is not such an object. */
dove_status dove_settings_from_json(const char *json, dove_settings *settings, dove_error *error);

#endif
