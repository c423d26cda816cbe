#include "llm/embedded/sentence_words.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

#include "dove/memory.h"
#include "llm/embedded/inflection.h"

/* The state of one reading. `token` is the word at hand in NFC and lower case. */
typedef struct reader {
  sentence_words *words;
  const dove_word_vectors *vectors;
  bool out_of_memory;
} reader;

enum { LONGEST_MATCH = 12 }; /* code points tried at once in scripts without spaces */

static void add_index(reader *r, uint32_t index) {
  sentence_words *words = r->words;
  void *indices = words->indices;
  if (!dove_grow(&indices, &words->capacity, words->count + 1, sizeof *words->indices)) {
    r->out_of_memory = true;
    return;
  }
  words->indices = indices;
  words->indices[words->count++] = index;
}

static bool add_if_known(reader *r, const char *word, size_t length) {
  const uint32_t index = dove_word_vectors_find(r->vectors, word, length);
  if (index == DOVE_NO_WORD) return false;
  add_index(r, index);
  return true;
}

/* Knowing a word through `inflection_base`: piousness → pious. */
static bool add_base(reader *r, const char *word, size_t length) {
  char base[DOVE_WORD_VECTORS_MAX_WORD + 8];
  for (size_t rule = 0;;) {
    const size_t base_length = inflection_base(word, length, &rule, base, sizeof base);
    if (base_length == 0) return false;
    if (add_if_known(r, base, base_length)) return true;
  }
}

static bool add_simple(reader *r, const char *word, size_t length) {
  return add_if_known(r, word, length) || add_base(r, word, length);
}

static bool ends_with(const char *word, size_t length, const char *ending) {
  const size_t size = strlen(ending);
  return length > size && memcmp(word + length - size, ending, size) == 0;
}

/* "don't" → do, not; "author's" → author. The vectors were made from texts that were split like this. */
static bool add_contraction(reader *r, const char *word, size_t length) {
  static const struct {
    const char *ending, *meaning;
  } endings[] = {{"n't", "not"},  {"'s", ""},      {"'re", "are"}, {"'ll", "will"},
                 {"'ve", "have"}, {"'d", "would"}, {"'m", "am"}};
  static const struct { const char *cut, *whole; } stems[] = {{"ca", "can"}, {"wo", "will"}, {"sha", "shall"}};
  for (size_t i = 0; i < sizeof endings / sizeof endings[0]; i++) {
    if (!ends_with(word, length, endings[i].ending)) continue;
    size_t stem_length = length - strlen(endings[i].ending);
    const char *stem = word;
    for (size_t j = 0; i == 0 && j < sizeof stems / sizeof stems[0]; j++) {
      if (strlen(stems[j].cut) != stem_length || memcmp(stem, stems[j].cut, stem_length) != 0) continue;
      stem = stems[j].whole;
      stem_length = strlen(stem);
      break;
    }
    const bool known = add_simple(r, stem, stem_length);
    return add_if_known(r, endings[i].meaning, strlen(endings[i].meaning)) || known;
  }
  return false;
}

static bool is_joint(char byte) { return byte == '-' || byte == '\''; }

/* The word without its joints: "co-operation" → "cooperation". */
static bool add_joined(reader *r, const char *word, size_t length) {
  char joined[DOVE_WORD_VECTORS_MAX_WORD + 1];
  size_t joined_length = 0;
  for (size_t i = 0; i < length && joined_length < sizeof joined; i++)
    if (!is_joint(word[i])) joined[joined_length++] = word[i];
  return joined_length < length && add_simple(r, joined, joined_length);
}

/* "father-in-law" → father, in, law. All of them or none, unless `some` will do. */
static bool add_parts(reader *r, const char *word, size_t length, bool some) {
  const size_t kept = r->words->count;
  size_t parts = 0;
  size_t known = 0;
  for (size_t start = 0; start < length;) {
    size_t end = start;
    while (end < length && !is_joint(word[end])) end++;
    if (end > start) {
      parts++;
      if (add_simple(r, word + start, end - start)) known++;
    }
    start = end + 1;
  }
  if (known > 0 && (known == parts || some)) return true;
  r->words->count = kept;
  return false;
}

