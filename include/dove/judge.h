/* A judge answers questions about documents (SPEC 8; App. B), and a translator puts them into a language that their
 * reader knows (SPEC 7): chat models in the roles `judge` and `translator`. */
#ifndef DOVE_JUDGE_H
#define DOVE_JUDGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dove/error.h"
#include "dove/judge_reply.h"
#include "dove/progress.h"
#include "dove/settings.h"
#include "dove/store.h"

typedef struct dove_judge_options {
  dove_judge_question question;
  bool models;   /* documents of models too, not of people alone */
  int64_t limit; /* at most so many documents; 0: all */
  bool dry_run;  /* only count */
} dove_judge_options;

typedef struct dove_translate_options {
  const char *lang; /* a BCP 47 tag; NULL or "": "en". Documents that are in it are left as they are */
  int64_t limit;    /* at most so many documents; 0: all */
  bool dry_run;     /* only count */
} dove_translate_options;

/* What came of it. */
typedef struct dove_reading_report {
  size_t documents; /* asked about */
  size_t done;
  size_t failed;
  char first_failed[64]; /* id of one of those, */
  char reason[256];      /* and why */
} dove_reading_report;

/* Documents that the question was not answered for are asked about; each batch is stored before the next. A document
 * without a topic has no plausibility. All that can be done is; then DOVE_NETWORK names a document without an answer.
 * Cancelled or killed, it goes on where it was when it is called again. DOVE_USAGE when no model has the role. Stage:
 * "judging". */
dove_status dove_judge(dove_store *store, const dove_settings *settings, const dove_judge_options *options,
                       dove_reading_report *report, const dove_progress *progress, dove_error *error);

/* The same for documents without a translation into the language. Stage: "translating". */
dove_status dove_translate(dove_store *store, const dove_settings *settings, const dove_translate_options *options,
                           dove_reading_report *report, const dove_progress *progress, dove_error *error);

#endif
