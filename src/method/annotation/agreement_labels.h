/* What annotators said, thing by thing: what their agreement is computed from. Private to this room. */
#ifndef DOVE_METHOD_AGREEMENT_LABELS_H
#define DOVE_METHOD_AGREEMENT_LABELS_H

#include "dove/agreement_report.h"

/* What is judged, whatever the round: a code of a document, or a code. */
typedef struct agreement_thing {
  const dove_store_item_facts *facts; /* of its last item */
  dove_answer consensus[DOVE_QUESTIONS];
} agreement_thing;

typedef struct agreement_labels {
  agreement_thing *things; /* by document, then code */
  size_t count;
  int32_t *values[DOVE_QUESTIONS]; /* annotators × things: 0, 1 or DOVE_LABEL_MISSING */
} agreement_labels;

/* From the answers of the report, whose counts of skips, flags and stale things it fills in. `all` is {0} before, and
 * freed with agreement_labels_free(), also after an error; it borrows from the report. */
dove_status agreement_labels_make(dove_store *store, const dove_agreement_options *options,
                                  dove_agreement_report *report, agreement_labels *all, dove_error *error);
void agreement_labels_free(agreement_labels *all);

/* Ratings of one question. */
typedef struct agreement_selection {
  dove_ratings ratings;
  int32_t *labels;
  uint32_t *groups;
} agreement_selection;

/* Takes the things at `places`, in this order, from the annotators at `who`. Things of one document, which follow each
 * other only in the order of things, are one group of the bootstrap. Freed with agreement_selection_free(); nothing is
 * left to free after an error. */
dove_status agreement_select(const agreement_labels *all, dove_question question, const size_t *who, size_t annotators,
                             const size_t *places, size_t count, agreement_selection *chosen, dove_error *error);
void agreement_selection_free(agreement_selection *chosen);

#endif
