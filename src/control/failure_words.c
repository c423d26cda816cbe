#include "dove/failure_words.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dove/buffer.h"
#include "dove/text.h"

static const char gap[] = "…";

/* ---- What differs ---- */

static bool is_digit(char c) { return c >= '0' && c <= '9'; }

/* What a server answers is told by three digits. */
static bool is_answer_code(const char *digits, size_t length) {
  return length == 3 && (digits[0] == '4' || digits[0] == '5');
}

/* Bytes of a quotation or a count at `text`; 0 when there is none. */
static size_t variable_at(const char *text) {
  size_t length = 0;
  if (text[0] == '"') {
    const char *end = strchr(text + 1, '"');
    return end != NULL ? (size_t)(end - text) + 1 : strlen(text);
  }
  while (is_digit(text[length])) length++;
  return length;
}

/* Names of what is to be in an answer are quoted as well, and do not differ. */
static bool is_key(const char *quoted, size_t length) {
  static const char *const keys[] = {"\"code_name\"", "\"description\"", "\"values\"", "\"evidence\""};
  for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++)
    if (strlen(keys[i]) == length && strncmp(quoted, keys[i], length) == 0) return true;
  return false;
}

/* What a model says to refuse is its own each time. */
static const char *fixed_part(const char *reason) {
  static const char *const fixed[] = {"the model refuses"};
  for (size_t i = 0; i < sizeof fixed / sizeof fixed[0]; i++)
    if (strncmp(reason, fixed[i], strlen(fixed[i])) == 0) return fixed[i];
  return reason;
}

static void generalise(const char *reason, char general[DOVE_FAILURE_WORDS]) {
  dove_buffer out = {0};
  for (const char *at = fixed_part(reason); *at != '\0';) {
    const size_t length = variable_at(at);
    if (length > 0 && !is_key(at, length) && !is_answer_code(at, length)) {
      dove_buffer_add_text(&out, gap);
    } else {
      dove_buffer_add(&out, at, length > 0 ? length : 1);
    }
    at += length > 0 ? length : 1;
  }
  const char *text = dove_buffer_text(&out);
  const size_t whole = strlen(text);
  const size_t fits = whole < DOVE_FAILURE_WORDS ? whole : dove_utf8_valid_prefix(text, DOVE_FAILURE_WORDS - 1);
  memcpy(general, text, fits);
  general[fits] = '\0';
  dove_buffer_free(&out);
}

/* ---- What to do ---- */

static const struct {
  const char *said;
  const char *advice; /* %s: the role */
} advices[] = {
    {"cut off at the token limit", "raise '%s.max_tokens', or leave it out, then F"},
    {"the model refuses", "another model may answer: '%s.model'; F asks this one once more"},
    {"content filter", "another model may answer: '%s.model'; F asks this one once more"},
    {"too long for the model's context",
     "give the server more context, or set '%s.model' to one that has more, then F; or leave these out"},
    {"budget", "R goes on, with another budget"},
    {"API key", "set '%s.key' to where the key is, then F"},
    {"no such model", "set '%s.model' and '%s.url', then F"},
    {"no answer", "look whether the server of '%s.url' runs, then F; { lets fewer ask at once"},
    {"answers 429", "the server is busy: F later, with fewer at once ({)"},
    {"answers 5", "trouble at the server: F later"},
    {"web page", "set '%s.url' to where /chat/completions begins, then F"},
    {"JSON", "F asks once more; a model that keeps to the form better: '%s.model'"},
    {"\"", "F asks once more; a model that keeps to the form better: '%s.model'"},
    {"", "F asks once more"},
};

static void advise(dove_failure_group *group) {
  size_t i = 0;
  while (strstr(group->reason, advices[i].said) == NULL) i++;
  dove_buffer out = {0};
  for (const char *at = advices[i].advice; *at != '\0'; at++) {
    if (strncmp(at, "%s", 2) == 0) {
      dove_buffer_add_text(&out, group->role);
      at++;
    } else {
      dove_buffer_add_char(&out, *at);
    }
  }
  snprintf(group->advice, sizeof group->advice, "%s", dove_buffer_text(&out));
  dove_buffer_free(&out);
}

/* ---- Groups ---- */

static int by_size(const void *a, const void *b) {
  const dove_failure_group *left = a, *right = b;
  if (left->requests != right->requests) return left->requests > right->requests ? -1 : 1;
  const int role = strcmp(left->role, right->role);
  return role != 0 ? role : strcmp(left->reason, right->reason);
}

size_t dove_failure_groups(const dove_store_request_failures *failures, dove_failure_group *groups, size_t room) {
  size_t count = 0;
  for (size_t i = 0; i < failures->count; i++) {
    const dove_store_request_failure *failure = &failures->rows[i];
    char reason[DOVE_FAILURE_WORDS];
    size_t at = 0;
    generalise(failure->reason, reason);
    while (at < count && (strcmp(groups[at].role, failure->role) != 0 || strcmp(groups[at].reason, reason) != 0)) at++;
    if (at == count && count == room) {
      at = room - 1;
      snprintf(groups[at].reason, sizeof groups[at].reason, "other reasons");
      snprintf(groups[at].advice, sizeof groups[at].advice, "F asks once more");
    }
    if (at == count) {
      dove_failure_group *group = &groups[count++];
      *group = (dove_failure_group){0};
      snprintf(group->role, sizeof group->role, "%s", failure->role);
      memcpy(group->reason, reason, sizeof reason);
      advise(group);
    }
    groups[at].requests += failure->requests;
  }
  qsort(groups, count, sizeof *groups, by_size);
  return count;
}
