#include "method/annotation/code_agreement.h"

#include <math.h>
#include <string.h>

dove_status code_agreement_read(dove_store *store, code_agreement *agreement, const dove_progress *progress,
                                dove_error *error) {
  const dove_agreement_options options = {.level = DOVE_AGREEMENT_LEVEL, .groups = true, .by_codebook = true};
  dove_error reason;
  *agreement = (code_agreement){0};
  const dove_status status = dove_agreement_report_make(store, &options, &agreement->report, progress, &reason);
  agreement->known = status == DOVE_OK;
  if (status == DOVE_OK || status == DOVE_NOT_FOUND) return DOVE_OK;
  if (error != NULL) *error = reason;
  return status;
}

void code_agreement_free(code_agreement *agreement) {
  if (agreement->known) dove_agreement_report_free(&agreement->report);
  agreement->known = false;
}

const dove_agreement_row *code_agreement_row(const code_agreement *agreement, const char *code,
                                             dove_question question) {
  for (size_t i = 0; agreement->known && i < agreement->report.row_count; i++) {
    const dove_agreement_row *row = &agreement->report.rows[i];
    const bool wanted = row->group == DOVE_GROUP_CODE && row->question == question && strcmp(row->name, code) == 0;
    if (wanted) return row->yes + row->no > 0 ? row : NULL;
  }
  return NULL;
}

void code_agreement_describe(const code_agreement *agreement, const char *code, dove_buffer *out) {
  const char *before = "";
  for (int q = 0; q < DOVE_QUESTIONS; q++) {
    const dove_agreement_row *row = code_agreement_row(agreement, code, (dove_question)q);
    if (row == NULL) continue;
    dove_buffer_printf(out, "%s%s: %zu yes, %zu no", before, dove_question_name(row->question), row->yes, row->no);
    before = "; ";
    const double percent = row->agreement.values[DOVE_PERCENT_AGREEMENT];
    if (!isnan(percent)) dove_buffer_printf(out, ", agreement %.2f over %zu", percent, row->agreement.items);
    const double alpha = row->agreement.values[DOVE_KRIPPENDORFF_ALPHA];
    if (!isnan(alpha)) dove_buffer_printf(out, ", α %.2f", alpha);
  }
}
