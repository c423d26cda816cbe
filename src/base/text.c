#include "dove/text.h"

#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

#include "dove/buffer.h"
#include "dove/memory.h"

enum { REPLACEMENT = 0xFFFD, ZERO_WIDTH_NON_JOINER = 0x200C, ZERO_WIDTH_JOINER = 0x200D };

static bool is_ascii_byte(char byte) { return byte != '\0' && ((unsigned char)byte & 0x80) == 0; }

static bool is_printable_ascii(char byte) { return byte >= 0x20 && byte < 0x7F; }

/* ---- Code points and bytes ---- */

size_t dove_utf8_decode(const char *text, size_t length, uint32_t *code_point) {
  if (length == 0) {
    *code_point = 0;
    return 0;
  }
  utf8proc_int32_t value = 0;
  utf8proc_ssize_t step =
      utf8proc_iterate((const utf8proc_uint8_t *)text, length > 4 ? 4 : (utf8proc_ssize_t)length, &value);
  if (step <= 0 || value <= 0) {
    *code_point = REPLACEMENT;
    return 1;
  }
  *code_point = (uint32_t)value;
  return (size_t)step;
}

/* A genuine U+FFFD takes three bytes, so one byte tells an invalid one. */
static bool is_invalid(size_t step, uint32_t code_point) { return step == 1 && code_point == REPLACEMENT; }

size_t dove_utf8_encode(uint32_t code_point, char out[4]) {
  utf8proc_uint8_t bytes[4];
  bool valid = code_point <= 0x10FFFF && utf8proc_codepoint_valid((utf8proc_int32_t)code_point);
  utf8proc_ssize_t length = utf8proc_encode_char(valid ? (utf8proc_int32_t)code_point : REPLACEMENT, bytes);
  memcpy(out, bytes, (size_t)length);
  return (size_t)length;
}

size_t dove_utf8_valid_prefix(const char *text, size_t length) {
  size_t offset = 0;
  while (offset < length) {
    if (is_ascii_byte(text[offset])) {
      offset++;
      continue;
    }
    uint32_t code_point;
    size_t step = dove_utf8_decode(text + offset, length - offset, &code_point);
    if (is_invalid(step, code_point)) break;
    offset += step;
  }
  return offset;
}

static bool starts_code_point(char byte) { return ((unsigned char)byte & 0xC0) != 0x80; }

size_t dove_utf8_count(const char *text, size_t length) {
  size_t count = 0;
  for (size_t i = 0; i < length; i++) count += starts_code_point(text[i]) ? 1 : 0;
  return count;
}

size_t dove_utf8_offset(const char *text, size_t length, size_t index) {
  for (size_t i = 0; i < length; i++) {
    if (!starts_code_point(text[i])) continue;
    if (index == 0) return i;
    index--;
  }
  return length;
}

/* ---- What may reach a terminal ---- */

static bool is_variation_selector(uint32_t code_point) {
  return (code_point >= 0xFE00 && code_point <= 0xFE0F) || (code_point >= 0xE0100 && code_point <= 0xE01EF) ||
         (code_point >= 0x180B && code_point <= 0x180D) || code_point == 0x180F;
}

static bool is_joiner(uint32_t code_point) {
  return code_point == ZERO_WIDTH_NON_JOINER || code_point == ZERO_WIDTH_JOINER;
}

/* Default ignorable characters that Unicode counts as letters or marks: invisible all the same. */
static bool is_invisible_letter(uint32_t code_point) {
  switch (code_point) {
    case 0x034F: /* combining grapheme joiner */
    case 0x115F: /* Hangul fillers */
    case 0x1160:
    case 0x3164:
    case 0xFFA0:
    case 0x17B4: /* Khmer inherent vowels */
    case 0x17B5: return true;
    default: return false;
  }
}

static bool is_blank(uint32_t code_point) {
  return utf8proc_category((utf8proc_int32_t)code_point) == UTF8PROC_CATEGORY_ZS;
}

bool dove_text_is_name(const char *text) {
  enum { LONGEST_NAME = 1000 };
  const size_t length = strnlen(text, LONGEST_NAME + 1);
  bool blank = true;
  if (length > LONGEST_NAME || dove_utf8_valid_prefix(text, length) != length) return false;
  for (size_t i = 0; i < length;) {
    uint32_t code_point;
    i += dove_utf8_decode(text + i, length - i, &code_point);
    if (utf8proc_category((utf8proc_int32_t)code_point) == UTF8PROC_CATEGORY_CC) return false;
    blank = blank && (is_blank(code_point) || dove_text_is_unsafe(code_point));
  }
  return !blank;
}

