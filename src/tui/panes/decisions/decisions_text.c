#include "tui/panes/decisions/decisions_text.h"

#include <math.h>

#include "tui/panes/cell_text.h"

const char *decisions_kind_name(dove_store_decision_kind kind) {
  switch (kind) {
    case DOVE_STORE_SPLIT: return "split";
    case DOVE_STORE_MERGE: return "merge";
    case DOVE_STORE_RECREATE: return "re-creation";
  }
  return "";
}

static void add_codes(const dove_store_decision_code *codes, size_t count, bool sizes, dove_buffer *out) {
  for (size_t i = 0; i < count; i++) {
    if (i > 0) dove_buffer_add_text(out, ", ");
    dove_cell_line(out, codes[i].name);
    if (sizes && codes[i].size >= 0) dove_buffer_printf(out, " (%lld)", (long long)codes[i].size);
  }
}

void decisions_add_names(const dove_store_decision *decision, dove_buffer *out) {
  add_codes(decision->before, decision->before_count, false, out);
  if (decision->after_count == 0) return;
  dove_buffer_add_text(out, " → ");
  add_codes(decision->after, decision->after_count, false, out);
}

static void add_number(dove_buffer *out, const char *label, double value, int decimals, const char *meaning) {
  dove_buffer_printf(out, "%-11s", label);
  dove_cell_number(out, value, decimals);
  dove_buffer_printf(out, "  %s\n", meaning);
}

static void add_numbers(const dove_store_decision *decision, dove_buffer *out) {
  if (isfinite(decision->n)) add_number(out, "n", decision->n, 4, "usage: the sum of q(z|x) over the documents");
  if (isfinite(decision->z)) {
    add_number(out, "z", decision->z, 4,
               decision->z < 0 ? "standard deviations (the mean usage is above)"
                               : "standard deviations (the mean usage is below)");
  }
  if (isfinite(decision->d)) add_number(out, "d", decision->d, 4, "distortion; lower is better");
  if (isfinite(decision->d_previous)) {
    add_number(out, "previous d", decision->d_previous, 4, "distortion at the iteration before");
  } else if (decision->kind == DOVE_STORE_SPLIT) {
    dove_buffer_add_text(out, "previous d –  the code has no history: it counts as not fallen\n");
  }
  if (decision->neighbour == 0) return;
  dove_buffer_add_text(out, "neighbour  ");
  dove_cell_line(out, decision->neighbour_name);
  dove_buffer_add_text(out, ", cosine ");
  dove_cell_number(out, decision->neighbour_cosine, 4);
  dove_buffer_add_char(out, '\n');
}

void decisions_describe(const dove_store_decision *decision, dove_buffer *out) {
  dove_buffer_printf(out, "%s on the way to t %lld: %s\n\n", decisions_kind_name(decision->kind),
                     (long long)decision->t, decision->done ? "✓ done" : "○ considered and left");
  dove_buffer_add_text(out, "before     ");
  add_codes(decision->before, decision->before_count, true, out);
  dove_buffer_add_text(out, "\nafter      ");
  if (decision->after_count > 0) {
    add_codes(decision->after, decision->after_count, true, out);
    dove_buffer_add_text(out, "   (members when made)");
  } else {
    dove_buffer_add_text(out, "as before");
  }
  dove_buffer_printf(out, "\nrule       %s\n", decision->rule);
  if (decision->reason[0] != '\0') dove_buffer_printf(out, "left as    %s\n", decision->reason);
  if (decision->reviewer[0] != '\0') dove_buffer_printf(out, "reviewer   %s\n", decision->reviewer);
  add_numbers(decision, out);
}
