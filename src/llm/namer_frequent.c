#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

#include "dove/buffer.h"
#include "dove/memory.h"
#include "dove/namer.h"
#include "dove/text.h"
#include "llm/dvec.h"
#include "llm/inflection.h"

/* ---- Keys: two code names are one when their keys are equal ---- */

/* Case folded, white space single, the last word in the singular; NULL when memory ran out. Freed with free(). */
static char *name_key(const char *name) {
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

/* ---- Names already given, in an open-addressing set of keys ---- */

typedef struct key_set {
  char **slots;
  size_t size; /* a power of two, more than twice the keys that will be put in */
} key_set;

static size_t key_slot(const key_set *set, const char *key) {
  size_t slot = (size_t)dvec_hash(DVEC_HASH_START, key, strlen(key)) & (set->size - 1);
  while (set->slots[slot] != NULL && strcmp(set->slots[slot], key) != 0) slot = (slot + 1) & (set->size - 1);
  return slot;
}

/* Takes over `key`. */
static void set_add(key_set *set, char *key) {
  const size_t slot = key_slot(set, key);
  if (set->slots[slot] != NULL) {
    free(key);
  } else {
    set->slots[slot] = key;
  }
}

static void free_set(key_set *set) {
  for (size_t i = 0; set->slots != NULL && i < set->size; i++) free(set->slots[i]);
  free(set->slots);
}

static bool open_set(key_set *set, const char *const *taken, size_t taken_count, size_t more) {
  set->size = 16;
  while (set->size < 2 * (taken_count + more) + 2) set->size *= 2;
  set->slots = dove_alloc_zero(set->size, sizeof *set->slots);
  if (set->slots == NULL) return false;
  for (size_t i = 0; i < taken_count; i++) {
    char *key = name_key(taken[i]);
    if (key == NULL) return false;
    set_add(set, key);
  }
  return true;
}

/* ---- Counting ---- */

/* A code name among the members: `form` is the spelling of the most central one. */
typedef struct tally {
  char *key;
  const char *form;
  size_t count;
  size_t rank; /* of its most central member */
} tally;

static int by_count(const void *a, const void *b) {
  const tally *x = a;
  const tally *y = b;
  if (x->count != y->count) return x->count > y->count ? -1 : 1;
  return (x->rank > y->rank) - (x->rank < y->rank);
}

/* Fills `tallies`, most frequent first; *count is their number, also when memory ran out. */
static bool count_names(const dove_namer_request *request, tally *tallies, size_t *count) {
  const size_t members = request->count < DOVE_NAMER_MEMBERS ? request->count : DOVE_NAMER_MEMBERS;
  *count = 0;
  for (size_t i = 0; i < members; i++) {
    char *key = name_key(request->code_names[i]);
    if (key == NULL) return false;
    size_t at = 0;
    while (at < *count && strcmp(tallies[at].key, key) != 0) at++;
    if (at < *count || key[0] == '\0') {
      if (at < *count) tallies[at].count++;
      free(key);
      continue;
    }
    tallies[(*count)++] = (tally){.key = key, .form = request->code_names[i], .count = 1, .rank = i};
  }
  qsort(tallies, *count, sizeof *tallies, by_count);
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

/* "respect for elders" → "Respect for Elders"; NULL when memory ran out. */
static char *title_case(const char *name) {
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

/* ---- Naming ---- */

static bool is_taken(const key_set *set, const char *key) { return set->slots[key_slot(set, key)] != NULL; }

/* `title` or, when it is taken, "title (2)", "title (3)" …; takes over `title`. */
static char *with_number(key_set *set, char *title) {
  for (unsigned number = 1; title != NULL; number++) {
    dove_buffer text = {0};
    dove_buffer_add_text(&text, title);
    if (number > 1) dove_buffer_printf(&text, " (%u)", number);
    char *name = dove_buffer_take(&text);
    char *key = name != NULL ? name_key(name) : NULL;
    if (key != NULL && is_taken(set, key)) {
      free(name);
      free(key);
      continue;
    }
    free(title);
    if (key == NULL) {
      free(name);
      return NULL;
    }
    set_add(set, key);
    return name;
  }
  return NULL;
}

static char *name_code(const dove_namer_request *request, key_set *set) {
  tally tallies[DOVE_NAMER_MEMBERS];
  size_t count;
  const bool counted = count_names(request, tallies, &count);
  size_t chosen = 0;
  while (counted && chosen < count && is_taken(set, tallies[chosen].key)) chosen++;
  if (chosen == count) chosen = 0;
  char *name = counted ? with_number(set, title_case(count > 0 ? tallies[chosen].form : "unnamed code")) : NULL;
  for (size_t i = 0; i < count; i++) free(tallies[i].key);
  return name;
}

static dove_status frequent_name(void *state, const dove_namer_request *requests, size_t count,
                                 const char *const *taken, size_t taken_count, char **names,
                                 const dove_progress *progress, dove_error *error) {
  (void)state;
  key_set set;
  dove_status status = open_set(&set, taken, taken_count, count) ? DOVE_OK : dove_fail_memory(error, "naming codes");
  for (size_t i = 0; i < count && status == DOVE_OK; i++) {
    if (dove_progress_cancelled(progress)) {
      status = dove_fail(error, DOVE_CANCELLED, "naming codes was stopped");
      break;
    }
    names[i] = name_code(&requests[i], &set);
    if (names[i] == NULL) status = dove_fail_memory(error, "naming codes");
    dove_progress_report(progress, "names", (double)(i + 1), (double)count);
  }
  free_set(&set);
  return status;
}

static const dove_namer_operations frequent_operations = {.name = frequent_name};

dove_status dove_namer_open_frequent(dove_namer *namer, dove_error *error) {
  (void)error;
  *namer = (dove_namer){.operations = &frequent_operations};
  snprintf(namer->name, sizeof namer->name, "frequent");
  return DOVE_OK;
}