static void add_word(reader *r, const char *word, size_t length) {
  /* One Latin letter ("a", "I") says nothing; many vector files leave it out. */
  if (length == 1 && (word[0] < '0' || word[0] > '9')) return;
  r->words->tokens++;
  bool known = length <= DOVE_WORD_VECTORS_MAX_WORD && add_simple(r, word, length);
  if (!known && length <= DOVE_WORD_VECTORS_MAX_WORD &&
      (memchr(word, '-', length) != NULL || memchr(word, '\'', length) != NULL)) {
    known = add_contraction(r, word, length) || add_parts(r, word, length, false) || add_joined(r, word, length) ||
            add_parts(r, word, length, true);
  }
  if (known) r->words->tokens_known++;
}

/* Longest match from the left; a character that starts no word is an unknown token. */
static void add_run_without_spaces(reader *r, const char *run, size_t length) {
  if (length <= DOVE_WORD_VECTORS_MAX_WORD && add_if_known(r, run, length)) {
    r->words->tokens++;
    r->words->tokens_known++;
    return;
  }
  size_t limit = dove_word_vectors_longest(r->vectors);
  if (limit > LONGEST_MATCH) limit = LONGEST_MATCH;
  for (size_t start = 0; start < length;) {
    size_t ends[LONGEST_MATCH];
    size_t tried = 0;
    for (size_t end = start; tried < limit && end < length; ends[tried++] = end) {
      end++;
      while (end < length && ((unsigned char)run[end] & 0xc0) == 0x80) end++;
    }
    if (tried == 0) return;
    const size_t first = ends[0];
    while (tried > 0 && !add_if_known(r, run + start, ends[tried - 1] - start)) tried--;
    r->words->tokens++;
    if (tried > 0) r->words->tokens_known++;
    start = tried > 0 ? ends[tried - 1] : first;
  }
}

typedef enum character_kind { NOT_IN_WORD, IN_WORD, IN_RUN } character_kind;

/* Han, kana, Hangul, Thai, Lao, Khmer and Burmese letters make runs: their words are not, or not only, divided by
 * spaces. */
static bool is_run_letter(utf8proc_int32_t c) {
  return (c >= 0x0e00 && c <= 0x0eff) || (c >= 0x1000 && c <= 0x109f) || (c >= 0x1780 && c <= 0x17ff) ||
         (c >= 0x1100 && c <= 0x11ff) || (c >= 0x3040 && c <= 0x30ff) || (c >= 0x3400 && c <= 0x9fff) ||
         (c >= 0xac00 && c <= 0xd7a3) || (c >= 0xf900 && c <= 0xfaff) || (c >= 0x20000 && c <= 0x3ffff) ||
         c == 0x3005 || c == 0x3007;
}

static character_kind kind_of(utf8proc_int32_t c) {
  if (c < 0x80) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    return letter ? IN_WORD : NOT_IN_WORD;
  }
  const utf8proc_category_t category = utf8proc_category(c);
  if (category < UTF8PROC_CATEGORY_LU || category > UTF8PROC_CATEGORY_NO) return NOT_IN_WORD;
  return is_run_letter(c) ? IN_RUN : IN_WORD;
}

/* One code point of the text, with typographic apostrophes and hyphens as plain ones. */
typedef struct character {
  utf8proc_int32_t code_point;
  size_t length;
  character_kind kind;
} character;

static character next_character(const char *text, size_t length) {
  const unsigned char first = (unsigned char)text[0];
  if (first < 0x80) return (character){.code_point = first, .length = 1, .kind = kind_of(first)};
  utf8proc_int32_t c;
  const utf8proc_ssize_t step = utf8proc_iterate((const utf8proc_uint8_t *)text, (utf8proc_ssize_t)length, &c);
  if (step <= 0) return (character){.code_point = ' ', .length = 1, .kind = NOT_IN_WORD};
  if (c == 0x2019 || c == 0x02bc || c == 0xff07) c = '\'';
  if (c == 0x2010 || c == 0x2011) c = '-';
  return (character){.code_point = c, .length = (size_t)step, .kind = kind_of(c)};
}

