#include <utf8proc.h>

#include "dove/text.h"

static const utf8proc_property_t *property(uint32_t code_point) {
  return utf8proc_get_property((utf8proc_int32_t)code_point);
}

/* Columns of a code point standing alone, as the C library's and the terminals' tables have it. utf8proc differs in two
 * points: it gives spacing marks no column, and the vowels and finals of decomposed Hangul one each. */
static int code_point_columns(uint32_t code_point) {
  const utf8proc_property_t *found = property(code_point);
  if (found->boundclass == UTF8PROC_BOUNDCLASS_V || found->boundclass == UTF8PROC_BOUNDCLASS_T) return 0;
  if (found->category == UTF8PROC_CATEGORY_MC) return 1;
  if (dove_text_is_unsafe(code_point)) return 1;
  return (int)found->charwidth;
}

static bool is_plain(const char *text) { return text[0] >= 0x20 && text[0] < 0x7F; }

/* What the members of a cluster say together about its width. */
typedef struct cluster_width {
  uint32_t first;
  size_t count; /* code points */
  int sum;      /* of their columns, each alone */
  bool emoji;   /* emoji style was asked for, or pictographs are joined */
} cluster_width;

static void width_add(cluster_width *width, uint32_t code_point) {
  int boundclass = (int)property(code_point)->boundclass;
  if (width->count == 0) width->first = code_point;
  bool joined_pictograph = width->count > 0 && boundclass == UTF8PROC_BOUNDCLASS_EXTENDED_PICTOGRAPHIC;
  width->emoji = width->emoji || (width->count > 0 && code_point == 0xFE0F) || joined_pictograph;
  width->sum += code_point_columns(code_point);
  width->count++;
}

static int width_columns(const cluster_width *width) {
  if (width->emoji) return 2;
  return width->sum > 2 ? 2 : width->sum;
}

size_t dove_text_cluster(const char *text, size_t length, int *columns) {
  *columns = 0;
  if (length == 0) return 0;
  if (is_plain(text) && (length == 1 || (text[1] & 0x80) == 0)) {
    *columns = 1;
    return 1;
  }
  cluster_width width = {0};
  utf8proc_int32_t state = 0;
  uint32_t before = 0;
  size_t offset = 0;
  while (offset < length) {
    uint32_t code_point;
    size_t step = dove_utf8_decode(text + offset, length - offset, &code_point);
    if (offset > 0 &&
        utf8proc_grapheme_break_stateful((utf8proc_int32_t)before, (utf8proc_int32_t)code_point, &state)) {
      break;
    }
    width_add(&width, code_point);
    before = code_point;
    offset += step;
  }
  *columns = width_columns(&width);
  return offset;
}

int dove_text_columns(const char *text, size_t length) {
  int total = 0;
  for (size_t offset = 0; offset < length;) {
    int columns;
    offset += dove_text_cluster(text + offset, length - offset, &columns);
    total += columns;
  }
  return total;
}

size_t dove_text_fit(const char *text, size_t length, int columns, int *used) {
  size_t offset = 0;
  *used = 0;
  while (offset < length) {
    int wide;
    size_t step = dove_text_cluster(text + offset, length - offset, &wide);
    if (*used + wide > columns) break;
    *used += wide;
    offset += step;
  }
  return offset;
}
