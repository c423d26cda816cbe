#include "dove/near_word.h"

#include <stdbool.h>
#include <stdint.h>

enum { LONGEST = 40, MOST_EDITS = 2 };

static size_t least(size_t a, size_t b) { return a < b ? a : b; }

/* The distance of optimal string alignment, by rows; the row before the last is kept for swapped neighbours. */
static size_t distance(const char *a, size_t a_length, const char *b, size_t b_length) {
  size_t rows[3][LONGEST + 1];
  size_t *before = rows[0], *above = rows[1], *row = rows[2];
  for (size_t j = 0; j <= b_length; j++) above[j] = j;
  for (size_t i = 1; i <= a_length; i++) {
    row[0] = i;
    for (size_t j = 1; j <= b_length; j++) {
      row[j] = least(least(above[j], row[j - 1]) + 1, above[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1));
      const bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
      if (swapped) row[j] = least(row[j], before[j - 2] + 1);
    }
    size_t *free_row = before;
    before = above;
    above = row;
    row = free_row;
  }
  return above[b_length];
}

size_t dove_near_word(const char *typed, size_t typed_length, const char *word, size_t length) {
  if (typed_length > LONGEST || length > LONGEST) return SIZE_MAX;
  const size_t edits = distance(typed, typed_length, word, length);
  return edits <= MOST_EDITS && 3 * edits <= typed_length + 1 ? edits : SIZE_MAX;
}