bool dove_text_is_unsafe(uint32_t code_point) {
  if (code_point >= 0x20 && code_point < 0x7F) return false;
  if (code_point > 0x10FFFF) return true;
  if (is_joiner(code_point) || is_variation_selector(code_point)) return false;
  switch (utf8proc_category((utf8proc_int32_t)code_point)) {
    case UTF8PROC_CATEGORY_CC:
    case UTF8PROC_CATEGORY_CF:
    case UTF8PROC_CATEGORY_CS:
    case UTF8PROC_CATEGORY_CN:
    case UTF8PROC_CATEGORY_ZL:
    case UTF8PROC_CATEGORY_ZP: return true;
    default: return is_invisible_letter(code_point);
  }
}

/* ---- The visible form ---- */

static bool is_mark(uint32_t code_point) {
  utf8proc_category_t category = utf8proc_category((utf8proc_int32_t)code_point);
  return category == UTF8PROC_CATEGORY_MN || category == UTF8PROC_CATEGORY_MC || category == UTF8PROC_CATEGORY_ME;
}

static int boundclass(uint32_t code_point) {
  return (int)utf8proc_get_property((utf8proc_int32_t)code_point)->boundclass;
}

/* Joiners shape Arabic and the scripts of South and South-East Asia, and glue emoji: nowhere else have they a sense. */
static bool joiner_fits(uint32_t before, uint32_t joiner, uint32_t after) {
  bool shaping_script = (before >= 0x0600 && before < 0x1100) || (before >= 0x1780 && before < 0x1C80) ||
                        (before >= 0xA800 && before < 0xAC00) || (before >= 0x10A00 && before < 0x12000);
  utf8proc_category_t category = utf8proc_category((utf8proc_int32_t)before);
  if (shaping_script && (category == UTF8PROC_CATEGORY_LO || is_mark(before))) return true;
  bool emoji_before = boundclass(before) == UTF8PROC_BOUNDCLASS_EXTENDED_PICTOGRAPHIC || before == 0xFE0F ||
                      (before >= 0x1F3FB && before <= 0x1F3FF);
  return joiner == ZERO_WIDTH_JOINER && emoji_before && boundclass(after) == UTF8PROC_BOUNDCLASS_EXTENDED_PICTOGRAPHIC;
}

/* One selector chooses the form of the character before it; further ones can only hide something. */
static bool selector_fits(uint32_t before) {
  return before > 0x20 && !is_joiner(before) && !is_variation_selector(before);
}

static bool is_trailing_jamo(uint32_t code_point) {
  int class = boundclass(code_point);
  return class == UTF8PROC_BOUNDCLASS_V || class == UTF8PROC_BOUNDCLASS_T;
}

static void add_code_point(dove_buffer *out, uint32_t code_point) {
  char bytes[4];
  dove_buffer_add(out, bytes, dove_utf8_encode(code_point, bytes));
}

/* "␛" for a control character that has a picture, "⟨202E⟩" for the others. */
static void add_unsafe(dove_buffer *out, uint32_t code_point) {
  if (code_point < 0x20) {
    add_code_point(out, 0x2400 + code_point);
  } else if (code_point == 0x7F) {
    add_code_point(out, 0x2421);
  } else {
    dove_buffer_printf(out, "⟨%04X⟩", (unsigned)code_point);
  }
}

/* Adds one code point of a cluster. `before` is the one that it follows in the cluster, 0 when it follows none that was
 * kept; the return value is `before` for the next one. */
static uint32_t add_visible(dove_buffer *out, uint32_t before, uint32_t code_point, uint32_t after) {
  bool hidden = dove_text_is_unsafe(code_point) || (is_joiner(code_point) && !joiner_fits(before, code_point, after)) ||
                (is_variation_selector(code_point) && !selector_fits(before)) ||
                (before == 0 && is_trailing_jamo(code_point));
  if (hidden) {
    add_unsafe(out, code_point);
    return 0;
  }
  if (before == 0 && is_mark(code_point)) add_code_point(out, 0x25CC); /* a base for the mark: dotted circle */
  add_code_point(out, code_point);
  return code_point;
}

typedef struct visible_job {
  dove_buffer out;
  bool lines; /* keep line feeds, expand tabs */
  const size_t *marks;
  size_t *offsets;
  size_t count;
  size_t next_mark;
  size_t index; /* of the code point about to be written */
} visible_job;

static void note_mark(visible_job *job) {
  while (job->next_mark < job->count && job->marks[job->next_mark] <= job->index) {
    job->offsets[job->next_mark++] = job->out.length;
  }
  job->index++;
}

