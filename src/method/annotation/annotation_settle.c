/* What other tools say, as records. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dove/buffer.h"
#include "dove/memory.h"
#include "method/annotation/annotation_tasks.h"
#include "method/exchange/exchange_xml.h"

static const char doing[] = "reading annotations";

/* The rounds of answers that came without one; everybody's are in the same. */
static const char foreign_round[] = "imported";

dove_status annotation_input_begin(annotation_input *input, const char *path, dove_error *error) {
  const char *slash = strrchr(path, '/');
  const char *name = slash != NULL ? slash + 1 : path;
  const char *dot = strrchr(name, '.');
  *input =
      (annotation_input){.person = dove_strndup(name, dot != NULL && dot > name ? (size_t)(dot - name) : strlen(name))};
  return input->person != NULL ? DOVE_OK : dove_fail_memory(error, doing);
}

void annotation_input_free(annotation_input *input) {
  annotation_lines_free(&input->lines);
  dove_exchange_set_free(&input->strings);
  free(input->sayings);
  free(input->person);
  *input = (annotation_input){0};
}

dove_status annotation_say(annotation_input *input, const annotation_saying *saying, dove_error *error) {
  annotation_saying copy = *saying;
  const char **const texts[] = {&copy.uuid, &copy.document, &copy.code, &copy.annotator};
  void *rows = input->sayings;
  bool good = dove_grow(&rows, &input->capacity, input->count + 1, sizeof copy);
  input->sayings = rows;
  for (size_t i = 0; i < sizeof texts / sizeof texts[0] && good; i++) {
    *texts[i] = dove_exchange_keep(&input->strings, *texts[i]);
    good = *texts[i] != NULL;
  }
  if (good && copy.note != NULL) copy.note = dove_exchange_keep(&input->strings, copy.note);
  if (!good || (saying->note != NULL && copy.note == NULL)) return dove_fail_memory(error, doing);
  if (copy.annotator[0] == '\0') copy.annotator = input->person;
  input->sayings[input->count++] = copy;
  return DOVE_OK;
}

/* ---- Records by what they are about ---- */

typedef struct settling {
  annotation_input *input;
  dove_bundle_item *item_rows; /* copies, as the bundle grows meanwhile */
  dove_bundle_judgment *judgment_rows;
  const dove_bundle_item **items;         /* by document, code, round */
  const dove_bundle_judgment **judgments; /* by uuid */
  const dove_bundle_judgment **answers;   /* by item, annotator, question, time */
  size_t item_count, judgment_count;      /* that were read */
  dove_error *error;
} settling;

static int by_thing(const void *left, const void *right) {
  const dove_bundle_item *a = *(const dove_bundle_item *const *)left, *b = *(const dove_bundle_item *const *)right;
  int order = strcmp(a->document, b->document);
  if (order == 0) order = strcmp(a->code.name, b->code.name);
  return order != 0 ? order : strcmp(a->uuid, b->uuid);
}

static int by_uuid(const void *left, const void *right) {
  const dove_bundle_judgment *a = *(const dove_bundle_judgment *const *)left;
  const dove_bundle_judgment *b = *(const dove_bundle_judgment *const *)right;
  return strcmp(a->uuid, b->uuid);
}

static int compare_answer(const dove_bundle_judgment *a, const char *item, const char *annotator,
                          dove_question question) {
  int order = strcmp(a->item, item);
  if (order == 0) order = strcmp(a->annotator, annotator);
  return order != 0 ? order : (a->question > question) - (a->question < question);
}

static int by_answer(const void *left, const void *right) {
  const dove_bundle_judgment *a = *(const dove_bundle_judgment *const *)left;
  const dove_bundle_judgment *b = *(const dove_bundle_judgment *const *)right;
  int order = compare_answer(a, b->item, b->annotator, b->question);
  if (order == 0) order = (a->time > b->time) - (a->time < b->time);
  return order != 0 ? order : strcmp(a->uuid, b->uuid);
}

static bool make_indexes(settling *s) {
  const dove_annotation_bundle *bundle = &s->input->lines.bundle;
  s->item_count = bundle->item_count;
  s->judgment_count = bundle->judgment_count;
  s->item_rows = dove_alloc(s->item_count, sizeof *s->item_rows);
  s->judgment_rows = dove_alloc(s->judgment_count, sizeof *s->judgment_rows);
  s->items = dove_alloc(s->item_count, sizeof *s->items);
  s->judgments = dove_alloc(s->judgment_count, sizeof *s->judgments);
  s->answers = dove_alloc(s->judgment_count, sizeof *s->answers);
  if (s->item_rows == NULL || s->judgment_rows == NULL || s->items == NULL || s->judgments == NULL ||
      s->answers == NULL)
    return false;
  for (size_t i = 0; i < s->item_count; i++) {
    s->item_rows[i] = bundle->items[i];
    s->items[i] = &s->item_rows[i];
  }
  for (size_t i = 0; i < s->judgment_count; i++) {
    s->judgment_rows[i] = bundle->judgments[i];
    s->answers[i] = s->judgments[i] = &s->judgment_rows[i];
  }
  if (s->item_count > 1) qsort(s->items, s->item_count, sizeof *s->items, by_thing);
  if (s->judgment_count > 1) qsort(s->judgments, s->judgment_count, sizeof *s->judgments, by_uuid);
  if (s->judgment_count > 1) qsort(s->answers, s->judgment_count, sizeof *s->answers, by_answer);
  return true;
}