/* Appends `c`, in lower case when `fold`; false when the word is longer than any word of a vector file. */
static bool append(char *word, size_t *length, utf8proc_int32_t c, bool fold) {
  enum { ROOM = DOVE_WORD_VECTORS_MAX_WORD + 1 };
  if (*length + 4 > ROOM) return false;
  *length += (size_t)utf8proc_encode_char(fold ? utf8proc_tolower(c) : c, (utf8proc_uint8_t *)word + *length);
  return true;
}

/* Reads one word made of letters and inner joints; returns the bytes of text that it takes. */
static size_t read_word(reader *r, const char *text, size_t length) {
  char exact[DOVE_WORD_VECTORS_MAX_WORD + 8];
  char folded[DOVE_WORD_VECTORS_MAX_WORD + 8];
  size_t exact_length = 0;
  size_t folded_length = 0;
  bool fits = true;
  size_t at = 0;
  while (at < length) {
    const character c = next_character(text + at, length - at);
    bool inside = c.kind == IN_WORD;
    if (!inside && (c.code_point == '-' || c.code_point == '\'') && at + c.length < length)
      inside = next_character(text + at + c.length, length - at - c.length).kind == IN_WORD;
    if (!inside) break;
    fits =
        fits && append(exact, &exact_length, c.code_point, false) && append(folded, &folded_length, c.code_point, true);
    at += c.length;
  }
  if (!fits) {
    r->words->tokens++;
  } else if (exact_length > 1 && (exact_length != folded_length || memcmp(exact, folded, exact_length) != 0) &&
             add_if_known(r, exact, exact_length)) {
    r->words->tokens++;
    r->words->tokens_known++;
  } else {
    add_word(r, folded, folded_length);
  }
  return at;
}

static size_t read_run(reader *r, const char *text, size_t length) {
  size_t at = 0;
  while (at < length) {
    const character c = next_character(text + at, length - at);
    if (c.kind != IN_RUN) break;
    at += c.length;
  }
  add_run_without_spaces(r, text, at);
  return at;
}

static void read_text(reader *r, const char *text, size_t length) {
  for (size_t at = 0; at < length && !r->out_of_memory;) {
    const character c = next_character(text + at, length - at);
    switch (c.kind) {
      case IN_WORD: at += read_word(r, text + at, length - at); break;
      case IN_RUN: at += read_run(r, text + at, length - at); break;
      case NOT_IN_WORD: at += c.length; break;
    }
  }
}

static bool is_ascii(const char *text, size_t length) {
  unsigned char bits = 0;
  for (size_t i = 0; i < length; i++) bits |= (unsigned char)text[i];
  return bits < 0x80;
}

dove_status sentence_words_read(sentence_words *words, const dove_word_vectors *vectors, const char *text,
                                dove_error *error) {
  words->count = 0;
  words->tokens = 0;
  words->tokens_known = 0;
  reader r = {.words = words, .vectors = vectors};
  const size_t length = strlen(text);
  utf8proc_uint8_t *composed = NULL;
  utf8proc_ssize_t composed_length = UTF8PROC_ERROR_INVALIDUTF8;
  if (!is_ascii(text, length))
    composed_length = utf8proc_map((const utf8proc_uint8_t *)text, (utf8proc_ssize_t)length, &composed,
                                   UTF8PROC_STABLE | UTF8PROC_COMPOSE);
  if (composed_length == UTF8PROC_ERROR_NOMEM) return dove_fail_memory(error, "reading the words of a text");
  /* Text that is not UTF-8 is read as far as it goes. */
  if (composed_length >= 0) {
    read_text(&r, (const char *)composed, (size_t)composed_length);
  } else {
    read_text(&r, text, length);
  }
  free(composed);
  return r.out_of_memory ? dove_fail_memory(error, "reading the words of a text") : DOVE_OK;
}

void sentence_words_free(sentence_words *words) {
  free(words->indices);
  *words = (sentence_words){0};
}