static bool add_layout(visible_job *job, const char *text, size_t length) {
  if (!job->lines) return false;
  if (length == 2 && text[0] == '\r' && text[1] == '\n') {
    note_mark(job);
    note_mark(job);
    dove_buffer_add_char(&job->out, '\n');
    return true;
  }
  if (length != 1 || (text[0] != '\n' && text[0] != '\t')) return false;
  note_mark(job);
  dove_buffer_add_text(&job->out, text[0] == '\n' ? "\n" : "    ");
  return true;
}

static void add_cluster(visible_job *job, const char *text, size_t length) {
  if (add_layout(job, text, length)) return;
  uint32_t before = 0;
  for (size_t offset = 0; offset < length;) {
    uint32_t code_point;
    uint32_t after;
    size_t step = dove_utf8_decode(text + offset, length - offset, &code_point);
    dove_utf8_decode(text + offset + step, length - offset - step, &after);
    note_mark(job);
    if (!is_invalid(step, code_point)) {
      before = add_visible(&job->out, before, code_point, after);
    } else if (text[offset] == '\0') {
      add_unsafe(&job->out, 0);
      before = 0;
    } else {
      dove_buffer_printf(&job->out, "⟨%02X⟩", (unsigned)(unsigned char)text[offset]);
      before = 0;
    }
    offset += step;
  }
}

/* Printable ASCII whose successor is ASCII too is a cluster by itself. */
static size_t plain_run(const char *text, size_t length) {
  size_t run = 0;
  while (run < length && is_printable_ascii(text[run])) run++;
  return run > 0 && run < length && (text[run] & 0x80) != 0 ? run - 1 : run;
}

static char *make_visible(visible_job *job, const char *text, size_t length) {
  for (size_t offset = 0; offset < length;) {
    size_t run = plain_run(text + offset, length - offset);
    if (run > 0 && job->next_mark == job->count) {
      dove_buffer_add(&job->out, text + offset, run);
      offset += run;
      continue;
    }
    int columns;
    size_t step = dove_text_cluster(text + offset, length - offset, &columns);
    add_cluster(job, text + offset, step);
    offset += step;
  }
  while (job->next_mark < job->count) job->offsets[job->next_mark++] = job->out.length;
  return dove_buffer_take(&job->out);
}

char *dove_text_visible(const char *text, size_t length) {
  visible_job job = {.lines = false};
  return make_visible(&job, text, length);
}

bool dove_text_is_visible(const char *text, size_t length) {
  bool first = true;
  for (size_t offset = 0; offset < length; first = false) {
    if (is_printable_ascii(text[offset])) {
      offset++;
      continue;
    }
    uint32_t code_point;
    const size_t step = dove_utf8_decode(text + offset, length - offset, &code_point);
    if (is_invalid(step, code_point) || dove_text_is_unsafe(code_point) || is_joiner(code_point) ||
        is_variation_selector(code_point) || is_trailing_jamo(code_point) || (first && is_mark(code_point)))
      return false;
    offset += step;
  }
  return true;
}

char *dove_text_visible_lines(const char *text, size_t length, const size_t *marks, size_t *offsets, size_t count) {
  visible_job job = {.lines = true, .marks = marks, .offsets = offsets, .count = count};
  return make_visible(&job, text, length);
}

/* ---- Folding ---- */

static char *fold_ascii(const char *text, size_t length) {
  char *folded = dove_strndup(text, length);
  if (folded == NULL) return NULL;
  for (size_t i = 0; i < length; i++) {
    if (folded[i] >= 'A' && folded[i] <= 'Z') folded[i] = (char)(folded[i] - 'A' + 'a');
  }
  return folded;
}

/* A copy with U+FFFD for each invalid byte, since utf8proc refuses text that is not valid. */
static char *make_valid(const char *text, size_t length) {
  dove_buffer valid = {0};
  for (size_t offset = 0; offset < length;) {
    size_t good = dove_utf8_valid_prefix(text + offset, length - offset);
    dove_buffer_add(&valid, text + offset, good);
    offset += good;
    if (offset < length) {
      add_code_point(&valid, REPLACEMENT);
      offset++;
    }
  }
  return dove_buffer_take(&valid);
}

static bool is_ascii(const char *text, size_t length) {
  for (size_t i = 0; i < length; i++) {
    if (!is_ascii_byte(text[i])) return false;
  }
  return true;
}

char *dove_text_fold(const char *text, size_t length) {
  if (is_ascii(text, length)) return fold_ascii(text, length);
  char *valid = make_valid(text, length);
  if (valid == NULL) return NULL;
  utf8proc_uint8_t *folded = NULL;
  utf8proc_map((const utf8proc_uint8_t *)valid, 0, &folded,
               UTF8PROC_NULLTERM | UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_CASEFOLD);
  free(valid);
  return (char *)folded;
}