static const dove_bundle_judgment *find_uuid(const settling *s, const char *uuid) {
  const dove_bundle_judgment wanted = {.uuid = uuid};
  const dove_bundle_judgment *key = &wanted;
  if (uuid[0] == '\0' || s->judgment_count == 0) return NULL;
  const dove_bundle_judgment *const *found =
      bsearch(&key, s->judgments, s->judgment_count, sizeof *s->judgments, by_uuid);
  return found != NULL ? *found : NULL;
}

/* The first item of a document (or of none) and code; *index is its place. */
static bool find_items(const settling *s, const char *document, const char *code, size_t *index) {
  size_t low = 0, high = s->item_count;
  while (low < high) {
    const size_t middle = low + (high - low) / 2;
    int order = strcmp(s->items[middle]->document, document);
    if (order == 0) order = strcmp(s->items[middle]->code.name, code);
    if (order < 0) low = middle + 1;
    if (order >= 0) high = middle;
  }
  *index = low;
  return low < s->item_count && strcmp(s->items[low]->document, document) == 0 &&
         strcmp(s->items[low]->code.name, code) == 0;
}

/* What counts of an annotator's answers to a question of an item: the last one. */
static const dove_bundle_judgment *find_answer(const settling *s, const char *item, const char *annotator,
                                               dove_question question) {
  size_t low = 0, high = s->judgment_count;
  while (low < high) {
    const size_t middle = low + (high - low) / 2;
    if (compare_answer(s->answers[middle], item, annotator, question) <= 0) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  const bool found = low > 0 && compare_answer(s->answers[low - 1], item, annotator, question) == 0;
  return found ? s->answers[low - 1] : NULL;
}

/* ---- New records ---- */

static bool is_label(dove_answer answer) { return answer == DOVE_ANSWER_YES || answer == DOVE_ANSWER_NO; }

static bool contradicts(annotation_says says, dove_answer record) {
  switch (says) {
    case ANNOTATION_YES: return record != DOVE_ANSWER_YES;
    case ANNOTATION_NO: return record != DOVE_ANSWER_NO;
    case ANNOTATION_SKIP: return is_label(record);
    case ANNOTATION_FLAG: return record != DOVE_ANSWER_FLAG;
    case ANNOTATION_NOT_YES: return record == DOVE_ANSWER_YES;
  }
  return false;
}

static dove_answer answer_of(annotation_says says) {
  switch (says) {
    case ANNOTATION_YES: return DOVE_ANSWER_YES;
    case ANNOTATION_NO:
    case ANNOTATION_NOT_YES: return DOVE_ANSWER_NO;
    case ANNOTATION_SKIP: return DOVE_ANSWER_SKIP;
    case ANNOTATION_FLAG: return DOVE_ANSWER_FLAG;
  }
  return DOVE_ANSWER_NONE;
}

/* The same words give the same uuid, so that reading a file twice adds nothing. */
static const char *make_uuid(settling *s, const char *kind, const char *const *words, size_t count) {
  char guid[37];
  dove_buffer text = {0};
  for (size_t i = 0; i < count; i++) dove_buffer_printf(&text, "%zu:%s", strlen(words[i]), words[i]);
  exchange_guid_make(kind, dove_buffer_text(&text), guid);
  const bool failed = text.failed;
  dove_buffer_free(&text);
  return failed ? NULL : dove_exchange_keep(&s->input->strings, guid);
}

/* A row more in one of the bundle's arrays; NULL when memory ran out. */
static void *add_row(void **rows, size_t *room, size_t *count, size_t size) {
  if (!dove_grow(rows, room, *count + 1, size)) return NULL;
  return (char *)*rows + (*count)++ * size;
}

/* `before` is the record that is contradicted; NULL: none. */
static dove_status add_judgment(settling *s, const annotation_saying *saying, const char *item,
                                const dove_bundle_judgment *before) {
  annotation_lines *lines = &s->input->lines;
  const dove_answer answer = answer_of(saying->says);
  const char *note = saying->note != NULL ? saying->note : before != NULL ? before->note : "";
  const char *annotator = before != NULL ? before->annotator : saying->annotator;
  const dove_question question = before != NULL ? before->question : saying->question;
  const char *const words[] = {item,
                               annotator,
                               dove_question_name(question),
                               dove_answer_name(answer),
                               note,
                               before != NULL ? before->uuid : ""};
  const char *uuid = make_uuid(s, "judgment", words, sizeof words / sizeof words[0]);
  const int64_t after = before != NULL ? before->time + 1 : 0;
  const dove_bundle_judgment judgment = {.uuid = uuid,
                                         .item = item,
                                         .annotator = annotator,
                                         .question = question,
                                         .answer = answer,
                                         .other = {.name = ""},
                                         .shown = true,
                                         .note = note,
                                         .time = saying->time > after ? saying->time : after};
  void *rows = lines->bundle.judgments;
  dove_bundle_judgment *row = add_row(&rows, &lines->room[3], &lines->bundle.judgment_count, sizeof *row);
  lines->bundle.judgments = rows;
  if (row == NULL || uuid == NULL) return dove_fail_memory(s->error, doing);
  *row = judgment;
  return DOVE_OK;
}

/* The round of answers that came without one. It is closed: nobody judges in it. */
static dove_status need_round(settling *s, dove_annotation_target target, const char **uuid) {
  annotation_lines *lines = &s->input->lines;
  const char *name = dove_annotation_target_name(target);
  *uuid = make_uuid(s, "round", &name, 1);
  if (*uuid == NULL) return dove_fail_memory(s->error, doing);
  for (size_t i = 0; i < lines->bundle.round_count; i++) {
    if (strcmp(lines->bundle.rounds[i].uuid, *uuid) == 0) return DOVE_OK;
  }
  void *rows = lines->bundle.rounds;
  dove_bundle_round *row = add_row(&rows, &lines->room[1], &lines->bundle.round_count, sizeof *row);
  lines->bundle.rounds = rows;
  if (row == NULL) return dove_fail_memory(s->error, doing);
  *row = (dove_bundle_round){.uuid = *uuid,
                             .name = foreign_round,
                             .parent = "",
                             .target = target,
                             .rule = "",
                             .instruction = "",
                             .settings = "{\"blind\":false,\"blind_first\":false}",
                             .closed = 1};
  return DOVE_OK;
}

/* The item of a thing in that round; its place comes from what it is, whatever else the file holds. */
static dove_status need_item(settling *s, const annotation_saying *saying, const char **uuid) {
  annotation_lines *lines = &s->input->lines;
  const char *round = NULL;
  const char *const words[] = {saying->document, saying->code};
  const bool of_document = saying->document[0] != '\0';
  dove_status status = need_round(s, of_document ? DOVE_JUDGE_DOCUMENTS : DOVE_JUDGE_CODES, &round);
  if (status != DOVE_OK) return status;
  *uuid = make_uuid(s, "item", words, 2);
  void *rows = lines->bundle.items;
  dove_bundle_item *row = add_row(&rows, &lines->room[2], &lines->bundle.item_count, sizeof *row);
  lines->bundle.items = rows;
  if (row == NULL || *uuid == NULL) return dove_fail_memory(s->error, doing);
  *row = (dove_bundle_item){.uuid = *uuid,
                            .round = round,
                            .position = (int64_t)strtoull(*uuid + 24, NULL, 16),
                            .document = saying->document,
                            .code = {.name = saying->code}};
  return DOVE_OK;
}

/* Somebody new on an item of the file, or on one that it does not have. */
static dove_status settle_on_item(settling *s, const annotation_saying *saying) {
  size_t index = 0;
  const char *uuid = NULL;
  if (!find_items(s, saying->document, saying->code, &index)) {
    if (saying->says == ANNOTATION_NOT_YES) return DOVE_OK;
    const dove_status status = need_item(s, saying, &uuid);
    return status == DOVE_OK ? add_judgment(s, saying, uuid, NULL) : status;
  }
  /* Of several rounds the one in which the annotator answered. */
  const dove_bundle_judgment *before = NULL;
  for (size_t i = index; i < s->item_count && before == NULL; i++) {
    if (strcmp(s->items[i]->document, saying->document) != 0 || strcmp(s->items[i]->code.name, saying->code) != 0)
      break;
    before = find_answer(s, s->items[i]->uuid, saying->annotator, saying->question);
  }
  if (before == NULL && saying->says == ANNOTATION_NOT_YES) return DOVE_OK;
  if (before != NULL && !contradicts(saying->says, before->answer)) return DOVE_OK;
  return add_judgment(s, saying, before != NULL ? before->item : s->items[index]->uuid, before);
}

static dove_status settle_one(settling *s, const annotation_saying *saying) {
  const dove_bundle_judgment *record = find_uuid(s, saying->uuid);
  if (record == NULL) return settle_on_item(s, saying);
  const bool noted = saying->note == NULL || strcmp(saying->note, record->note) == 0;
  if (noted && !contradicts(saying->says, record->answer)) return DOVE_OK;
  return add_judgment(s, saying, record->item, record);
}

dove_status annotation_settle(annotation_input *input, dove_error *error) {
  settling s = {.input = input, .error = error};
  dove_status status = make_indexes(&s) ? DOVE_OK : dove_fail_memory(error, doing);
  for (size_t i = 0; i < input->count && status == DOVE_OK; i++) status = settle_one(&s, &input->sayings[i]);
  free(s.item_rows);
  free(s.judgment_rows);
  free(s.items);
  free(s.judgments);
  free(s.answers);
  return status;
}
