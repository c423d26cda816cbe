#include "llm/roles/chat_role.h"

#include <stdlib.h>

#include "dove/memory.h"

void *chat_role_open(size_t size, dove_chat_model *model, const char *prompt) {
  chat_role *role = dove_alloc_zero(1, size);
  char *copy = dove_strdup(prompt);
  if (role == NULL || copy == NULL) {
    free(role);
    free(copy);
    dove_chat_model_close(model);
    return NULL;
  }
  *role = (chat_role){.model = model, .prompt = copy};
  return role;
}

void chat_role_close(void *state) {
  chat_role *role = state;
  dove_chat_model_close(role->model);
  free(role->prompt);
  free(role);
}
