/* How far annotators agree, and what they make of a codebook (SPEC 9; paper App. C and Fig. 7). */
#ifndef DOVE_AGREEMENT_REPORT_H
#define DOVE_AGREEMENT_REPORT_H

#include "dove/agreement_coefficients.h"
#include "dove/store_annotations.h"

typedef enum dove_agreement_group {
  DOVE_GROUP_ALL,
  DOVE_GROUP_CULTURE,
  DOVE_GROUP_SOURCE,
  DOVE_GROUP_CODE,
  DOVE_GROUP_DOCUMENT,
  DOVE_AGREEMENT_GROUPS
} dove_agreement_group;

const char *dove_agreement_group_name(dove_agreement_group group);
bool dove_agreement_group_parse(const char *name, dove_agreement_group *group); /* false for an unknown name */
/* What an item is grouped by: its culture, source, code or document; "" for all. */
const char *dove_agreement_group_of(const dove_store_item_facts *facts, dove_agreement_group group);

/* What is taken where nobody says otherwise. */
enum { DOVE_AGREEMENT_REPLICATES = 1000 };
#define DOVE_AGREEMENT_LEVEL 0.95

typedef struct dove_agreement_options {
  int64_t round; /* 0: all rounds together, where a later label of an annotator takes the place of an earlier one */
  uint64_t seed;
  size_t replicates; /* of the bootstrap, which draws documents (codes by themselves: items); 0: none. One document
                      * alone has no interval */
  double level;      /* of intervals: 0.95 */
  double wanted;     /* width of the interval that is wished for; 0: none */
  bool groups;       /* rows by culture, source, code and document as well */
  bool by_codebook;  /* leave out labels that are stale in the current codebook */
} dove_agreement_options;

typedef struct dove_agreement_row {
  dove_question question;
  dove_agreement_group group;
  const char *name; /* of the culture, source, code or document; "" for all */
  size_t things;    /* documents' codes or codes that were to be judged */
  size_t yes, no;   /* labels */
  dove_agreement agreement;
  bool has_more[DOVE_COEFFICIENTS]; /* whether the next is known */
  size_t more[DOVE_COEFFICIENTS];   /* items more that the wanted width needs; of the rows over all */
} dove_agreement_row;

typedef struct dove_agreement_pair_row {
  dove_question question;
  const char *first, *second; /* annotators */
  dove_pair_agreement pair;
} dove_agreement_pair_row;

/* Fig. 7: the share of what was decided that is to the codebook's credit: yes to present (mapping accuracy), yes to
 * meaningful (meaningfulness), no to redundant (conciseness). Decided by consensus, otherwise by the majority. */
typedef struct dove_codebook_quality {
  dove_question question;
  const char *name;       /* "mapping_accuracy", "meaningfulness", "conciseness" */
  double value;           /* NAN when nothing was decided */
  dove_interval interval; /* percentile bootstrap over documents, or codes; NAN: undefined */
  size_t decided, tied, unlabelled;
} dove_codebook_quality;

typedef struct dove_agreement_report {
  dove_agreement_row *rows; /* by question, then group, then name */
  size_t row_count;
  dove_agreement_pair_row *pairs; /* by question, then annotators' names */
  size_t pair_count;
  dove_codebook_quality quality[DOVE_QUESTIONS];
  size_t annotators;          /* with a label */
  size_t skips, flags;        /* answers that are no labels */
  size_t stale;               /* things left out, or that would be: their code has other members now */
  dove_store_answers answers; /* owns the names */
} dove_agreement_report;

/* A question that nobody labelled has no rows. DOVE_NOT_FOUND when there is no item at all. */
dove_status dove_agreement_report_make(dove_store *store, const dove_agreement_options *options,
                                       dove_agreement_report *report, const dove_progress *progress, dove_error *error);
void dove_agreement_report_free(dove_agreement_report *report);

#endif
