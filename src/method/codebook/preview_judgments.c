/* Which answers of annotators would go stale: they follow a code while its members are the same (annotation.h). */
#include <stdlib.h>
#include <string.h>

#include "dove/memory.h"
#include "method/codebook/members.h"
#include "method/codebook/preview_parts.h"

/* A codebook in memory with the members of its codes. */
typedef struct grouped {
  const preview_side *side;
  const dove_expression_set *set;
  dove_members members; /* rising, as the ids are */
} grouped;

static dove_status group(const dove_expression_set *set, const preview_side *side, grouped *made, dove_error *error) {
  *made = (grouped){.side = side, .set = set};
  return dove_members_group(side->measurement.label, set->expressions, side->codebook.count, &made->members, error);
}

static int compare_ids(const void *left, const void *right) {
  const int64_t a = *(const int64_t *)left, b = *(const int64_t *)right;
  return (a > b) - (a < b);
}

/* The place of an expression; the number of expressions when it is not among them. */
static size_t place_of(const dove_expression_set *set, int64_t expression) {
  const int64_t *found =
      bsearch(&expression, set->expression_ids, set->expressions, sizeof *set->expression_ids, compare_ids);
  return found != NULL ? (size_t)(found - set->expression_ids) : set->expressions;
}

/* Whether a code of the codebook has just these members (rising). A code without any is only itself. */
static bool holds(const grouped *book, int64_t code, const int64_t *members, size_t count) {
  if (count == 0) {
    const size_t same = dove_codebook_find(&book->side->codebook, code);
    return same < book->side->codebook.count && dove_members_count(&book->members, same) == 0;
  }
  const size_t first = place_of(book->set, members[0]);
  if (first == book->set->expressions) return false;
  const uint32_t k = book->side->measurement.label[first];
  if (dove_members_count(&book->members, k) != count) return false;
  const uint32_t *items = dove_members_of(&book->members, k);
  for (size_t i = 0; i < count; i++) {
    if (book->set->expression_ids[items[i]] != members[i]) return false;
  }
  return true;
}

/* A codebook that was judged, as it is stored. */
typedef struct judged {
  int64_t iteration; /* 0: none yet */
  dove_store_codebook codebook;
  dove_store_members members; /* each code's rising */
} judged;

static void judged_free(judged *book) {
  dove_store_codebook_free(&book->codebook);
  dove_store_members_free(&book->members);
  *book = (judged){0};
}

static dove_status judged_read(dove_store *store, int64_t iteration, judged *book, dove_error *error) {
  judged_free(book);
  dove_status status = dove_store_codebook_read(store, iteration, &book->codebook, error);
  if (status == DOVE_OK) status = dove_store_members_read(store, iteration, &book->members, error);
  if (status != DOVE_OK) return status;
  book->iteration = iteration;
  for (size_t k = 0; k < book->members.codes; k++) {
    const size_t start = book->members.offsets[k];
    qsort(book->members.expressions + start, book->members.offsets[k + 1] - start, sizeof(int64_t), compare_ids);
  }
  return DOVE_OK;
}

static void count_code(const judged *book, const dove_store_judged_code *row, const grouped *before,
                       const grouped *after, dove_preview *preview) {
  for (size_t k = 0; k < book->codebook.codes; k++) {
    if (book->codebook.ids[k] != row->code) continue;
    const int64_t *members = book->members.expressions + book->members.offsets[k];
    const size_t count = book->members.offsets[k + 1] - book->members.offsets[k];
    if (!holds(before, row->code, members, count)) return;
    preview->judgments += row->judgments;
    if (!holds(after, row->code, members, count)) preview->judgments_stale += row->judgments;
    return;
  }
}

static dove_status count_all(dove_store *store, const grouped *before, const grouped *after, dove_preview *preview,
                             dove_error *error) {
  dove_store_judged_codes rows = {0};
  judged book = {0};
  dove_status status = dove_store_judged_codes_read(store, &rows, error);
  for (size_t i = 0; i < rows.count && status == DOVE_OK; i++) {
    if (rows.rows[i].iteration != book.iteration) status = judged_read(store, rows.rows[i].iteration, &book, error);
    if (status == DOVE_OK) count_code(&book, &rows.rows[i], before, after, preview);
  }
  judged_free(&book);
  dove_store_judged_codes_free(&rows);
  return status;
}

dove_status preview_judgments(dove_store *store, const dove_expression_set *set, const preview_side *before,
                              const preview_side *after, dove_preview *preview, dove_error *error) {
  grouped first = {0}, second = {0};
  dove_status status = group(set, before, &first, error);
  if (status == DOVE_OK) status = group(set, after, &second, error);
  if (status == DOVE_OK) status = count_all(store, &first, &second, preview, error);
  dove_members_free(&first.members);
  dove_members_free(&second.members);
  return status;
}
