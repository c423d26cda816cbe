#include "tui/search.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "dove/memory.h"
#include "dove/text.h"

void dove_search_free(dove_search *search) {
  free(search->words);
  *search = (dove_search){0};
}

void dove_search_move(dove_search *to, dove_search *from) {
  dove_search_free(to);
  *to = *from;
  *from = (dove_search){0};
}

bool dove_search_set(dove_search *search, const char *words) {
  dove_search_free(search);
  if (words[0] == '\0') return true;
  size_t length = strlen(words);
  char *folded = dove_text_fold(words, length);
  if (folded == NULL) return false;
  search->exact = strcmp(folded, words) != 0;
  search->words = folded;
  if (search->exact) {
    search->words = dove_strdup(words);
    free(folded);
  }
  return search->words != NULL;
}

/* As strstr() in text that is not terminated. */
static bool contains(const char *text, size_t length, const char *words) {
  size_t size = strlen(words);
  for (size_t i = 0; i + size <= length; i++) {
    const char *candidate = memchr(text + i, words[0], length - size - i + 1);
    if (candidate == NULL) return false;
    i = (size_t)(candidate - text);
    if (memcmp(candidate, words, size) == 0) return true;
  }
  return false;
}

bool dove_search_matches(const dove_search *search, const char *text, size_t length) {
  if (search->words == NULL) return false;
  if (search->exact) return contains(text, length, search->words);
  char *folded = dove_text_fold(text, length);
  bool found = folded != NULL && strstr(folded, search->words) != NULL;
  free(folded);
  return found;
}

/* How many bytes of `words` the cluster stands for at this place, SIZE_MAX when it is something else. The last cluster
 * of a match may hold more than the words ask for (a mark). */
static size_t match_cluster(const dove_search *search, const char *words, const char *cluster, size_t length) {
  char *folded = search->exact ? dove_strndup(cluster, length) : dove_text_fold(cluster, length);
  size_t rest = strlen(words);
  size_t size = folded != NULL ? strlen(folded) : 0;
  size_t same = size < rest ? size : rest;
  bool equal = folded != NULL && size > 0 && memcmp(words, folded, same) == 0;
  free(folded);
  return equal ? same : SIZE_MAX;
}

/* Whether the words stand at `start`; *end gets the end of the last cluster. */
static bool match_at(const dove_search *search, const char *text, size_t length, size_t start, size_t *end) {
  const char *words = search->words;
  size_t offset = start;
  while (*words != '\0' && offset < length) {
    int columns;
    size_t step = dove_text_cluster(text + offset, length - offset, &columns);
    size_t used = match_cluster(search, words, text + offset, step);
    if (used == SIZE_MAX) return false;
    words += used;
    offset += step;
  }
  *end = offset;
  return *words == '\0';
}

bool dove_search_find(const dove_search *search, const char *text, size_t length, size_t from, size_t *start,
                      size_t *end) {
  if (search->words == NULL || from >= length) return false;
  if (!dove_search_matches(search, text + from, length - from)) return false;
  for (size_t offset = from; offset < length;) {
    if (match_at(search, text, length, offset, end)) {
      *start = offset;
      return true;
    }
    int columns;
    offset += dove_text_cluster(text + offset, length - offset, &columns);
  }
  return false;
}
