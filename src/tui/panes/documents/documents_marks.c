#include "tui/panes/documents/documents_marks.h"

#include <stdlib.h>
#include <string.h>

#include "dove/memory.h"
#include "dove/text.h"

/* Where a sign goes. At one place, what ends comes before what begins. */
typedef struct sign {
  size_t at; /* code point of the text */
  bool begins;
  size_t range;
} sign;

static int compare_signs(const void *a, const void *b) {
  const sign *left = a;
  const sign *right = b;
  if (left->at != right->at) return left->at < right->at ? -1 : 1;
  if (left->begins != right->begins) return left->begins ? 1 : -1;
  return left->range < right->range ? -1 : left->range > right->range ? 1 : 0;
}

/* By place; the selected code's last among equals, so that the equals that are dropped are the others. */
static int compare_evidence(const void *a, const void *b) {
  const documents_evidence *left = a;
  const documents_evidence *right = b;
  if (left->start != right->start) return left->start < right->start ? -1 : 1;
  if (left->end != right->end) return left->end < right->end ? -1 : 1;
  return left->focus == right->focus ? 0 : left->focus ? 1 : -1;
}

/* Copies the text with the signs in it; `ranges` get their new places, signs included. */
static void put_signs(const char *text, const sign *signs, size_t count, dove_text_range *ranges, dove_buffer *out) {
  size_t length = strlen(text);
  size_t point = 0;
  size_t offset = 0;
  for (size_t i = 0; i < count; i++) {
    size_t next = offset + dove_utf8_offset(text + offset, length - offset, signs[i].at - point);
    dove_buffer_add(out, text + offset, next - offset);
    point = signs[i].at;
    offset = next;
    dove_buffer_add_text(out, signs[i].begins ? "▌" : "▐");
    if (signs[i].begins) {
      ranges[signs[i].range].first = point + i;
    } else {
      ranges[signs[i].range].end = point + i + 1;
    }
  }
  dove_buffer_add(out, text + offset, length - offset);
}

static dove_status set_with_signs(dove_text_view *view, const char *text, dove_text_range *ranges, size_t count,
                                  dove_error *error) {
  sign *signs = dove_alloc(2 * count, sizeof *signs);
  if (signs == NULL) return dove_fail_memory(error, "marking the evidence");
  for (size_t i = 0; i < count; i++) {
    signs[2 * i] = (sign){.at = ranges[i].first, .begins = true, .range = i};
    signs[2 * i + 1] = (sign){.at = ranges[i].end, .begins = false, .range = i};
  }
  qsort(signs, 2 * count, sizeof *signs, compare_signs);
  dove_buffer marked = {0};
  put_signs(text, signs, 2 * count, ranges, &marked);
  dove_status status = marked.failed
                           ? dove_fail_memory(error, "marking the evidence")
                           : dove_text_view_set(view, dove_buffer_text(&marked), marked.length, ranges, count, error);
  dove_buffer_free(&marked);
  free(signs);
  return status;
}

/* Appends the ranges of one kind, each place once. */
static size_t add_ranges(const documents_evidence *evidence, size_t count, bool focus, dove_text_range *ranges,
                         size_t used) {
  for (size_t i = 0; i < count; i++) {
    bool repeated =
        i + 1 < count && evidence[i].start == evidence[i + 1].start && evidence[i].end == evidence[i + 1].end;
    if (evidence[i].focus != focus || repeated) continue;
    dove_style style = {.role = focus ? DOVE_ROLE_EVIDENCE_FOCUS : DOVE_ROLE_EVIDENCE,
                        .attributes = focus ? DOVE_BOLD | DOVE_UNDERLINE : DOVE_UNDERLINE};
    ranges[used++] = (dove_text_range){evidence[i].start, evidence[i].end, style, (int64_t)evidence[i].start};
  }
  return used;
}

dove_status documents_marks_set(dove_text_view *view, const char *text, documents_evidence *evidence, size_t count,
                                bool signs, dove_error *error) {
  dove_text_range *ranges = dove_alloc(count, sizeof *ranges);
  if (ranges == NULL) return dove_fail_memory(error, "marking the evidence");
  qsort(evidence, count, sizeof *evidence, compare_evidence);
  /* Later ranges are drawn over earlier ones. */
  size_t used = add_ranges(evidence, count, false, ranges, 0);
  used = add_ranges(evidence, count, true, ranges, used);
  dove_status status = signs ? set_with_signs(view, text, ranges, used, error)
                             : dove_text_view_set(view, text, strlen(text), ranges, used, error);
  free(ranges);
  return status;
}
