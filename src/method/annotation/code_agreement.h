/* What annotators said of the codes of a codebook, and how far they agreed. Private to the export. */
#ifndef DOVE_METHOD_CODE_AGREEMENT_H
#define DOVE_METHOD_CODE_AGREEMENT_H

#include "dove/agreement_report.h"
#include "dove/buffer.h"

typedef struct code_agreement {
  bool known; /* somebody judged something */
  dove_agreement_report report;
} code_agreement;

/* Over all rounds, without intervals; codes whose members have changed since are left out. Freed with
 * code_agreement_free(), also after an error. */
dove_status code_agreement_read(dove_store *store, code_agreement *agreement, const dove_progress *progress,
                                dove_error *error);
void code_agreement_free(code_agreement *agreement);

/* The row of a code by its name for a question; NULL when nobody labelled it. */
const dove_agreement_row *code_agreement_row(const code_agreement *agreement, const char *code, dove_question question);

/* Appends "present: 12 yes, 3 no, agreement 0.80 over 5; meaningful: …"; nothing when nobody judged the code. */
void code_agreement_describe(const code_agreement *agreement, const char *code, dove_buffer *out);

#endif
