#include <stdlib.h>
#include <string.h>

#include "dove/commands.h"
#include "dove/memory.h"

void dove_keymap_free(dove_keymap *keymap) {
  free(keymap->entries);
  *keymap = (dove_keymap){0};
}

dove_status dove_keymap_bind(dove_keymap *keymap, uint32_t context, const dove_binding *binding,
                             dove_command_id command, dove_error *error) {
  for (size_t i = 0; i < keymap->count; i++) {
    dove_keymap_entry *entry = &keymap->entries[i];
    if (entry->context == context && dove_binding_equal(&entry->binding, binding)) {
      entry->command = command;
      return DOVE_OK;
    }
  }
  void *entries = keymap->entries;
  if (!dove_grow(&entries, &keymap->capacity, keymap->count + 1, sizeof *keymap->entries)) {
    return dove_fail_memory(error, "making the key map");
  }
  keymap->entries = entries;
  keymap->entries[keymap->count++] = (dove_keymap_entry){.binding = *binding, .command = command, .context = context};
  return DOVE_OK;
}

/* Binds each key of a command's row in the table. */
static dove_status bind_defaults(dove_keymap *keymap, const dove_command *command, dove_error *error) {
  for (const char *rest = command->keys; *rest != '\0';) {
    const char *comma = strstr(rest, ", ");
    size_t length = comma != NULL ? (size_t)(comma - rest) : strlen(rest);
    dove_binding binding;
    if (!dove_binding_parse(rest, length, &binding)) {
      return dove_fail(error, DOVE_FAILED, "the table binds '%s' to '%.*s', which is not a key", command->name,
                       (int)length, rest);
    }
    dove_status status = dove_keymap_bind(keymap, command->context, &binding, command->id, error);
    if (status != DOVE_OK) return status;
    rest += length + (comma != NULL ? 2 : 0);
  }
  return DOVE_OK;
}

dove_status dove_keymap_default(dove_keymap *keymap, dove_error *error) {
  *keymap = (dove_keymap){0};
  dove_status status = DOVE_OK;
  for (int id = 0; id < DOVE_COMMAND_COUNT && status == DOVE_OK; id++) {
    status = bind_defaults(keymap, dove_command_get((dove_command_id)id), error);
  }
  if (status != DOVE_OK) dove_keymap_free(keymap);
  return status;
}

/* Looks among the bindings of a pane (`global` false) or among the global ones. */
static dove_key_match lookup_among(const dove_keymap *keymap, uint32_t contexts, bool global, dove_key first,
                                   dove_key second, dove_command_id *command) {
  dove_key_match match = DOVE_KEY_NO_MATCH;
  for (size_t i = 0; i < keymap->count; i++) {
    const dove_keymap_entry *entry = &keymap->entries[i];
    if ((entry->context & contexts) == 0 || ((entry->context & DOVE_CONTEXT_GLOBAL) != 0) != global) continue;
    if (entry->binding.keys[0] != first) continue;
    if (second == DOVE_KEY_NONE && entry->binding.keys[1] != DOVE_KEY_NONE) {
      if (entry->command != DOVE_COMMAND_NONE) return DOVE_KEY_PREFIX;
    } else if (entry->binding.keys[1] == second) {
      *command = entry->command;
      match = DOVE_KEY_COMMAND;
    }
  }
  return match;
}

dove_key_match dove_keymap_lookup(const dove_keymap *keymap, uint32_t contexts, dove_key first, dove_key second,
                                  dove_command_id *command) {
  *command = DOVE_COMMAND_NONE;
  dove_key_match match = lookup_among(keymap, contexts, false, first, second, command);
  if (match == DOVE_KEY_NO_MATCH) match = lookup_among(keymap, contexts, true, first, second, command);
  /* A key that the user took away does nothing at all. */
  return match == DOVE_KEY_COMMAND && *command == DOVE_COMMAND_NONE ? DOVE_KEY_NO_MATCH : match;
}

int dove_keymap_describe(const dove_keymap *keymap, dove_command_id command, uint32_t contexts, char *text,
                         size_t size) {
  size_t length = 0;
  if (size > 0) text[0] = '\0';
  for (size_t i = 0; i < keymap->count; i++) {
    const dove_keymap_entry *entry = &keymap->entries[i];
    if (entry->command != command || (entry->context & contexts) == 0) continue;
    char name[DOVE_BINDING_NAME_SIZE];
    dove_binding_format(&entry->binding, name);
    int written = snprintf(length < size ? text + length : NULL, length < size ? size - length : 0, "%s%s",
                           length > 0 ? ", " : "", name);
    length += (size_t)(written > 0 ? written : 0);
  }
  return (int)length;
}
