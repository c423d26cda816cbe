#include "dove/job_words.h"

#include <cjson/cJSON.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "dove/text.h"

/* ---- What was asked for ---- */

typedef enum word_kind { WORD_TEXT, WORD_NUMBER, WORD_POSITIVE, WORD_FLAG, WORD_LIST } word_kind;

/* A member of the arguments and how it is said, in the order in which they are listed. Numbers below 0 stand for what
 * is set, as does what is left out. */
static const struct {
  const char *key;
  word_kind kind;
  const char *words; /* of a text, a number or a list with %s */
} members[] = {
    {"paths", WORD_LIST, "from %s"},
    {"skip_bad", WORD_FLAG, "lines that are wrong are left out"},
    {"culture", WORD_TEXT, "culture: %s"},
    {"source", WORD_TEXT, "source: %s"},
    {"topic", WORD_TEXT, "topic: %s"},
    {"question", WORD_TEXT, "question: %s"},
    {"model", WORD_TEXT, "model: %s"},
    {"models", WORD_FLAG, "documents of models, too"},
    {"models", WORD_LIST, "models: %s"},
    {"cultures", WORD_LIST, "cultures: %s"},
    {"role", WORD_TEXT, "role: %s"},
    {"roles", WORD_LIST, "roles: %s"},
    {"lang", WORD_TEXT, "language: %s"},
    {"samples", WORD_POSITIVE, "%s samples of each topic"},
    {"limit", WORD_POSITIVE, "at most %s documents"},
    {"again", WORD_FLAG, "all anew"},
    {"anew", WORD_FLAG, "all anew"},
    {"fresh", WORD_FLAG, "begun anew"},
    {"codebook_run", WORD_POSITIVE, "codebook of run %s"},
    {"resume_run", WORD_POSITIVE, "on from run %s"},
    {"resume_iteration", WORD_NUMBER, "from iteration %s"},
    {"with_overrides", WORD_FLAG, "with what reviewers want"},
    {"overrides_alone", WORD_FLAG, "and nothing else"},
    {"iterations", WORD_NUMBER, "at most %s iterations"},
    {"score_run", WORD_POSITIVE, "scores of run %s"},
    {"against_run", WORD_POSITIVE, "against those of run %s"},
    {"bootstrap", WORD_NUMBER, "%s bootstrap replicates"},
    {"replicates", WORD_POSITIVE, "%s bootstrap replicates"},
    {"seed", WORD_NUMBER, "seed %s"},
    {"failed_only", WORD_FLAG, "only what failed before"},
    {"budget", WORD_NUMBER, "budget %s"},
};

static void add_list(const cJSON *list, dove_buffer *text) {
  const cJSON *item;
  cJSON_ArrayForEach(item, list) {
    if (!cJSON_IsString(item)) continue;
    if (text->length > 0) dove_buffer_add_text(text, ", ");
    dove_buffer_add_text(text, item->valuestring[0] != '\0' ? item->valuestring : "none");
  }
}

/* The value as it is put into the words; false when there is nothing to say. */
static bool value_of(const cJSON *item, word_kind kind, dove_buffer *text) {
  switch (kind) {
    case WORD_TEXT:
      if (cJSON_IsString(item)) dove_buffer_add_text(text, item->valuestring);
      break;
    case WORD_NUMBER:
    case WORD_POSITIVE:
      if (cJSON_IsNumber(item) && item->valuedouble >= (kind == WORD_POSITIVE ? 1 : 0))
        dove_buffer_printf(text, "%.10g", item->valuedouble);
      break;
    case WORD_FLAG: return cJSON_IsTrue(item);
    case WORD_LIST: add_list(item, text); break;
  }
  return text->length > 0;
}

static void add_words(const char *words, const char *value, dove_buffer *out) {
  const char *place = strstr(words, "%s");
  const size_t before = place != NULL ? (size_t)(place - words) : strlen(words);
  dove_buffer_add(out, words, before);
  if (place == NULL) return;
  dove_buffer_add_text(out, value);
  dove_buffer_add_text(out, place + 2);
}

