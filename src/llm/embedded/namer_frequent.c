#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dove/namer.h"
#include "llm/roles/code_names.h"

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
    char *key = code_name_key(request->code_names[i]);
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

/* ---- Naming ---- */

char *code_name_frequent(const dove_namer_request *request, code_name_set *set) {
  tally tallies[DOVE_NAMER_MEMBERS];
  size_t count;
  const bool counted = count_names(request, tallies, &count);
  size_t chosen = 0;
  while (counted && chosen < count && code_name_taken(set, tallies[chosen].key)) chosen++;
  if (chosen == count) chosen = 0;
  char *name =
      counted ? code_name_number(set, code_name_title(count > 0 ? tallies[chosen].form : "unnamed code")) : NULL;
  for (size_t i = 0; i < count; i++) free(tallies[i].key);
  return name;
}

static dove_status frequent_name(void *state, const dove_namer_request *requests, size_t count,
                                 const char *const *taken, size_t taken_count, char **names,
                                 const dove_progress *progress, dove_error *error) {
  (void)state;
  code_name_set set = {0};
  dove_status status =
      code_name_set_open(&set, taken, taken_count, count) ? DOVE_OK : dove_fail_memory(error, "naming codes");
  for (size_t i = 0; i < count && status == DOVE_OK; i++) {
    if (dove_progress_cancelled(progress)) {
      status = dove_fail(error, DOVE_CANCELLED, "naming codes was stopped");
      break;
    }
    names[i] = code_name_frequent(&requests[i], &set);
    if (names[i] == NULL) status = dove_fail_memory(error, "naming codes");
    dove_progress_report(progress, "names", (double)(i + 1), (double)count);
  }
  code_name_set_free(&set);
  return status;
}

static const dove_namer_operations frequent_operations = {.name = frequent_name};

dove_status dove_namer_open_frequent(dove_namer *namer, dove_error *error) {
  (void)error;
  *namer = (dove_namer){.operations = &frequent_operations};
  snprintf(namer->name, sizeof namer->name, "frequent");
  return DOVE_OK;
}
