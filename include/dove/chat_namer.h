/* The namer that asks a chat model (SPEC 7; App. G), behind the operations of namer.h. */
#ifndef DOVE_CHAT_NAMER_H
#define DOVE_CHAT_NAMER_H

#include "dove/chat_model.h"
#include "dove/namer.h"

/* The form of its answers, as a JSON schema for the model. */
extern const char dove_namer_schema[];

/* Takes over `model`, also after an error. `prompt` has the field {descriptions}; it is copied.
 *
 * All codes of a call are named at once. A name that is taken, or that an earlier code of the call has, is pointed out
 * and another one asked for, at most twice; then, and for a code that the model refuses to name or names in no usable
 * way, the embedded namer's rule holds: the most frequent code name, with a number where it is taken. DOVE_NETWORK when
 * a question got no answer: what was answered is kept, and another call asks for the rest. */
dove_status dove_namer_open_chat(dove_chat_model *model, const char *prompt, dove_namer *namer, dove_error *error);

/* The name in an answer: 1 to 3 words, in Title Case, freed with free(). DOVE_INPUT, in words that can be told to the
 * model, when it has none. */
dove_status dove_name_from_reply(const char *content, char **name, dove_error *error);

#endif
