#include "llm/embedded/english_sentence.h"

#include <string.h>
#include <utf8proc.h>

#include "dove/text.h"

static bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
static bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
static bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
static bool is_digit(char c) { return c >= '0' && c <= '9'; }

static bool starts_with(const char *text, size_t length, const char *start) {
  const size_t size = strlen(start);
  return length >= size && memcmp(text, start, size) == 0;
}

/* Bytes of the closing quotes and brackets at `text`. */
static size_t closing_marks(const char *text, size_t length) {
  static const char *const marks[] = {"\"", "'", ")", "]", "”", "’", "»"};
  size_t at = 0;
  for (size_t i = 0; i < sizeof marks / sizeof marks[0];) {
    if (starts_with(text + at, length - at, marks[i])) {
      at += strlen(marks[i]);
      i = 0;
    } else {
      i++;
    }
  }
  return at;
}

/* True when the full stop at `stop` belongs to an abbreviation or an initial. */
static bool is_abbreviation(const char *text, size_t start, size_t stop) {
  static const char *const known[] = {"mr",  "mrs", "ms", "dr",  "prof",   "st",  "sr",  "jr",  "vs", "e.g",
                                      "i.e", "cf",  "no", "fig", "approx", "u.s", "u.k", "a.m", "p.m"};
  size_t first = stop;
  while (first > start && !is_space(text[first - 1]) && text[first - 1] != '(') first--;
  const size_t length = stop - first;
  if (length == 1 && is_upper(text[first]) && text[first] != 'I') return true;
  for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
    if (strlen(known[i]) != length) continue;
    size_t same = 0;
    while (same < length && (text[first + same] | 0x20) == (known[i][same] | 0x20)) same++;
    if (same == length && !(strcmp(known[i], "no") == 0 && !is_digit(text[stop + 1 + (text[stop + 1] == ' ')])))
      return true;
  }
  return false;
}

/* True when a sentence ends with the mark at `at`; *end is then behind it and what closes after it. */
static bool ends_at_mark(const char *text, size_t length, size_t start, size_t at, size_t *end) {
  const char mark = text[at];
  const bool ellipsis = starts_with(text + at, length - at, "…");
  if (mark != '.' && mark != '!' && mark != '?' && !ellipsis) return false;
  size_t after = at + (ellipsis ? strlen("…") : 1);
  while (after < length && (text[after] == '.' || text[after] == '!' || text[after] == '?')) after++;
  const bool single = mark == '.' && after == at + 1;
  if (single && is_abbreviation(text, start, at)) return false;
  after += closing_marks(text + after, length - after);
  *end = after;
  if (after >= length) return true;
  /* A space was forgotten ("success.However"). */
  if (!is_space(text[after])) return single && at > start && is_lower(text[at - 1]) && is_upper(text[after]);
  while (after < length && is_space(text[after])) after++;
  return after >= length || !is_lower(text[after]) || mark == '!' || mark == '?';
}

static bool is_list_item(const char *text, size_t length) {
  if (length < 2) return false;
  if (text[0] == '-' || text[0] == '*' || starts_with(text, length, "•")) return true;
  return is_digit(text[0]) && (text[1] == '.' || text[1] == ')');
}

/* A line end divides sentences before an empty line, before a list item, and after a short line (a title). */
static bool ends_at_line(const char *text, size_t length, size_t start, size_t at) {
  enum { SHORT_LINE = 60 };
  if (text[at] != '\n') return false;
  size_t next = at + 1;
  while (next < length && (text[next] == ' ' || text[next] == '\t' || text[next] == '\r')) next++;
  if (next >= length || text[next] == '\n' || is_list_item(text + next, length - next)) return true;
  size_t line = at;
  while (line > start && text[line - 1] != '\n') line--;
  return at - line < SHORT_LINE && !is_lower(text[next]);
}

