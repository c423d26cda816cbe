#include "tui/panes/decisions/decisions_reviews.h"

#include "dove/clock.h"
#include "tui/panes/cell_text.h"

dove_status decisions_reviews_load(decisions_reviews *reviews, dove_model *model, int64_t run, dove_error *error) {
  decisions_reviews_free(reviews);
  reviews->run = run;
  return dove_model_reviews(model, 0, &reviews->list, error);
}

void decisions_reviews_free(decisions_reviews *reviews) { dove_store_override_list_free(&reviews->list); }

size_t decisions_reviews_pending(const decisions_reviews *reviews) {
  size_t count = 0;
  for (size_t i = 0; i < reviews->list.count; i++) {
    const dove_store_override *row = &reviews->list.rows[i];
    count += row->run == reviews->run && row->withdrawn == 0 && dove_review_acts(row->kind);
  }
  return count;
}

/* One that was entered on the decision, or on a code that it took, in the same step. */
static bool is_about(const decisions_reviews *reviews, const dove_store_override *row,
                     const dove_store_decision *decision) {
  if (row->decision != 0) return row->decision == decision->id;
  if (row->run != reviews->run) return false;
  for (size_t i = 0; i < decision->before_count; i++) {
    if (row->t == decision->t && row->code == decision->before[i].code) return true;
  }
  return false;
}

static dove_role role_of(dove_review_kind kind) {
  switch (kind) {
    case DOVE_REVIEW_AGREE: return DOVE_ROLE_GOOD;
    case DOVE_REVIEW_DISAGREE:
    case DOVE_REVIEW_VETO: return DOVE_ROLE_BAD;
    case DOVE_REVIEW_MERGE:
    case DOVE_REVIEW_SPLIT:
    case DOVE_REVIEW_RENAME: return DOVE_ROLE_WARNING;
    case DOVE_REVIEW_COMMENT:
    case DOVE_REVIEW_KINDS: break;
  }
  return DOVE_ROLE_NORMAL;
}

void decisions_reviews_mark(const decisions_reviews *reviews, const dove_store_decision *decision, dove_buffer *out,
                            dove_style *style) {
  const dove_store_override *newest = NULL;
  size_t others = 0;
  for (size_t i = 0; i < reviews->list.count; i++) {
    const dove_store_override *row = &reviews->list.rows[i];
    if (row->withdrawn != 0 || !is_about(reviews, row, decision)) continue;
    others += newest != NULL;
    if (newest == NULL || dove_review_acts(row->kind) || !dove_review_acts(newest->kind)) newest = row;
  }
  if (newest == NULL) return;
  *style = dove_style_of(role_of(newest->kind));
  dove_buffer_printf(out, "%s ", dove_review_kind_name(newest->kind));
  dove_cell_line(out, newest->author);
  if (others > 0) dove_buffer_printf(out, " +%zu", others);
}

static void describe_one(const dove_store_override *row, dove_buffer *out) {
  char when[32];
  dove_clock_format(row->time, when, sizeof when);
  dove_buffer_printf(out, "%s  ", when);
  dove_cell_line(out, row->author);
  dove_buffer_printf(out, ": %s", dove_review_kind_name(row->kind));
  if (row->kind == DOVE_REVIEW_MERGE) dove_buffer_printf(out, " %s into %s", row->code_name, row->other_name);
  if (row->kind == DOVE_REVIEW_SPLIT) dove_buffer_printf(out, " %s", row->code_name);
  if (row->kind == DOVE_REVIEW_RENAME) dove_buffer_printf(out, " %s as %s", row->code_name, row->name);
  if (row->note[0] != '\0') {
    dove_buffer_add_text(out, " – ");
    dove_cell_line(out, row->note);
  }
  if (row->withdrawn != 0) {
    dove_buffer_add_text(out, " (withdrawn)");
  } else if (row->uses > 0) {
    dove_buffer_printf(out, row->applied ? " (run %lld)" : " (impossible in run %lld)", (long long)row->last_run);
  } else if (dove_review_acts(row->kind)) {
    dove_buffer_add_text(out, " (stands; b builds a run)");
  }
  dove_buffer_add_char(out, '\n');
}

void decisions_reviews_describe(const decisions_reviews *reviews, const dove_store_decision *decision,
                                dove_buffer *out) {
  bool first = true;
  for (size_t i = 0; i < reviews->list.count; i++) {
    if (!is_about(reviews, &reviews->list.rows[i], decision)) continue;
    first = false;
    describe_one(&reviews->list.rows[i], out);
  }
  if (!first) dove_buffer_add_char(out, '\n');
}

const dove_store_override *decisions_reviews_newest(const decisions_reviews *reviews,
                                                    const dove_store_decision *decision) {
  const dove_store_override *newest = NULL;
  for (size_t i = 0; i < reviews->list.count; i++) {
    if (is_about(reviews, &reviews->list.rows[i], decision)) newest = &reviews->list.rows[i];
  }
  return newest;
}
