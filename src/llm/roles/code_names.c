#include "llm/roles/code_names.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

#include "dove/buffer.h"
#include "dove/memory.h"
#include "dove/text.h"
#include "llm/embedded/dvec.h"
#include "llm/embedded/inflection.h"

/* ---- Keys: two code names are one when their keys are equal ---- */

char *code_name_key(const char *name) {
  char *folded = dove_text_fold(name, strlen(name));
  if (folded == NULL) return NULL;
  size_t length = 0;
  for (const char *at = folded; *at != '\0'; at++) {
    const bool blank = *at == ' ' || *at == '\t' || *at == '\n' || *at == '\r';
    if (blank && (length == 0 || folded[length - 1] == ' ')) continue;
    folded[length++] = blank ? ' ' : *at;
  }
  while (length > 0 && folded[length - 1] == ' ') length--;
  folded[length] = '\0';
  const char *space = strrchr(folded, ' ');
  const size_t last = space != NULL ? (size_t)(space - folded) + 1 : 0;
  char singular[128];
  if (length - last < sizeof singular) {
    const size_t size = inflection_singular(folded + last, length - last, singular, sizeof singular);
    memcpy(folded + last, singular, size);
    folded[last + size] = '\0';
  }
  return folded;
}

/* ---- White space ---- */

static const char blanks[] = " \t\r\n";

char *code_name_squeezed(const char *text) {
  char *copy = dove_strdup(text);
  size_t length = 0;
  for (const char *at = text; copy != NULL && *at != '\0'; at++) {
    const bool blank = strchr(blanks, *at) != NULL;
    if (blank && (length == 0 || copy[length - 1] == ' ')) continue;
    copy[length++] = blank ? ' ' : *at;
  }
  while (copy != NULL && length > 0 && copy[length - 1] == ' ') length--;
  if (copy != NULL) copy[length] = '\0';
  return copy;
}

size_t code_name_count_words(const char *squeezed) {
  size_t count = squeezed[0] != '\0' ? 1 : 0;
  for (const char *at = squeezed; *at != '\0'; at++) count += *at == ' ' ? 1 : 0;
  return count;
}

/* ---- Names already given, in an open-addressing set of keys ---- */

static size_t key_slot(const code_name_set *set, const char *key) {
  size_t slot = (size_t)dvec_hash(DVEC_HASH_START, key, strlen(key)) & (set->size - 1);
  while (set->slots[slot] != NULL && strcmp(set->slots[slot], key) != 0) slot = (slot + 1) & (set->size - 1);
  return slot;
}

/* Takes over `key`. */
static void add_key(code_name_set *set, char *key) {
  const size_t slot = key_slot(set, key);
  if (set->slots[slot] != NULL) {
    free(key);
  } else {
    set->slots[slot] = key;
  }
}

void code_name_set_free(code_name_set *set) {
  for (size_t i = 0; set->slots != NULL && i < set->size; i++) free(set->slots[i]);
  free(set->slots);
}

bool code_name_set_open(code_name_set *set, const char *const *taken, size_t taken_count, size_t more) {
  set->size = 16;
  while (set->size < 2 * (taken_count + more) + 2) set->size *= 2;
  set->slots = dove_alloc_zero(set->size, sizeof *set->slots);
  if (set->slots == NULL) return false;
  for (size_t i = 0; i < taken_count; i++) {
    char *key = code_name_key(taken[i]);
    if (key == NULL) return false;
    add_key(set, key);
  }
  return true;
}

/* ---- Title Case ---- */

static bool is_small_word(const char *word, size_t length) {
  static const char *const small[] = {"a",  "an", "and", "at", "by",  "for", "from",
                                      "in", "of", "on",  "or", "the", "to",  "with"};
  for (size_t i = 0; i < sizeof small / sizeof small[0]; i++)
    if (strlen(small[i]) == length && memcmp(small[i], word, length) == 0) return true;
  return false;
}

static bool has_capital(const char *word, size_t length) {
  for (size_t at = 0; at < length;) {
    uint32_t c;
    const size_t step = dove_utf8_decode(word + at, length - at, &c);
    if (step == 0) break;
    if (utf8proc_category((utf8proc_int32_t)c) == UTF8PROC_CATEGORY_LU) return true;
    at += step;
  }
  return false;
}

/* Appends a word with its parts' first letters as capitals ("Well-Being"). */
static void add_title_word(dove_buffer *title, const char *word, size_t length, bool first) {
  if (!first && is_small_word(word, length)) {
    dove_buffer_add(title, word, length);
    return;
  }
  bool begins = !has_capital(word, length);
  for (size_t at = 0; at < length;) {
    uint32_t c;
    const size_t step = dove_utf8_decode(word + at, length - at, &c);
    if (step == 0) break;
    char upper[4];
    if (begins) {
      dove_buffer_add(title, upper, dove_utf8_encode((uint32_t)utf8proc_totitle((utf8proc_int32_t)c), upper));
    } else {
      dove_buffer_add(title, word + at, step);
    }
    begins = begins ? c == '-' : c == '-' && !has_capital(word, length);
    at += step;
  }
}

char *code_name_title(const char *name) {
  dove_buffer title = {0};
  for (const char *at = name; *at != '\0';) {
    at += strspn(at, " \t\r\n");
    const size_t length = strcspn(at, " \t\r\n");
    if (length == 0) break;
    if (title.length > 0) dove_buffer_add_char(&title, ' ');
    add_title_word(&title, at, length, title.length == 0);
    at += length;
  }
  return dove_buffer_take(&title);
}

/* ---- Unique names ---- */

bool code_name_taken(const code_name_set *set, const char *key) { return set->slots[key_slot(set, key)] != NULL; }

bool code_name_claim(code_name_set *set, const char *name, bool *failed) {
  char *key = code_name_key(name);
  *failed = key == NULL;
  if (key == NULL || code_name_taken(set, key)) {
    free(key);
    return false;
  }
  add_key(set, key);
  return true;
}

char *code_name_number(code_name_set *set, char *title) {
  for (unsigned number = 1; title != NULL; number++) {
    dove_buffer text = {0};
    dove_buffer_add_text(&text, title);
    if (number > 1) dove_buffer_printf(&text, " (%u)", number);
    char *name = dove_buffer_take(&text);
    char *key = name != NULL ? code_name_key(name) : NULL;
    if (key != NULL && code_name_taken(set, key)) {
      free(name);
      free(key);
      continue;
    }
    free(title);
    if (key == NULL) {
      free(name);
      return NULL;
    }
    add_key(set, key);
    return name;
  }
  return NULL;
}
