/* The recognizer that asks a chat model (SPEC 7; App. G), behind the operations of recognizer.h. */
#ifndef DOVE_CHAT_RECOGNIZER_H
#define DOVE_CHAT_RECOGNIZER_H

#include "dove/chat_model.h"
#include "dove/recognizer.h"

/* Finds a quotation in a text: code points, end exclusive. False when it is not there. */
typedef bool dove_locate_quotation(const char *text, const char *quotation, uint64_t *start, uint64_t *end);

/* The form of its answers, as a JSON schema for the model. */
extern const char dove_recognizer_schema[];

/* Takes over `model`, also after an error. `prompt` has the field {document}; it is copied. A reply that cannot be used
 * is asked for again, as often as the model repeats; then the document counts as not read, with the reason. Evidence
 * that is not in the document is dropped. */
dove_status dove_recognizer_open_chat(dove_chat_model *model, const char *prompt, dove_locate_quotation *locate,
                                      dove_recognizer *recognizer, dove_error *error);

/* What became of one reply's text: fills `recognition`, or says what is wrong with it (DOVE_INPUT), in words that can
 * be told to the model. */
dove_status dove_recognition_from_reply(const char *content, const char *document, dove_locate_quotation *locate,
                                        dove_recognition *recognition, dove_error *error);

#endif
