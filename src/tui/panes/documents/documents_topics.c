#include "tui/panes/documents/documents_topics.h"

#include <stdlib.h>
#include <string.h>

#include "dove/memory.h"

enum { COLUMN_TOPIC, COLUMN_DOCUMENTS };

static const dove_list_column columns[] = {
    {.title = "topic", .width = 12, .weight = 1, .sortable = true},
    {.title = "docs", .width = 6, .alignment = DOVE_ALIGN_RIGHT, .sortable = true, .optional = true},
};

static bool is_topic(const documents_topic *row) {
  return row->id != DOCUMENTS_ALL && row->id != DOCUMENTS_WITHOUT_TOPIC;
}

/* ---- What the list asks ---- */

static size_t count(void *user) { return ((const documents_topics *)user)->shown_count; }

static const documents_topic *row_at(const documents_topics *topics, size_t row) { return topics->shown[row]; }

static int64_t id(void *user, size_t row) { return row_at(user, row)->id; }

static bool find(void *user, int64_t wanted, size_t *row) {
  const documents_topics *topics = user;
  for (size_t i = 0; i < topics->shown_count; i++) {
    if (row_at(topics, i)->id != wanted) continue;
    *row = i;
    return true;
  }
  return false;
}

static void cell(void *user, size_t row, size_t column, dove_buffer *out, dove_style *style) {
  const documents_topic *topic = row_at(user, row);
  if (!is_topic(topic)) style->role = DOVE_ROLE_STRONG;
  if (column == COLUMN_TOPIC) {
    dove_buffer_add_text(out, topic->name);
  } else {
    dove_buffer_printf(out, "%lld", (long long)topic->documents);
  }
}

/* Chooses and orders the shown rows; the first one, all documents, always stays in its place. */
static void arrange(documents_topics *topics);

static dove_status sort(void *user, size_t column, bool descending, dove_error *error) {
  documents_topics *topics = user;
  (void)error;
  topics->order = column == COLUMN_TOPIC ? DOCUMENTS_BY_NAME : DOCUMENTS_BY_COUNT;
  topics->descending = descending;
  arrange(topics);
  return DOVE_OK;
}

static dove_status filter(void *user, const char *words, dove_error *error) {
  documents_topics *topics = user;
  if (!dove_search_set(&topics->filter, words)) return dove_fail_memory(error, "filtering the topics");
  arrange(topics);
  return DOVE_OK;
}

static const dove_list_source source = {
    .count = count, .id = id, .find = find, .cell = cell, .sort = sort, .filter = filter};

/* ---- Order ---- */

/* The rows lie in one array, so that their addresses tell in which order they came. */
static int by_place(const documents_topic *left, const documents_topic *right) {
  return left < right ? -1 : left > right ? 1 : 0;
}

static int by_name(const void *a, const void *b) {
  const documents_topic *left = *(const documents_topic *const *)a;
  const documents_topic *right = *(const documents_topic *const *)b;
  int order = strcmp(left->name, right->name);
  return order != 0 ? order : by_place(left, right);
}

static int by_documents(const void *a, const void *b) {
  const documents_topic *left = *(const documents_topic *const *)a;
  const documents_topic *right = *(const documents_topic *const *)b;
  if (left->documents != right->documents) return left->documents < right->documents ? -1 : 1;
  return by_place(left, right);
}

static void order_rows(const documents_topics *topics, const documents_topic **rows, size_t size) {
  if (topics->order == DOCUMENTS_AS_THEY_CAME) return;
  qsort(rows, size, sizeof *rows, topics->order == DOCUMENTS_BY_NAME ? by_name : by_documents);
  for (size_t i = 0; topics->descending && i < size / 2; i++) {
    const documents_topic *row = rows[i];
    rows[i] = rows[size - 1 - i];
    rows[size - 1 - i] = row;
  }
}