void dove_job_words_add(const char *arguments, dove_buffer *out) {
  cJSON *object = cJSON_Parse(arguments);
  for (size_t i = 0; i < sizeof members / sizeof members[0]; i++) {
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, members[i].key);
    dove_buffer value = {0};
    /* A build from the start has an iteration of no run. */
    const bool moot = strcmp(members[i].key, "resume_iteration") == 0 &&
                      !(cJSON_GetNumberValue(cJSON_GetObjectItemCaseSensitive(object, "resume_run")) >= 1);
    const bool no_limit = strcmp(members[i].key, "budget") == 0 && cJSON_GetNumberValue(item) == 0;
    if (!moot && !no_limit && value_of(item, members[i].kind, &value)) {
      add_words(members[i].words, dove_buffer_text(&value), out);
      dove_buffer_add_char(out, '\n');
    }
    dove_buffer_free(&value);
  }
  cJSON_Delete(object);
}

/* ---- Models ---- */

static void get_text(const cJSON *object, const char *key, char *text, size_t size) {
  const char *found = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object, key));
  if (found == NULL) found = "";
  const size_t length = strlen(found) < size ? strlen(found) : dove_utf8_valid_prefix(found, size - 1);
  memcpy(text, found, length);
  text[length] = '\0';
}

static double get_real(const cJSON *object, const char *key) {
  const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, key);
  return cJSON_IsNumber(item) ? item->valuedouble : (double)NAN;
}

/* A count; 0 where there is none. */
static int64_t whole(double number) { return number >= 0 && number < 1e15 ? (int64_t)number : 0; }

size_t dove_job_words_asked(const char *arguments, dove_job_asked *asked, size_t room) {
  cJSON *object = cJSON_Parse(arguments);
  const cJSON *item;
  size_t count = 0;
  cJSON_ArrayForEach(item, cJSON_GetObjectItemCaseSensitive(object, "asks")) {
    if (!cJSON_IsObject(item) || count++ >= room) continue;
    dove_job_asked *one = &asked[count - 1];
    *one = (dove_job_asked){.temperature = get_real(item, "temperature"),
                            .max_tokens = whole(get_real(item, "max_tokens")),
                            .price_in = get_real(item, "price_in"),
                            .price_out = get_real(item, "price_out")};
    get_text(item, "role", one->role, sizeof one->role);
    get_text(item, "endpoint", one->endpoint, sizeof one->endpoint);
    get_text(item, "model", one->model, sizeof one->model);
  }
  cJSON_Delete(object);
  return count;
}

static dove_token_range get_range(const cJSON *object, const char *key) {
  const cJSON *list = cJSON_GetObjectItemCaseSensitive(object, key);
  const double most = cJSON_GetNumberValue(cJSON_GetArrayItem(list, 2));
  return (dove_token_range){.least = whole(cJSON_GetNumberValue(cJSON_GetArrayItem(list, 0))),
                            .about = whole(cJSON_GetNumberValue(cJSON_GetArrayItem(list, 1))),
                            .most = most >= 0 ? whole(most) : -1};
}

size_t dove_job_words_plan(const char *arguments, dove_ledger_row *rows, size_t room) {
  cJSON *object = cJSON_Parse(arguments);
  const cJSON *item;
  size_t count = 0;
  cJSON_ArrayForEach(item, cJSON_GetObjectItemCaseSensitive(object, "plan")) {
    if (!cJSON_IsObject(item) || count++ >= room) continue;
    dove_ledger_row *row = &rows[count - 1];
    *row = (dove_ledger_row){.requests = (uint64_t)whole(get_real(item, "requests")),
                             .cached = (uint64_t)whole(get_real(item, "cached")),
                             .plan_in = get_range(item, "tokens_in"),
                             .plan_out = get_range(item, "tokens_out"),
                             .plan_least = get_real(item, "cost_least"),
                             .plan_about = get_real(item, "cost"),
                             .plan_most = get_real(item, "cost_most")};
    row->priced = isfinite(row->plan_about);
    get_text(item, "role", row->role, sizeof row->role);
    get_text(item, "endpoint", row->endpoint, sizeof row->endpoint);
    get_text(item, "model", row->model, sizeof row->model);
  }
  cJSON_Delete(object);
  return count;
}
