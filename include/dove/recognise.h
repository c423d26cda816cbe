/* From documents to value expressions: documents that have none are given to the recognizer one after another, as it
 * takes them, and what it says is saved in their order, a few documents in a transaction. */
#ifndef DOVE_RECOGNISE_H
#define DOVE_RECOGNISE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dove/error.h"
#include "dove/progress.h"
#include "dove/recognizer.h"
#include "dove/store.h"

typedef struct dove_recognise_options {
  int64_t limit;   /* read at most so many documents; 0: all */
  bool from_model; /* the recognizer asks a chat model */
  bool dry_run;    /* only count */
} dove_recognise_options;

typedef struct dove_recognise_report {
  size_t documents;   /* given to the recognizer; in a dry run, those that would be */
  size_t done;        /* gave at least one expression */
  size_t silent;      /* read, no value expressed: remembered with the reason, not asked again */
  size_t unreadable;  /* the recognizer could not read them (another language, for instance); asked again next time */
  size_t expressions; /* new */
  char first_unreadable[64]; /* id of one of those, */
  char reason[256];          /* and why */
} dove_recognise_report;

/* All that can be done is done; then, when documents were unreadable, DOVE_INPUT says how many, names one and tells to
 * import their expressions. Cancelled or killed, it goes on where it was when it is called again. Stage:
 * "recognising". */
dove_status dove_recognise(dove_store *store, const dove_recognizer *recognizer, const dove_recognise_options *options,
                           dove_recognise_report *report, const dove_progress *progress, dove_error *error);

#endif
