#include "dove/evidence.h"

#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

#include "dove/memory.h"
#include "dove/text.h"

/* A text made comparable: elements with the code point of the source that each came from. */
typedef struct plain_text {
  uint32_t *element;
  uint32_t *source;
  size_t count;
  size_t element_capacity;
  size_t source_capacity;
  bool failed;
} plain_text;

static void free_plain(plain_text *plain) {
  free(plain->element);
  free(plain->source);
}

static void append(plain_text *plain, uint32_t element, size_t source) {
  void *elements = plain->element, *sources = plain->source;
  if (!plain->failed) {
    plain->failed = !dove_grow(&elements, &plain->element_capacity, plain->count + 1, sizeof *plain->element) ||
                    !dove_grow(&sources, &plain->source_capacity, plain->count + 1, sizeof *plain->source);
  }
  plain->element = elements;
  plain->source = sources;
  if (plain->failed) return;
  plain->element[plain->count] = element;
  plain->source[plain->count++] = (uint32_t)source;
}

static bool is_space(uint32_t c) {
  return c == ' ' || (c >= 0x09 && c <= 0x0d) || c == 0x85 || c == 0xa0 || c == 0x1680 ||
         (c >= 0x2000 && c <= 0x200a) || c == 0x2028 || c == 0x2029 || c == 0x202f || c == 0x205f || c == 0x3000;
}

static bool is_ignored(uint32_t c) { return c == 0xad || c == 0x200b || c == 0x2060 || c == 0xfeff; }

static bool is_one_of(uint32_t c, const uint32_t *list, size_t count) {
  for (size_t i = 0; i < count; i++) {
    if (list[i] == c) return true;
  }
  return false;
}

/* The plain form of punctuation that is typed in several ways; other code points as they are. */
static uint32_t plain_form(uint32_t c) {
  static const uint32_t quotes[] = {0xab,   0xbb,   0x201c, 0x201d, 0x201e, 0x201f, 0x2033, 0x300c,
                                    0x300d, 0x300e, 0x300f, 0x301d, 0x301e, 0x301f, 0xff02};
  static const uint32_t apostrophes[] = {0x60, 0xb4, 0x2018, 0x2019, 0x201a, 0x201b, 0x2032, 0x2039, 0x203a};
  static const uint32_t dashes[] = {0x2010, 0x2011, 0x2012, 0x2013, 0x2014, 0x2015, 0x2212};
  if (c < 0x60) return c;
  if (is_one_of(c, quotes, sizeof quotes / sizeof quotes[0])) return '"';
  if (is_one_of(c, apostrophes, sizeof apostrophes / sizeof apostrophes[0])) return '\'';
  if (is_one_of(c, dashes, sizeof dashes / sizeof dashes[0])) return '-';
  return c >= 0xff01 && c <= 0xff5e ? c - 0xff01 + '!' : c;
}

static void append_decomposed(plain_text *plain, uint32_t c, size_t source) {
  utf8proc_int32_t parts[16];
  int boundary = 0;
  const utf8proc_ssize_t count =
      utf8proc_decompose_char((utf8proc_int32_t)c, parts, 16, UTF8PROC_DECOMPOSE | UTF8PROC_STABLE, &boundary);
  if (count < 1 || count > 16) {
    append(plain, c, source);
    return;
  }
  for (utf8proc_ssize_t i = 0; i < count; i++) append(plain, (uint32_t)parts[i], source);
}

static void append_plain(plain_text *plain, uint32_t c, size_t source) {
  if (is_ignored(c)) return;
  if (is_space(c)) {
    if (plain->count == 0 || plain->element[plain->count - 1] != ' ') append(plain, ' ', source);
  } else if (c == 0x2026) {
    for (int i = 0; i < 3; i++) append(plain, '.', source);
  } else {
    append_decomposed(plain, plain_form(c), source);
  }
}

static bool make_plain(const char *text, plain_text *plain) {
  size_t length = strlen(text), source = 0;
  *plain = (plain_text){0};
  for (size_t offset = 0; offset < length && !plain->failed; source++) {
    uint32_t c = 0;
    const size_t step = dove_utf8_decode(text + offset, length - offset, &c);
    append_plain(plain, c, source);
    offset += step;
  }
  if (plain->failed) free_plain(plain);
  return !plain->failed;
}

static bool is_frame(uint32_t element) { return element == ' ' || element == '"' || element == '\'' || element == '.'; }

/* Leaves out white space, quotation marks and dots around the evidence. */
static void trim(const plain_text *evidence, size_t *start, size_t *count) {
  size_t first = 0, end = evidence->count;
  while (first < end && is_frame(evidence->element[first])) first++;
  while (end > first && is_frame(evidence->element[end - 1])) end--;
  *start = first;
  *count = end - first;
}

/* Knuth–Morris–Pratt: border[i] is the length of the longest proper prefix of needle[0 … i] that is also its suffix. */
static void find_borders(const uint32_t *needle, size_t count, size_t *border) {
  border[0] = 0;
  for (size_t i = 1, matched = 0; i < count; i++) {
    while (matched > 0 && needle[i] != needle[matched]) matched = border[matched - 1];
    if (needle[i] == needle[matched]) matched++;
    border[i] = matched;
  }
}

/* A match must not cut a source character in two. */
static bool whole_characters(const plain_text *text, size_t first, size_t end) {
  return (first == 0 || text->source[first - 1] != text->source[first]) &&
         (end == text->count || text->source[end] != text->source[end - 1]);
}

static bool search(const plain_text *text, const uint32_t *needle, size_t count, const size_t *border,
                   dove_evidence_span *span) {
  for (size_t i = 0, matched = 0; i < text->count; i++) {
    while (matched > 0 && text->element[i] != needle[matched]) matched = border[matched - 1];
    if (text->element[i] == needle[matched]) matched++;
    if (matched < count) continue;
    if (whole_characters(text, i + 1 - count, i + 1)) {
      *span = (dove_evidence_span){text->source[i + 1 - count], (uint64_t)text->source[i] + 1};
      return true;
    }
    matched = border[matched - 1];
  }
  return false;
}

static bool find_plain(const char *text, const char *evidence, dove_evidence_span *span) {
  plain_text haystack, needle;
  if (!make_plain(evidence, &needle)) return false;
  size_t start = 0, count = 0;
  trim(&needle, &start, &count);
  bool found = false;
  size_t *border = count > 0 ? dove_alloc(count, sizeof *border) : NULL;
  if (border != NULL && make_plain(text, &haystack)) {
    find_borders(needle.element + start, count, border);
    found = search(&haystack, needle.element + start, count, border, span);
    free_plain(&haystack);
  }
  free(border);
  free_plain(&needle);
  return found;
}

bool dove_evidence_find(const char *text, const char *evidence, dove_evidence_span *span) {
  const char *place = evidence[0] != '\0' ? strstr(text, evidence) : NULL;
  if (place == NULL) return find_plain(text, evidence, span);
  span->start = dove_utf8_count(text, (size_t)(place - text));
  span->end = span->start + dove_utf8_count(evidence, strlen(evidence));
  return true;
}
