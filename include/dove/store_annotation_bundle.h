/* Annotation and reviews as records that mean the same in every copy of a project: rounds, items, judgments, reviews
 * and annotators are known by uuid or name, documents by their external id, codes by id, name and a fingerprint of
 * their centroid, runs and iterations by id and time. */
#ifndef DOVE_STORE_ANNOTATION_BUNDLE_H
#define DOVE_STORE_ANNOTATION_BUNDLE_H

#include "dove/store_annotations.h"
#include "dove/store_overrides.h"

typedef struct dove_code_reference {
  int64_t id; /* 0: none */
  const char *name;
  uint64_t fingerprint;
} dove_code_reference;

typedef struct dove_bundle_annotator {
  const char *name;
  int64_t created;
} dove_bundle_annotator;

typedef struct dove_bundle_round {
  const char *uuid, *name, *parent; /* parent "": none */
  dove_annotation_target target;
  int64_t iteration, iteration_time; /* the codebook's, 0: none; both must agree to mean the same */
  const char *rule, *instruction, *settings;
  uint64_t seed;
  int64_t created, closed;
} dove_bundle_round;

typedef struct dove_bundle_item {
  const char *uuid, *round;
  int64_t position;
  const char *document; /* external id; "" for a code by itself */
  dove_code_reference code;
} dove_bundle_item;

typedef struct dove_bundle_judgment {
  const char *uuid, *item, *annotator;
  dove_question question;
  dove_answer answer;
  dove_code_reference other;
  bool shown;
  const char *note;
  int64_t time;
} dove_bundle_judgment;

typedef struct dove_bundle_code {
  const char *uuid, *annotator, *round, *document, *name, *note;
  int64_t span_start, span_end; /* -1, -1: none */
  bool withdrawn;
  int64_t time;
} dove_bundle_code;

typedef struct dove_bundle_consensus {
  const char *item;
  dove_question question;
  dove_answer answer;
  const char *note, *author;
  int64_t time;
} dove_bundle_consensus;

typedef struct dove_bundle_review {
  const char *uuid, *author;
  dove_review_kind kind;
  int64_t run, run_time;           /* when the run was created; both must agree to mean the same */
  int64_t t;                       /* the step that leads to C^t */
  int64_t decision, decision_time; /* its iteration's; 0, 0: none */
  dove_code_reference code, other;
  const char *name, *note; /* "": none */
  int64_t time;
  bool withdrawn;
  int64_t changed; /* when it was entered, withdrawn or let stand again, whichever came last */
} dove_bundle_review;

enum { DOVE_BUNDLE_PARTS = 7 };

typedef struct dove_annotation_bundle {
  bool by_name; /* merging: a code that is not there is the one of its name in the current codebook */
  dove_bundle_annotator *annotators;
  dove_bundle_round *rounds;
  dove_bundle_item *items;
  dove_bundle_judgment *judgments;
  dove_bundle_code *codes;
  dove_bundle_consensus *consensus;
  dove_bundle_review *reviews;
  size_t annotator_count, round_count, item_count, judgment_count, code_count, consensus_count, review_count;
  void *strings[DOVE_BUNDLE_PARTS];
} dove_annotation_bundle;

/* One round with what hangs on it and the rounds that it comes from, or all (0), with the reviews of the runs that are
 * there. The order does not depend on local ids. */
dove_status dove_store_bundle_read(dove_store *store, int64_t round, dove_annotation_bundle *bundle, dove_error *error);
/* Frees what dove_store_bundle_read() made. */
void dove_store_bundle_free(dove_annotation_bundle *bundle);

enum { DOVE_MERGE_CONFLICTS = 1000 };

typedef struct dove_merge_report {
  size_t rounds, items, judgments, codes, consensus, reviews; /* that were new */
  size_t repeated;                                            /* that were there already */
  size_t unplaced;       /* items whose document or code is not in this project, and records that hang on such an item;
                            reviews whose run, decision or code is not */
  size_t passed_over;    /* parts of another tool's file that are no answers */
  size_t conflict_count; /* all of them… */
  char **conflicts;      /* …of which the first DOVE_MERGE_CONFLICTS are told */
} dove_merge_report;

void dove_merge_report_free(dove_merge_report *report);

/* Merges a bundle, all or nothing: a union by uuid. What is there is never changed, apart from three marks that only go
 * one way: a round is closed at the earliest time, an added code is withdrawn when it is anywhere, an annotator dates
 * from the earliest record; and whether a review stands, where the later word counts. Two different consensus labels of
 * the very same millisecond cannot both be kept: the one first in the alphabet is. Conflicts are two answers of one
 * annotator that do not know of each other (the later one counts), two such labels, and a uuid with two contents (what
 * is there stays). Durable. */
dove_status dove_store_bundle_merge(dove_store *store, const dove_annotation_bundle *bundle, dove_merge_report *report,
                                    dove_error *error);

#endif
