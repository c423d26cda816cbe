/* What every role that asks a chat model keeps: the model and the prompt. Private to this room. */
#ifndef DOVE_LLM_CHAT_ROLE_H
#define DOVE_LLM_CHAT_ROLE_H

#include <stddef.h>

#include "dove/chat_model.h"

/* The first member of such a role's state. */
typedef struct chat_role {
  dove_chat_model *model;
  char *prompt;
} chat_role;

/* A state of `size` bytes that begins with its chat_role, the rest 0. The model is taken over, the prompt copied.
 * NULL when memory ran out: the model is closed then. */
void *chat_role_open(size_t size, dove_chat_model *model, const char *prompt);

/* Closes the model and frees the state; what the rest of it holds is its owner's. */
void chat_role_close(void *state);

#endif
