/* Documents that a chat model is asked about one by one, in batches, each stored before the next. Private to this
 * room. */
#ifndef DOVE_METHOD_READING_H
#define DOVE_METHOD_READING_H

#include "dove/chat_model.h"
#include "dove/judge.h"
#include "dove/store_documents.h"

typedef struct dove_reading {
  dove_store *store;
  dove_chat_model *chat;
  const char *stage;
  int64_t limit; /* 0: none */
  bool dry_run;
  void *user;
  /* Documents that are still to be asked about: ids > `after`, ascending, at most `limit`. */
  dove_status (*pending)(void *user, int64_t after, int64_t limit, int64_t *ids, size_t *count, dove_error *error);
  /* Writes the prompt for a document, freed with free(); NULL passes it over. */
  dove_status (*ask)(void *user, const dove_store_document *document, const char *text, char **prompt,
                     dove_error *error);
  dove_chat_check *check; /* with this `user`; may be NULL */
  /* Stores an answer, within a transaction. */
  dove_status (*keep)(void *user, const dove_store_document *document, const char *answer, dove_error *error);
} dove_reading;

/* All that can be done is; `report` says what came of it. */
dove_status dove_reading_run(const dove_reading *reading, dove_reading_report *report, const dove_progress *progress,
                             dove_error *error);

#endif