static void arrange(documents_topics *topics) {
  topics->shown_count = 0;
  for (size_t i = 0; i < topics->count; i++) {
    const documents_topic *row = &topics->rows[i];
    bool kept = row->id == DOCUMENTS_ALL || topics->filter.words == NULL ||
                dove_search_matches(&topics->filter, row->name, strlen(row->name));
    if (kept) topics->shown[topics->shown_count++] = row;
  }
  if (topics->shown_count > 1) order_rows(topics, topics->shown + 1, topics->shown_count - 1);
}

/* ---- Beginning, end, reading ---- */

void documents_topics_init(documents_topics *topics) {
  *topics = (documents_topics){0};
  dove_list_init(&topics->list, &source, topics, columns, sizeof columns / sizeof columns[0]);
}

static void free_rows(documents_topics *topics) {
  for (size_t i = 0; i < topics->count; i++) free(topics->rows[i].name);
  free(topics->rows);
  free(topics->shown);
  topics->rows = NULL;
  topics->shown = NULL;
  topics->count = topics->shown_count = 0;
}

void documents_topics_free(documents_topics *topics) {
  free_rows(topics);
  dove_list_free(&topics->list);
  dove_search_free(&topics->filter);
}

static bool add_row(documents_topics *topics, int64_t row_id, const char *name, int64_t documents) {
  char *copy = dove_strdup(name);
  if (copy == NULL) return false;
  topics->rows[topics->count++] = (documents_topic){row_id, copy, documents};
  return true;
}

static bool fill(documents_topics *topics, const dove_overview *overview) {
  const dove_store_label_list *labels = &overview->topics;
  int64_t without = overview->counts.documents;
  topics->rows = dove_alloc(labels->count + 2, sizeof *topics->rows);
  topics->shown = dove_alloc(labels->count + 2, sizeof *topics->shown);
  if (topics->rows == NULL || topics->shown == NULL) return false;
  bool done = add_row(topics, DOCUMENTS_ALL, "all documents", overview->counts.documents);
  for (size_t i = 0; i < labels->count && done; i++) {
    without -= labels->rows[i].documents;
    done = add_row(topics, labels->rows[i].id, labels->rows[i].name, labels->rows[i].documents);
  }
  if (done && without > 0) done = add_row(topics, DOCUMENTS_WITHOUT_TOPIC, "no topic", without);
  return done;
}

dove_status documents_topics_load(documents_topics *topics, dove_model *model, dove_error *error) {
  const dove_overview *overview = NULL;
  dove_status status = dove_model_overview(model, &overview, error);
  if (status != DOVE_OK) return status;
  free_rows(topics);
  if (!fill(topics, overview)) {
    free_rows(topics);
    return dove_fail_memory(error, "reading the topics");
  }
  arrange(topics);
  dove_list_refresh(&topics->list);
  return DOVE_OK;
}

/* ---- Looking up ---- */

const documents_topic *documents_topics_find(const documents_topics *topics, int64_t wanted) {
  for (size_t i = 0; i < topics->count; i++) {
    if (topics->rows[i].id == wanted) return &topics->rows[i];
  }
  return NULL;
}

const documents_topic *documents_topics_selected(const documents_topics *topics) {
  int64_t selected = dove_list_selected(&topics->list);
  return selected >= 0 ? documents_topics_find(topics, selected) : NULL;
}

const documents_topic *documents_topics_step(const documents_topics *topics, int64_t from, int step) {
  size_t at = 0;
  bool found = false;
  for (size_t i = 0; i < topics->shown_count && !found; i++) {
    at = i;
    found = row_at(topics, i)->id == from;
  }
  if (!found) at = 0;
  while (step > 0 ? at + 1 < topics->shown_count : at > 0) {
    at = step > 0 ? at + 1 : at - 1;
    if (is_topic(row_at(topics, at))) return row_at(topics, at);
  }
  return NULL;
}

size_t documents_topics_place(const documents_topics *topics, int64_t wanted, size_t *total) {
  size_t place = 0;
  *total = 0;
  for (size_t i = 0; i < topics->shown_count; i++) {
    const documents_topic *row = row_at(topics, i);
    if (!is_topic(row)) continue;
    ++*total;
    if (row->id == wanted) place = *total;
  }
  return place;
}
