/* What sets two sides apart: how much more one of them uses each code than the other, with an interval and a picture.
 */
#ifndef DOVE_TUI_PANES_CODES_SIDES_H
#define DOVE_TUI_PANES_CODES_SIDES_H

#include "dove/model_usage.h"
#include "tui/panes/memory_list.h"

enum { CODES_SIDES_COLUMNS = 6 };

typedef struct codes_sides {
  dove_memory_list rows;
  dove_list_column columns[CODES_SIDES_COLUMNS];
  char *name[2]; /* owned: of the sides, so that they are found again whatever is read */
  int side[2];
  const dove_usage_matrix *matrix;
  dove_usage_contrast contrast;
  double widest; /* of all intervals from 0: half of the picture */
} codes_sides;

/* People against models, until something else is chosen. */
void codes_sides_init(codes_sides *sides);
void codes_sides_free(codes_sides *sides);

/* Reads both sides at the iteration that is looked at. */
dove_status codes_sides_load(codes_sides *sides, dove_model *model, dove_error *error);

/* Empties it: what it holds may be out of date. */
void codes_sides_forget(codes_sides *sides);

/* Puts another side in place `which` (0: first): the next one, or that of `name`. Load afterwards. */
dove_status codes_sides_choose(codes_sides *sides, dove_model *model, size_t which, const char *name,
                               dove_error *error);

void codes_sides_draw(codes_sides *sides, const dove_surface *surface, bool focus);

/* "people − models". */
void codes_sides_title(const codes_sides *sides, dove_buffer *out);

/* "KR − aster: ▲ 3.1, 95 % 0.4 … 5.8" for a code of the codebook; nothing when it is not known. */
void codes_sides_describe(const codes_sides *sides, int64_t code, dove_buffer *out);

/* "KR\taster", and back; names without tabs. */
void codes_sides_save(const codes_sides *sides, dove_buffer *state);
void codes_sides_restore(codes_sides *sides, const char *first, const char *second);

#endif
