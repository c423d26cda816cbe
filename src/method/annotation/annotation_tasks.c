#include "method/annotation/annotation_tasks.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "dove/buffer.h"
#include "dove/memory.h"
#include "dove/store_runs.h"
#include "method/annotation/annotation_records.h"
#include "method/exchange/exchange_formats.h"

static const char doing[] = "exchanging annotations";

/* ---- Finding by name ---- */

typedef struct name_row {
  const char *name;
  size_t row;
} name_row;

static int by_name(const void *left, const void *right) {
  const name_row *a = left, *b = right;
  const int order = strcmp(a->name, b->name);
  return order != 0 ? order : (a->row > b->row) - (a->row < b->row);
}

/* The first row of that name; the rows are sorted. */
static size_t find_name(const name_row *rows, size_t count, const char *name) {
  size_t low = 0, high = count;
  while (low < high) {
    const size_t middle = low + (high - low) / 2;
    if (strcmp(rows[middle].name, name) < 0) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low < count && strcmp(rows[low].name, name) == 0 ? rows[low].row : ANNOTATION_NO_ROW;
}

/* Names of items, rounds, documents and codes, in this order, one after another. */
typedef struct name_tables {
  name_row *rows;
  const name_row *items, *rounds, *documents, *codes;
} name_tables;

static bool make_tables(const annotation_tasks *tasks, name_tables *tables) {
  const dove_annotation_bundle *bundle = &tasks->bundle;
  const dove_exchange_set *set = &tasks->set;
  const size_t counts[4] = {bundle->item_count, bundle->round_count, set->document_count, set->code_count};
  tables->rows = dove_alloc(counts[0] + counts[1] + counts[2] + counts[3], sizeof *tables->rows);
  if (tables->rows == NULL) return false;
  name_row *at = tables->rows;
  for (size_t i = 0; i < counts[0]; i++) at[i] = (name_row){bundle->items[i].uuid, i};
  tables->items = at;
  at += counts[0];
  for (size_t i = 0; i < counts[1]; i++) at[i] = (name_row){bundle->rounds[i].uuid, i};
  tables->rounds = at;
  at += counts[1];
  for (size_t i = 0; i < counts[2]; i++) at[i] = (name_row){set->documents[i].id, i};
  tables->documents = at;
  at += counts[2];
  for (size_t i = 0; i < counts[3]; i++) at[i] = (name_row){set->codes[i].name, i};
  tables->codes = at;
  at = tables->rows;
  for (size_t i = 0; i < 4; at += counts[i++]) {
    if (counts[i] > 1) qsort(at, counts[i], sizeof *at, by_name);
  }
  return true;
}

static void place_items(annotation_tasks *tasks, const name_tables *tables) {
  const dove_annotation_bundle *bundle = &tasks->bundle;
  for (size_t i = 0; i < bundle->item_count; i++) {
    const dove_bundle_item *item = &bundle->items[i];
    tasks->rounds[i] = find_name(tables->rounds, bundle->round_count, item->round);
    tasks->documents[i] = find_name(tables->documents, tasks->set.document_count, item->document);
    tasks->codes[i] = find_name(tables->codes, tasks->set.code_count, item->code.name);
  }
}

/* ---- Judgments by item ---- */

typedef struct judgment_key {
  size_t item, row;
  const dove_bundle_judgment *judgment;
} judgment_key;

static int compare_keys(const void *left, const void *right) {
  const judgment_key *a = left, *b = right;
  const dove_bundle_judgment *x = a->judgment, *y = b->judgment;
  int order = (a->item > b->item) - (a->item < b->item);
  if (order == 0) order = strcmp(x->annotator, y->annotator);
  if (order == 0) order = (x->question > y->question) - (x->question < y->question);
  if (order == 0) order = (x->time > y->time) - (x->time < y->time);
  return order != 0 ? order : strcmp(x->uuid, y->uuid);
}

static bool order_judgments(annotation_tasks *tasks, const name_tables *tables) {
  const dove_annotation_bundle *bundle = &tasks->bundle;
  const size_t count = bundle->judgment_count;
  judgment_key *keys = dove_alloc(count, sizeof *keys);
  if (keys == NULL) return false;
  for (size_t i = 0; i < count; i++) {
    const size_t item = find_name(tables->items, bundle->item_count, bundle->judgments[i].item);
    keys[i] = (judgment_key){.item = item, .row = i, .judgment = &bundle->judgments[i]};
  }
  if (count > 1) qsort(keys, count, sizeof *keys, compare_keys);
  size_t next = 0;
  for (size_t item = 0; item <= bundle->item_count; item++) {
    while (next < count && keys[next].item < item) next++;
    tasks->first[item] = next;
  }
  for (size_t i = 0; i < count; i++) tasks->judgments[i] = keys[i].row;
  free(keys);
  return true;
}

/* ---- How long answers took ---- */

static int by_person_and_time(const void *left, const void *right) {
  const judgment_key *a = left, *b = right;
  const dove_bundle_judgment *x = a->judgment, *y = b->judgment;
  int order = strcmp(x->annotator, y->annotator);
  if (order == 0) order = (x->time > y->time) - (x->time < y->time);
  return order != 0 ? order : strcmp(x->uuid, y->uuid);
}

static bool measure_leads(annotation_tasks *tasks) {
  enum { LONGEST = 300000 }; /* milliseconds; what takes longer is a pause */
  const size_t count = tasks->bundle.judgment_count;
  judgment_key *keys = dove_alloc(count, sizeof *keys);
  tasks->leads = dove_alloc(count, sizeof *tasks->leads);
  const bool good = keys != NULL && tasks->leads != NULL;
  for (size_t i = 0; i < count && good; i++)
    keys[i] = (judgment_key){.row = i, .judgment = &tasks->bundle.judgments[i]};
  if (count > 1 && good) qsort(keys, count, sizeof *keys, by_person_and_time);
  for (size_t i = 0; i < count && good; i++) {
    const dove_bundle_judgment *one = keys[i].judgment, *before = i > 0 ? keys[i - 1].judgment : NULL;
    const bool known =
        before != NULL && strcmp(before->annotator, one->annotator) == 0 && one->time - before->time <= LONGEST;
    tasks->leads[keys[i].row] = known ? (double)(one->time - before->time) / 1000.0 : (double)NAN;
  }
  free(keys);
  return good;
}

static dove_status index_all(annotation_tasks *tasks, dove_error *error) {
  const dove_annotation_bundle *bundle = &tasks->bundle;
  name_tables tables = {0};
  tasks->judgments = dove_alloc(bundle->judgment_count, sizeof(size_t));
  tasks->first = dove_alloc(bundle->item_count + 1, sizeof(size_t));
  tasks->rounds = dove_alloc(bundle->item_count, sizeof(size_t));
  tasks->documents = dove_alloc(bundle->item_count, sizeof(size_t));
  tasks->codes = dove_alloc(bundle->item_count, sizeof(size_t));
  bool good = tasks->judgments != NULL && tasks->first != NULL && tasks->rounds != NULL && tasks->documents != NULL &&
              tasks->codes != NULL && make_tables(tasks, &tables);
  if (good) place_items(tasks, &tables);
  good = good && order_judgments(tasks, &tables) && measure_leads(tasks);
  free(tables.rows);
  return good ? DOVE_OK : dove_fail_memory(error, doing);
}

static dove_status compare(dove_store *store, int64_t round, annotation_tasks *tasks, const dove_progress *progress,
                           dove_error *error) {
  const dove_agreement_options options = {.round = round, .level = DOVE_AGREEMENT_LEVEL};
  if (tasks->bundle.item_count == 0) return DOVE_OK;
  const dove_status status = dove_agreement_report_make(store, &options, &tasks->agreement, progress, error);
  tasks->compared = status == DOVE_OK;
  return status;
}

dove_status annotation_tasks_read(dove_store *store, int64_t round, annotation_tasks *tasks,
                                  const dove_progress *progress, dove_error *error) {
  dove_store_current at = {0};
  dove_error reason;
  *tasks = (annotation_tasks){0};
  dove_status status = dove_store_current_codebook(store, &at, &reason);
  if (status != DOVE_OK && status != DOVE_NOT_FOUND) {
    if (error != NULL) *error = reason;
    return status;
  }
  status = dove_store_bundle_read(store, round, &tasks->bundle, error);
  if (status == DOVE_OK) status = dove_exchange_collect(store, &at, true, &tasks->set, progress, error);
  if (status == DOVE_OK) status = compare(store, round, tasks, progress, error);
  return status == DOVE_OK ? index_all(tasks, error) : status;
}

void annotation_tasks_free(annotation_tasks *tasks) {
  if (tasks->compared) dove_agreement_report_free(&tasks->agreement);
  dove_store_bundle_free(&tasks->bundle);
  dove_exchange_set_free(&tasks->set);
  free(tasks->judgments);
  free(tasks->first);
  free(tasks->rounds);
  free(tasks->documents);
  free(tasks->codes);
  free(tasks->leads);
  *tasks = (annotation_tasks){0};
}

const dove_bundle_judgment *annotation_judgment(const annotation_tasks *tasks, size_t i) {
  return &tasks->bundle.judgments[tasks->judgments[i]];
}

size_t annotation_run_end(const annotation_tasks *tasks, size_t i, size_t end) {
  const dove_bundle_judgment *first = annotation_judgment(tasks, i);
  for (i++; i < end; i++) {
    const dove_bundle_judgment *next = annotation_judgment(tasks, i);
    if (next->question != first->question || strcmp(next->annotator, first->annotator) != 0) break;
  }
  return i;
}

size_t annotation_person_end(const annotation_tasks *tasks, size_t i, size_t end) {
  const dove_bundle_judgment *first = annotation_judgment(tasks, i);
  for (i++; i < end; i++) {
    if (strcmp(annotation_judgment(tasks, i)->annotator, first->annotator) != 0) break;
  }
  return i;
}

/* ---- What a task shows and carries ---- */

char *annotation_text(const annotation_tasks *tasks, size_t item) {
  const dove_bundle_item *row = &tasks->bundle.items[item];
  const size_t document = tasks->documents[item], code = tasks->codes[item];
  if (document != ANNOTATION_NO_ROW) return dove_strdup(tasks->set.documents[document].text);
  dove_buffer text = {0};
  dove_buffer_add_text(&text, row->code.name);
  if (code != ANNOTATION_NO_ROW && tasks->set.codes[code].description[0] != '\0')
    dove_buffer_printf(&text, "\n%s", tasks->set.codes[code].description);
  return dove_buffer_take(&text);
}

void annotation_put_facts(dove_json_writer *json, const annotation_tasks *tasks, size_t item) {
  const dove_bundle_item *row = &tasks->bundle.items[item];
  const size_t document = tasks->documents[item], round = tasks->rounds[item];
  if (document != ANNOTATION_NO_ROW) exchange_put_document(json, &tasks->set.documents[document]);
  dove_json_member_text(json, "code", row->code.name);
  if (round != ANNOTATION_NO_ROW) dove_json_member_text(json, "round", tasks->bundle.rounds[round].name);
}

static void put_round(dove_json_writer *json, const annotation_tasks *tasks, size_t item) {
  const size_t round = tasks->rounds[item];
  if (round != ANNOTATION_NO_ROW) annotation_put_round(json, &tasks->bundle.rounds[round]);
}

static void put_rest(dove_json_writer *json, const annotation_tasks *tasks) {
  const dove_annotation_bundle *bundle = &tasks->bundle;
  for (size_t i = 0; i < bundle->annotator_count; i++) annotation_put_annotator(json, &bundle->annotators[i]);
  for (size_t i = 0; i < bundle->round_count; i++) annotation_put_round(json, &bundle->rounds[i]);
  for (size_t i = 0; i < bundle->code_count; i++) annotation_put_added_code(json, &bundle->codes[i]);
}

void annotation_records_begin(dove_json_writer *json, const annotation_tasks *tasks, size_t item, bool whole) {
  dove_json_key(json, "dove");
  dove_json_array_begin(json, true);
  if (whole) {
    put_rest(json, tasks);
  } else {
    put_round(json, tasks, item);
  }
}

/* They come ordered by their items. */
static size_t first_consensus(const dove_annotation_bundle *bundle, const char *item) {
  size_t low = 0, high = bundle->consensus_count;
  while (low < high) {
    const size_t middle = low + (high - low) / 2;
    if (strcmp(bundle->consensus[middle].item, item) < 0) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

void annotation_records_item(dove_json_writer *json, const annotation_tasks *tasks, size_t item, size_t from,
                             size_t end) {
  const dove_annotation_bundle *bundle = &tasks->bundle;
  const dove_bundle_item *row = &bundle->items[item];
  annotation_put_item(json, row);
  for (size_t i = from; i < end; i++) annotation_put_judgment(json, annotation_judgment(tasks, i), NULL);
  for (size_t i = first_consensus(bundle, row->uuid); i < bundle->consensus_count; i++) {
    if (strcmp(bundle->consensus[i].item, row->uuid) != 0) break;
    annotation_put_consensus(json, &bundle->consensus[i]);
  }
}

void annotation_records_end(dove_json_writer *json) { dove_json_array_end(json); }

void annotation_put_records(dove_json_writer *json, const annotation_tasks *tasks, size_t item, size_t from,
                            size_t end) {
  annotation_records_begin(json, tasks, item, item == 0);
  annotation_records_item(json, tasks, item, from, end);
  annotation_records_end(json);
}

/* ---- Times ---- */

void annotation_format_time(int64_t time, char *text) {
  const time_t seconds = (time_t)(time / 1000);
  struct tm parts;
  if (gmtime_r(&seconds, &parts) == NULL) {
    text[0] = '\0';
    return;
  }
  const size_t length = strftime(text, 24, "%Y-%m-%dT%H:%M:%S", &parts);
  snprintf(text + length, 8, ".%03dZ", (int)(time % 1000));
}

/* Milliseconds of ".123456" at `text`, which is moved behind it. */
static int64_t read_fraction(const char **text) {
  int64_t fraction = 0, unit = 100;
  if (**text != '.') return 0;
  for (++*text; **text >= '0' && **text <= '9'; ++*text, unit /= 10) fraction += unit * (**text - '0');
  return fraction;
}

int64_t annotation_read_time(const char *text) {
  struct tm parts = {0};
  int read = 0, hours = 0, minutes = 0;
  if (sscanf(text, "%4d-%2d-%2d%*1[T ]%2d:%2d:%2d%n", &parts.tm_year, &parts.tm_mon, &parts.tm_mday, &parts.tm_hour,
             &parts.tm_min, &parts.tm_sec, &read) != 6 ||
      parts.tm_year < 1970 || parts.tm_year > 9999)
    return 0;
  text += read;
  const int64_t fraction = read_fraction(&text);
  const int sign = *text == '-' ? -1 : 1;
  if (*text == '+' || *text == '-') sscanf(text + 1, "%2d:%2d", &hours, &minutes);
  parts.tm_year -= 1900;
  parts.tm_mon -= 1;
  const int64_t seconds = (int64_t)timegm(&parts) - sign * (hours * 3600 + minutes * 60);
  return seconds > 0 ? seconds * 1000 + fraction : 0;
}

double annotation_lead_time(const annotation_tasks *tasks, const dove_bundle_judgment *judgment) {
  return tasks->leads[judgment - tasks->bundle.judgments];
}