bool next_sentence(const char *text, size_t length, size_t *at, sentence_span *sentence) {
  size_t start = *at;
  while (start < length && is_space(text[start])) start++;
  if (start >= length) return false;
  size_t end = length;
  for (size_t i = start; i < length; i++) {
    if (ends_at_mark(text, length, start, i, &end)) break;
    if (ends_at_line(text, length, start, i)) {
      end = i;
      break;
    }
    end = length;
  }
  *at = end;
  while (end > start && is_space(text[end - 1])) end--;
  size_t last = end;
  while (last > start && (text[last - 1] == '"' || text[last - 1] == ')' || text[last - 1] == '\'')) last--;
  *sentence = (sentence_span){.start = start, .end = end, .is_question = last > start && text[last - 1] == '?'};
  return true;
}

/* What stands between two words. */
typedef struct gap {
  char mark;
  bool quoted;
  bool aside;
} gap;

static void read_mark(gap *g, uint32_t c) {
  switch (c) {
    case '"': g->quoted = !g->quoted; break;
    case 0x201c:
    case 0xab: g->quoted = true; break;
    case 0x201d:
    case 0xbb: g->quoted = false; break;
    case '(':
    case '[': g->aside = true; break;
    case ')':
    case ']': g->aside = false; break;
    case ';':
    case ':':
    case '.':
    case 0x2013:
    case 0x2014:
    case 0x2026: g->mark = ';'; break;
    case ',':
      if (g->mark == 0) g->mark = ',';
      break;
    default: break;
  }
}

static bool is_word_character(uint32_t c) {
  if (c < 0x80) return is_lower((char)c) || is_upper((char)c) || is_digit((char)c);
  const utf8proc_category_t category = utf8proc_category((utf8proc_int32_t)c);
  return category >= UTF8PROC_CATEGORY_LU && category <= UTF8PROC_CATEGORY_NO;
}

/* Bytes of the word at `text`: letters and digits, with apostrophes, hyphens and points between them. */
static size_t word_length(const char *text, size_t length) {
  size_t at = 0;
  while (at < length) {
    uint32_t c;
    const size_t step = dove_utf8_decode(text + at, length - at, &c);
    if (!is_word_character(c)) {
      const bool joint = c == '\'' || c == '-' || c == 0x2019 || c == 0x2010 || c == 0x2011;
      uint32_t next = 0;
      if (!joint || at == 0 || dove_utf8_decode(text + at + step, length - at - step, &next) == 0) break;
      if (!is_word_character(next)) break;
    }
    at += step;
  }
  return at;
}

static void copy_word(sentence_word *word, const char *text, size_t length) {
  size_t size = 0;
  for (size_t at = 0; at < length;) {
    uint32_t c;
    const size_t step = dove_utf8_decode(text + at, length - at, &c);
    const char *bytes = c == 0x2019 ? "'" : c == 0x2010 || c == 0x2011 ? "-" : text + at;
    const size_t count = bytes == text + at ? step : 1;
    if (size + count >= SENTENCE_WORD_SIZE) break;
    memcpy(word->shown + size, bytes, count);
    size += count;
    at += step;
  }
  word->shown[size] = '\0';
  for (size_t i = 0; i <= size; i++) {
    const char c = word->shown[i];
    word->lower[i] = is_upper(c) ? (char)(c | 0x20) : c;
  }
}

size_t split_words(const char *text, sentence_span sentence, sentence_word *words) {
  size_t count = 0;
  gap g = {0};
  for (size_t at = sentence.start; at < sentence.end && count < SENTENCE_WORDS;) {
    const size_t size = word_length(text + at, sentence.end - at);
    if (size > 0) {
      words[count] = (sentence_word){
          .start = at, .end = at + size, .before = count > 0 ? g.mark : 0, .quoted = g.quoted, .aside = g.aside};
      copy_word(&words[count++], text + at, size);
      g.mark = 0;
      at += size;
      continue;
    }
    uint32_t c;
    const size_t step = dove_utf8_decode(text + at, sentence.end - at, &c);
    const bool dash = c == '-' && at > sentence.start && (is_space(text[at - 1]) || text[at - 1] == '-');
    read_mark(&g, dash ? ';' : c);
    at += step > 0 ? step : 1;
  }
  return count;
}
