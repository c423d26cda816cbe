#include "tui/panes/review/review_text.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "dove/text.h"
#include "tui/panes/cell_text.h"

enum {
  NUMBER = 9,
  CHANGE = 11,
  LABEL_WIDE = REVIEW_WIDE - 2 * NUMBER - CHANGE,
  LABEL_NARROW = REVIEW_NARROW - 2 * NUMBER
};

/* Where the description goes, and how wide it may be. */
typedef struct page {
  dove_buffer *out;
  bool narrow;
} page;

/* The text in so many columns, to the left or to the right. */
static void add_field(dove_buffer *out, const char *text, int columns, bool right) {
  const int blanks = columns - dove_text_columns(text, strlen(text));
  for (int i = 0; i < blanks && right; i++) dove_buffer_add_char(out, ' ');
  dove_buffer_add_text(out, text);
  for (int i = 0; i < blanks && !right; i++) dove_buffer_add_char(out, ' ');
}

static void add_number(dove_buffer *out, double value, int decimals) {
  dove_buffer text = {0};
  dove_cell_number(&text, value, decimals);
  add_field(out, dove_buffer_text(&text), NUMBER, true);
  dove_buffer_free(&text);
}

static void add_change(dove_buffer *out, double change, int decimals) {
  dove_buffer text = {0};
  dove_cell_change(&text, change, decimals);
  add_field(out, dove_buffer_text(&text), CHANGE, true);
  dove_buffer_free(&text);
}

static void add_label(const page *to, const char *label) {
  add_field(to->out, label, to->narrow ? LABEL_NARROW : LABEL_WIDE, false);
}

static void add_numbers(const page *to, double before, double after, int decimals) {
  add_number(to->out, before, decimals);
  add_number(to->out, after, decimals);
  if (!to->narrow) add_change(to->out, after - before, decimals);
}

static void add_row(const page *to, const char *label, double before, double after, int decimals) {
  add_label(to, label);
  add_numbers(to, before, after, decimals);
  dove_buffer_add_char(to->out, '\n');
}

static void add_terms(const dove_preview *preview, const page *to) {
  const dove_objective *a = &preview->before.objective, *b = &preview->after.objective;
  const double m = (double)a->codes_per_document;
  add_label(to, "");
  add_field(to->out, "before", NUMBER, true);
  add_field(to->out, "after", NUMBER, true);
  if (!to->narrow) add_field(to->out, "change", CHANGE, true);
  dove_buffer_add_char(to->out, '\n');
  add_row(to, "K, codes", (double)preview->before.codes, (double)preview->after.codes, 0);
  add_row(to, "S", a->score, b->score, 4);
  add_row(to, "  −d", -a->distortion, -b->distortion, 4);
  add_row(to, "  +β1MH(z|x)", a->beta1 * m * a->conditional_entropy, b->beta1 * m * b->conditional_entropy, 4);
  add_row(to, "  −β2MH(z)", -a->beta2 * m * a->marginal_entropy, -b->beta2 * m * b->marginal_entropy, 4);
}

static void add_measures(const dove_preview *preview, const page *to) {
  const dove_preview_side *a = &preview->before, *b = &preview->after;
  char share[48];
  add_row(to, "coverage, mean", a->mean_cosine, b->mean_cosine, 4);
  snprintf(share, sizeof share, "  cosine ≥ %.1f, %%", DOVE_COVERED_COSINE);
  add_row(to, share, 100 * a->covered, 100 * b->covered, 2);
  add_row(to, "redundancy, mean", a->mean_neighbour, b->mean_neighbour, 4);
  add_row(to, "  nearest two", a->largest_neighbour, b->largest_neighbour, 4);
}

static void add_names(dove_buffer *out, const char *label, const char *names) {
  if (names[0] == '\0') return;
  add_field(out, label, 6, false);
  dove_cell_line(out, names);
  dove_buffer_add_char(out, '\n');
}

static void add_notes(const dove_preview *preview, bool renames, dove_buffer *out) {
  if (preview->pending > 0)
    dove_buffer_printf(out, "before and after: with %zu override%s that stand%s for this step\n", preview->pending,
                       preview->pending > 1 ? "s" : "", preview->pending > 1 ? "" : "s");
  add_names(out, "gone", preview->names_gone);
  add_names(out, "new", preview->names_new);
  if (preview->judgments > 0) {
    dove_buffer_printf(out, "%lld of %lld judgments would go stale\n", (long long)preview->judgments_stale,
                       (long long)preview->judgments);
  } else {
    dove_buffer_add_text(out, "no judgments that could go stale\n");
  }
  if (renames)
    dove_buffer_add_text(out,
                         "a new name moves its code to the end of the codebook: S moves by the random draws alone\n");
  const double stored = preview->stored_score;
  if (isfinite(stored) && fabs(stored - preview->before.objective.score) > 5e-5)
    dove_buffer_printf(out, "the run has S %.4f; before and after are measured with the draws of t %lld\n", stored,
                       (long long)preview->t);
}

static bool is_outside(const dove_preview_score *row) {
  return isfinite(row->low) && (row->after < row->low || row->after > row->high);
}

static void add_score(const dove_preview_score *row, const page *to) {
  dove_buffer label = {0};
  dove_cell_line(&label, row->model);
  if (row->role[0] != '\0') {
    dove_buffer_add_text(&label, " as ");
    dove_cell_line(&label, row->role);
  }
  dove_buffer_add_text(&label, " × ");
  dove_cell_line(&label, row->culture);
  add_label(to, dove_buffer_text(&label));
  dove_buffer_free(&label);
  add_numbers(to, row->before, row->after, 2);
  if (isfinite(row->low) && !to->narrow) dove_buffer_printf(to->out, "  %.1f … %.1f", row->low, row->high);
  dove_buffer_add_text(to->out, is_outside(row) ? " !\n" : "\n");
}

static void add_scores(const dove_preview *preview, const page *to) {
  if (preview->score_count == 0) {
    dove_buffer_add_text(to->out, "\nnothing has been scored yet, so no score moves\n");
    return;
  }
  dove_buffer_printf(to->out, "\nscores, %%, with the 95 %% intervals of score run %lld%s\n",
                     (long long)preview->score_run, preview->scored_before ? "" : ", which used another codebook");
  bool outside = false;
  for (size_t i = 0; i < preview->score_count; i++) {
    add_score(&preview->scores[i], to);
    outside = outside || is_outside(&preview->scores[i]);
  }
  if (outside) dove_buffer_add_text(to->out, "! leaves that interval\n");
}

void review_describe_preview(const dove_preview *preview, bool renames, bool narrow, dove_buffer *out) {
  const page to = {out, narrow};
  for (size_t i = 0; i < preview->entry_count; i++) {
    if (!preview->entries[i].applied) dove_buffer_printf(out, "impossible: %s\n\n", preview->entries[i].reason);
  }
  add_terms(preview, &to);
  add_measures(preview, &to);
  add_notes(preview, renames, out);
  add_scores(preview, &to);
}
