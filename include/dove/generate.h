/* An examinee writes documents: one for each topic of the project, or several (SPEC 7). They become documents of that
 * source and role. */
#ifndef DOVE_GENERATE_H
#define DOVE_GENERATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dove/error.h"
#include "dove/progress.h"
#include "dove/settings.h"
#include "dove/store.h"

typedef struct dove_generate_options {
  const char *model; /* the model that is asked; NULL or "": `examinee.model`. It is the documents' source too */
  const char *role;  /* "Korean": the model takes that role; NULL or "": none */
  const char *lang;  /* a BCP 47 tag; NULL or "": the language that the topic is written in */
  int64_t samples;   /* documents for a topic; 0: 1 */
  bool dry_run;      /* only count */
} dove_generate_options;

typedef struct dove_generate_report {
  char model[512];
  size_t topics;
  size_t wanted;  /* documents: topics × samples */
  size_t there;   /* of them, in the project before */
  size_t written; /* new */
  size_t failed;
  char first_failed[160]; /* the topic of one of those, */
  char reason[256];       /* and why */
} dove_generate_report;

/* Asks for the documents that are not there yet; each batch is in the project before the next is asked for. A document
 * is known again by its id, "MODEL/ROLE/topic-HASH/SAMPLE", so that a call that was stopped or killed goes on and
 * writes none twice. All that can be written is; then DOVE_NETWORK names a topic without a text. DOVE_INPUT when no
 * document has a topic; DOVE_USAGE when no model is named, or it is called 'human'. Stage: "writing". */
dove_status dove_generate(dove_store *store, const dove_settings *settings, const dove_generate_options *options,
                          dove_generate_report *report, const dove_progress *progress, dove_error *error);

#endif
