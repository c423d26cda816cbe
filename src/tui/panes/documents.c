#include "tui/panes/documents.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dove/memory.h"
#include "tui/panes/documents_compare.h"
#include "tui/panes/documents_present.h"
#include "tui/panes/documents_topics.h"
#include "tui/window_list.h"

enum { PART_TOPICS, PART_DOCUMENTS, PARTS };

typedef struct documents_pane {
  dove_explorer *explorer;
  dove_model *model;
  dove_split split; /* topics, documents */
  documents_topics topics;
  dove_window_list documents; /* of the selected topic */
  char *topic_name;           /* owned: what the query's filter points to */
  int64_t listed;             /* the row of topics whose documents are listed; −1: none yet */
  documents_compare compare;
  documents_present present;
  bool comparing; /* the documents stand side by side; else the lists are shown */
  bool arrived;   /* another pane led to the documents: going back leads there */
} documents_pane;

/* ---- The list of documents ---- */

enum {
  COLUMN_ID,
  COLUMN_CULTURE,
  COLUMN_SOURCE,
  COLUMN_EXPRESSIONS,
  COLUMN_LENGTH,
  COLUMN_ROLE,
  COLUMN_TOPIC,
};

static const dove_list_column document_columns[] = {
    [COLUMN_ID] = {.title = "document", .width = 14, .weight = 2, .sortable = true},
    [COLUMN_CULTURE] = {.title = "culture", .width = 8, .weight = 1, .sortable = true},
    [COLUMN_SOURCE] = {.title = "source", .width = 8, .weight = 1, .sortable = true},
    [COLUMN_EXPRESSIONS] =
        {.title = "values", .width = 7, .alignment = DOVE_ALIGN_RIGHT, .sortable = true, .optional = true},
    [COLUMN_LENGTH] =
        {.title = "length", .width = 7, .alignment = DOVE_ALIGN_RIGHT, .sortable = true, .optional = true},
    [COLUMN_ROLE] = {.title = "role", .width = 8, .weight = 1, .optional = true},
    [COLUMN_TOPIC] = {.title = "topic", .width = 20, .weight = 6, .sortable = true, .optional = true},
};

static void document_cell(void *pane, const void *row, size_t column, dove_buffer *out, dove_style *style) {
  const dove_store_document *document = row;
  (void)pane;
  (void)style;
  switch (column) {
    case COLUMN_ID: dove_buffer_add_text(out, document->external_id); break;
    case COLUMN_CULTURE: dove_buffer_add_text(out, document->culture); break;
    case COLUMN_SOURCE: dove_buffer_add_text(out, document->source); break;
    case COLUMN_EXPRESSIONS: dove_buffer_printf(out, "%lld", (long long)document->expressions); break;
    case COLUMN_LENGTH: dove_buffer_printf(out, "%lld", (long long)document->characters); break;
    case COLUMN_ROLE: dove_buffer_add_text(out, document->role); break;
    default: dove_buffer_add_text(out, document->topic); break;
  }
}

static void sort_documents(dove_window_query *query, size_t column, bool descending) {
  static const dove_store_document_sort orders[] = {
      [COLUMN_ID] = DOVE_STORE_DOCUMENT_BY_EXTERNAL_ID, [COLUMN_CULTURE] = DOVE_STORE_DOCUMENT_BY_CULTURE,
      [COLUMN_SOURCE] = DOVE_STORE_DOCUMENT_BY_SOURCE,  [COLUMN_EXPRESSIONS] = DOVE_STORE_DOCUMENT_BY_EXPRESSIONS,
      [COLUMN_LENGTH] = DOVE_STORE_DOCUMENT_BY_LENGTH,  [COLUMN_ROLE] = DOVE_STORE_DOCUMENT_BY_SOURCE,
      [COLUMN_TOPIC] = DOVE_STORE_DOCUMENT_BY_TOPIC,
  };
  query->documents.sort = orders[column];
  query->documents.descending = descending;
}

static const char **document_words(dove_window_query *query) { return &query->documents.filter.search; }

static const dove_window_list_operations document_operations = {
    .cell = document_cell, .sort = sort_documents, .words = document_words};

/* Lists the documents of the selected topic. */
static dove_status list_documents(documents_pane *pane, dove_error *error) {
  const documents_topic *topic = documents_topics_selected(&pane->topics);
  int64_t id = topic != NULL ? topic->id : DOCUMENTS_ALL;
  char *name = dove_strdup(topic != NULL && id != DOCUMENTS_WITHOUT_TOPIC ? topic->name : "");
  if (name == NULL) return dove_fail_memory(error, "listing documents");
  const dove_window_query query = {
      .kind = DOVE_WINDOW_DOCUMENTS,
      .documents = {.filter = {.topic = id == DOCUMENTS_ALL ? NULL : name}, .sort = DOVE_STORE_DOCUMENT_BY_TOPIC}};
  dove_status status = dove_window_list_load(&pane->documents, pane->model, &query, error);
  free(pane->topic_name);
  pane->topic_name = name;
  pane->listed = id;
  return status;
}

/* After the selection among the topics may have moved. */
static dove_status follow_topic(documents_pane *pane, dove_error *error) {
  int64_t selected = dove_list_selected(&pane->topics.list);
  return selected >= 0 && selected != pane->listed ? list_documents(pane, error) : DOVE_OK;
}

/* ---- Beginning, end, reading ---- */

static dove_status documents_open(dove_explorer *explorer, void **self, dove_error *error) {
  documents_pane *pane = dove_alloc_zero(1, sizeof *pane);
  if (pane == NULL) return dove_fail_memory(error, "opening the documents");
  pane->explorer = explorer;
  pane->model = dove_explorer_model(explorer);
  pane->split = (dove_split){.count = PARTS, .weights = {2, 3}, .least = {24, 40}};
  pane->listed = -1;
  documents_topics_init(&pane->topics);
  dove_window_list_init(&pane->documents, &document_operations, pane, document_columns,
                        sizeof document_columns / sizeof document_columns[0]);
  documents_compare_init(&pane->compare, pane->model);
  *self = pane;
  return DOVE_OK;
}

static void documents_close(void *self) {
  documents_pane *pane = self;
  documents_topics_free(&pane->topics);
  dove_window_list_free(&pane->documents);
  documents_compare_free(&pane->compare);
  documents_present_free(&pane->present);
  free(pane->topic_name);
  free(pane);
}

static dove_status documents_load(void *self, dove_error *error) {
  documents_pane *pane = self;
  dove_status status = documents_topics_load(&pane->topics, pane->model, error);
  if (status == DOVE_OK) status = list_documents(pane, error);
  if (status == DOVE_OK && pane->comparing) status = documents_compare_reload(&pane->compare, error);
  return status;
}

/* ---- Drawing ---- */

static bool is_empty(const documents_pane *pane) {
  const documents_topic *all = documents_topics_find(&pane->topics, DOCUMENTS_ALL);
  return all == NULL || all->documents == 0;
}

static void draw_empty(const dove_surface *surface) {
  const dove_style style = dove_style_of(DOVE_ROLE_NORMAL);
  dove_draw_string(surface, 0, 1, "No documents yet.", style);
  dove_draw_string(surface, 2, 1, "dove import PROJECT FILE   brings them in", style);
  dove_draw_string(surface, 3, 1, "dove demo                  makes a sample project", style);
}

static void documents_draw(void *self, const dove_surface *surface, bool focus) {
  documents_pane *pane = self;
  if (is_empty(pane)) {
    draw_empty(surface);
  } else if (pane->present.on && pane->comparing) {
    documents_present_draw(&pane->present, &pane->compare, surface);
  } else if (pane->comparing) {
    documents_compare_draw(&pane->compare, surface, focus);
  } else {
    dove_split_layout(&pane->split, surface);
    const dove_surface *parts = pane->split.parts;
    if (parts[PART_TOPICS].width > 0) {
      dove_list_draw(&pane->topics.list, &parts[PART_TOPICS], focus && pane->split.focus == PART_TOPICS);
    }
    if (parts[PART_DOCUMENTS].width > 0) {
      dove_list_draw(&pane->documents.list, &parts[PART_DOCUMENTS], focus && pane->split.focus == PART_DOCUMENTS);
    }
  }
}

/* ---- Opening ---- */

static dove_pane_result done(dove_status status) { return status == DOVE_OK ? DOVE_PANE_REDRAW : DOVE_PANE_FAILED; }

static const char *name_of(const documents_topic *topic) {
  return topic->id == DOCUMENTS_WITHOUT_TOPIC ? "" : topic->name;
}

/* What the lists were filtered by is looked for in the texts as well. */
static dove_status carry_search(documents_pane *pane, dove_error *error) {
  const char *words = pane->documents.list.filter;
  if (words == NULL || pane->compare.words != NULL) return DOVE_OK;
  return documents_compare_search(&pane->compare, words, error);
}

static dove_pane_result open_topic(documents_pane *pane, const documents_topic *topic, dove_error *error) {
  dove_status status = documents_compare_topic(&pane->compare, topic->id, name_of(topic), error);
  if (status == DOVE_OK) status = carry_search(pane, error);
  if (status == DOVE_OK) pane->comparing = true;
  return done(status);
}

static dove_pane_result open_document(documents_pane *pane, int64_t document, dove_error *error) {
  dove_status status = documents_compare_document(&pane->compare, document, 0, error);
  if (status == DOVE_OK) status = carry_search(pane, error);
  if (status == DOVE_OK) pane->comparing = true;
  return done(status);
}

static dove_pane_result open_code(documents_pane *pane, dove_error *error) {
  if (pane->compare.key <= 0) {
    dove_fail(error, DOVE_NOT_FOUND, "there is no code to show: the document is not coded at this iteration");
    return DOVE_PANE_FAILED;
  }
  const dove_target target = {.kind = DOVE_TARGET_CODE, .id = pane->compare.key};
  return done(dove_explorer_go(pane->explorer, DOVE_COMMAND_PANE_CODES, &target, error));
}

static dove_pane_result open_selected(documents_pane *pane, dove_error *error) {
  if (is_empty(pane)) return DOVE_PANE_HANDLED;
  if (pane->comparing) return open_code(pane, error);
  if (pane->split.focus == PART_DOCUMENTS) {
    int64_t document = dove_list_selected(&pane->documents.list);
    return document > 0 ? open_document(pane, document, error) : DOVE_PANE_HANDLED;
  }
  const documents_topic *topic = documents_topics_selected(&pane->topics);
  if (topic == NULL) return DOVE_PANE_HANDLED;
  if (topic->id != DOCUMENTS_ALL) return open_topic(pane, topic, error);
  pane->split.focus = PART_DOCUMENTS;
  return DOVE_PANE_REDRAW;
}

static dove_pane_result go_back(documents_pane *pane) {
  if (!pane->comparing || pane->arrived) {
    pane->arrived = false;
    return DOVE_PANE_IGNORED;
  }
  pane->comparing = false;
  return DOVE_PANE_REDRAW;
}

/* The next topic in the order of the list, which follows unless it stands at all documents. */
static dove_pane_result step_topic(documents_pane *pane, int step, dove_error *error) {
  int64_t from = pane->comparing ? pane->compare.topic : dove_list_selected(&pane->topics.list);
  const documents_topic *topic = documents_topics_step(&pane->topics, from, step);
  if (topic == NULL) {
    dove_fail(error, DOVE_NOT_FOUND, "this is the %s topic", step > 0 ? "last" : "first");
    return DOVE_PANE_FAILED;
  }
  if (!pane->comparing || pane->listed != DOCUMENTS_ALL) dove_list_select(&pane->topics.list, topic->id);
  if (follow_topic(pane, error) != DOVE_OK) return DOVE_PANE_FAILED;
  if (!pane->comparing) return DOVE_PANE_REDRAW;
  return open_topic(pane, topic, error);
}

/* ---- Presenting ---- */

static bool is_pair(const documents_pane *pane) {
  return pane->compare.sides[0].document != 0 && pane->compare.sides[1].document != 0;
}

/* The next topic that has a document for both sides; from the last on to the first when `round`. */
static dove_pane_result step_pair(documents_pane *pane, int step, bool round, dove_error *error) {
  const int64_t began = pane->compare.topic;
  int64_t at = began;
  documents_present_turn(&pane->present);
  for (size_t tried = 0; tried < pane->topics.shown_count; tried++) {
    const documents_topic *topic = documents_topics_step(&pane->topics, at, step);
    if (topic == NULL && round) topic = documents_topics_step(&pane->topics, DOCUMENTS_ALL, step);
    if (topic == NULL || topic->id == began) break;
    at = topic->id;
    if (open_topic(pane, topic, error) != DOVE_PANE_REDRAW) return DOVE_PANE_FAILED;
    if (is_pair(pane)) return DOVE_PANE_REDRAW;
  }
  const documents_topic *back = documents_topics_find(&pane->topics, began);
  if (back != NULL && at != began && open_topic(pane, back, error) != DOVE_PANE_REDRAW) return DOVE_PANE_FAILED;
  if (round) return DOVE_PANE_REDRAW;
  dove_fail(error, DOVE_NOT_FOUND, "this is the %s pair", step > 0 ? "last" : "first");
  return DOVE_PANE_FAILED;
}

static dove_pane_result start_presenting(documents_pane *pane, const char *argument, dove_error *error) {
  if (!pane->comparing) {
    const documents_topic *topic = documents_topics_selected(&pane->topics);
    if (topic == NULL || topic->id == DOCUMENTS_ALL) topic = documents_topics_step(&pane->topics, DOCUMENTS_ALL, 1);
    if (topic == NULL) return DOVE_PANE_HANDLED;
    if (open_topic(pane, topic, error) != DOVE_PANE_REDRAW) return DOVE_PANE_FAILED;
  }
  if (documents_present_start(&pane->present, argument, error) != DOVE_OK) return DOVE_PANE_FAILED;
  return is_pair(pane) ? DOVE_PANE_REDRAW : step_pair(pane, 1, true, error);
}

static dove_pane_result present_command(documents_pane *pane, dove_command_id command, const char *argument,
                                        dove_error *error) {
  switch (command) {
    case DOVE_COMMAND_PAGE_DOWN:
    case DOVE_COMMAND_RIGHT:
    case DOVE_COMMAND_OPEN:
    case DOVE_COMMAND_TOPIC_NEXT: return step_pair(pane, 1, false, error);
    case DOVE_COMMAND_PAGE_UP:
    case DOVE_COMMAND_LEFT:
    case DOVE_COMMAND_TOPIC_PREVIOUS: return step_pair(pane, -1, false, error);
    case DOVE_COMMAND_EVIDENCE: pane->present.revealed = !pane->present.revealed; return DOVE_PANE_REDRAW;
    case DOVE_COMMAND_PRESENT:
      if (argument[0] != '\0') return start_presenting(pane, argument, error);
      documents_present_stop(&pane->present);
      return DOVE_PANE_REDRAW;
    case DOVE_COMMAND_BACK:
    case DOVE_COMMAND_CLEAR: documents_present_stop(&pane->present); return DOVE_PANE_REDRAW;
    default: return documents_present_scroll(&pane->present, command, error);
  }
}

static bool documents_alone(const void *self) {
  const documents_pane *pane = self;
  return pane->present.on && pane->comparing && !is_empty(pane);
}

static int documents_wait(const void *self) {
  const documents_pane *pane = self;
  return documents_alone(self) ? documents_present_wait(&pane->present) : -1;
}

/* The time of a pair is over. */
static dove_pane_result documents_tick(void *self, dove_error *error) { return step_pair(self, 1, true, error); }

/* ---- Commands ---- */

static dove_pane_result list_command(documents_pane *pane, dove_command_id command, const char *argument,
                                     dove_error *error) {
  dove_pane_result result = dove_split_command(&pane->split, command);
  if (result != DOVE_PANE_IGNORED) return result;
  if (command == DOVE_COMMAND_RIGHT || command == DOVE_COMMAND_LEFT) {
    pane->split.focus = command == DOVE_COMMAND_RIGHT ? PART_DOCUMENTS : PART_TOPICS;
    return DOVE_PANE_REDRAW;
  }
  if (pane->split.focus == PART_DOCUMENTS) return dove_list_command(&pane->documents.list, command, argument, error);
  result = dove_list_command(&pane->topics.list, command, argument, error);
  if (result == DOVE_PANE_REDRAW && follow_topic(pane, error) != DOVE_OK) return DOVE_PANE_FAILED;
  return result;
}

static dove_pane_result documents_command(void *self, dove_command_id command, const char *argument,
                                          dove_error *error) {
  documents_pane *pane = self;
  if (documents_alone(pane)) return present_command(pane, command, argument, error);
  if (command == DOVE_COMMAND_PRESENT && !is_empty(pane)) return start_presenting(pane, argument, error);
  if (command == DOVE_COMMAND_OPEN) return open_selected(pane, error);
  if (command == DOVE_COMMAND_BACK) return go_back(pane);
  if (command == DOVE_COMMAND_TOPIC_NEXT) return step_topic(pane, 1, error);
  if (command == DOVE_COMMAND_TOPIC_PREVIOUS) return step_topic(pane, -1, error);
  if (is_empty(pane)) return DOVE_PANE_IGNORED;
  if (pane->comparing) return documents_compare_command(&pane->compare, command, argument, error);
  dove_pane_result result = list_command(pane, command, argument, error);
  bool own = dove_command_get(command)->context == DOVE_CONTEXT_DOCUMENTS;
  if (result != DOVE_PANE_IGNORED || !own) return result;
  dove_fail(error, DOVE_NOT_FOUND, "open a topic or a document first: Enter");
  return DOVE_PANE_FAILED;
}

static dove_pane_result documents_mouse(void *self, const dove_mouse *mouse, dove_error *error) {
  documents_pane *pane = self;
  size_t part;
  dove_mouse inside;
  if (is_empty(pane)) return DOVE_PANE_IGNORED;
  if (documents_alone(pane)) {
    return mouse->kind == DOVE_MOUSE_PRESS ? step_pair(pane, 1, false, error) : DOVE_PANE_HANDLED;
  }
  if (pane->comparing) return documents_compare_mouse(&pane->compare, mouse, error);
  if (!dove_split_mouse(&pane->split, mouse, &part, &inside)) return DOVE_PANE_IGNORED;
  if (part == PART_DOCUMENTS) return dove_list_mouse(&pane->documents.list, &inside, error);
  dove_pane_result result = dove_list_mouse(&pane->topics.list, &inside, error);
  return follow_topic(pane, error) == DOVE_OK ? result : DOVE_PANE_FAILED;
}

/* ---- Being led here ---- */

static dove_status select_expression(documents_pane *pane, int64_t expression, dove_error *error) {
  dove_store_expression_list list = {0};
  dove_status status = dove_store_expression_rows(dove_model_store(pane->model), &expression, 1, &list, error);
  if (status != DOVE_OK) return status;
  status = documents_compare_document(&pane->compare, list.rows[0].document, 0, error);
  if (status == DOVE_OK) {
    int64_t key = documents_side_key_of(&pane->compare.sides[0], &list.rows[0]);
    status = documents_compare_select(&pane->compare, key, error);
    documents_side *side = &pane->compare.sides[0];
    side->looked_at = expression;
    if (list.rows[0].evidence_start >= 0) side->to_show = list.rows[0].evidence_start;
  }
  dove_store_expression_list_free(&list);
  return status;
}

static dove_status select_topic(documents_pane *pane, int64_t id, dove_error *error) {
  const documents_topic *topic = documents_topics_find(&pane->topics, id);
  if (topic == NULL) return dove_fail(error, DOVE_NOT_FOUND, "there is no such topic");
  return documents_compare_topic(&pane->compare, id, name_of(topic), error);
}

static dove_status documents_select(void *self, const dove_target *target, dove_error *error) {
  documents_pane *pane = self;
  dove_status status;
  if (target->kind == DOVE_TARGET_DOCUMENT) {
    status = documents_compare_document(&pane->compare, target->id, target->other, error);
    if (status == DOVE_OK && target->code > 0) status = documents_compare_select(&pane->compare, target->code, error);
  } else if (target->kind == DOVE_TARGET_EXPRESSION) {
    status = select_expression(pane, target->id, error);
  } else if (target->kind == DOVE_TARGET_TOPIC) {
    status = select_topic(pane, target->id, error);
  } else {
    return dove_fail(error, DOVE_NOT_FOUND, "this cannot be shown among the documents");
  }
  if (status == DOVE_OK) pane->comparing = pane->arrived = true;
  return status;
}

/* ---- Title, hints, copy, export ---- */

static void documents_title(void *self, dove_buffer *out) {
  documents_pane *pane = self;
  if (pane->comparing) {
    size_t total;
    size_t place = documents_topics_place(&pane->topics, pane->compare.topic, &total);
    if (place > 0) dove_buffer_printf(out, "%zu/%zu ", place, total);
    const char *name = pane->compare.topic_name;
    dove_buffer_add_text(out, name != NULL && name[0] != '\0' ? name : "documents without a topic");
    if (pane->compare.words != NULL) dove_buffer_printf(out, " · search: %s", pane->compare.words);
    return;
  }
  dove_buffer_add_text(out, "Documents");
  const dove_list *lists[] = {&pane->topics.list, &pane->documents.list};
  static const char *const names[] = {"topics", "documents"};
  for (size_t i = 0; i < PARTS; i++) {
    if (lists[i]->filter == NULL && !lists[i]->sorted) continue;
    dove_buffer_printf(out, " · %s ", names[i]);
    dove_list_describe(lists[i], out);
  }
}

static void documents_hints(void *self, dove_buffer *out) {
  const documents_pane *pane = self;
  if (is_empty(pane)) return;
  dove_buffer_add_text(out, pane->comparing
                                ? "Tab other side  J/K topic  v evidence  c culture  m model  r role  . other"
                                : "Tab other list  Enter side by side  \\ search all texts");
}

static void documents_copy(void *self, dove_buffer *out) {
  documents_pane *pane = self;
  if (pane->comparing) {
    const documents_side *side = &pane->compare.sides[pane->compare.split.focus];
    documents_side_quote(side, pane->compare.key, out);
    if (out->length == 0 && side->document != 0) dove_buffer_add_text(out, side->view.text);
    return;
  }
  const documents_topic *topic = documents_topics_selected(&pane->topics);
  const dove_store_document *document = dove_window_list_row(&pane->documents);
  if (pane->split.focus == PART_TOPICS && topic != NULL) dove_buffer_add_text(out, topic->name);
  if (pane->split.focus == PART_DOCUMENTS && document != NULL) dove_buffer_add_text(out, document->external_id);
}

static dove_status documents_export(void *self, dove_buffer *out, dove_error *error) {
  documents_pane *pane = self;
  if (pane->comparing) {
    documents_compare_export(&pane->compare, out);
    return out->failed ? dove_fail_memory(error, "exporting") : DOVE_OK;
  }
  return dove_list_export(pane->split.focus == PART_TOPICS ? &pane->topics.list : &pane->documents.list, out, error);
}

static const char *documents_column(void *self, size_t index) {
  const documents_pane *pane = self;
  const dove_list *list = pane->split.focus == PART_TOPICS ? &pane->topics.list : &pane->documents.list;
  for (size_t i = 0; i < list->column_count; i++) {
    if (list->columns[i].sortable && index-- == 0) return list->columns[i].title;
  }
  return NULL;
}

/* ---- State ---- */

/* The parts of the state, a tab between them: numbers, the list of topics, the list of documents. */
static void documents_save(void *self, dove_buffer *state) {
  const documents_pane *pane = self;
  const documents_compare *compare = &pane->compare;
  dove_buffer_printf(state,
                     "comparing=%d arrived=%d part=%zu side=%zu asked=%zu code=%lld topic=%lld shown=", pane->comparing,
                     pane->arrived, pane->split.focus, compare->split.focus, compare->asked, (long long)compare->key,
                     (long long)compare->topic);
  for (size_t i = 0; i < DOCUMENTS_SIDES; i++) {
    dove_buffer_printf(state, "%s%lld", i > 0 ? "," : "", (long long)compare->sides[i].document);
  }
  dove_buffer_add_text(state, "\t");
  dove_list_save(&pane->topics.list, state);
  dove_buffer_add_text(state, "\t");
  dove_list_save(&pane->documents.list, state);
}

static void restore_list(dove_list *list, const char *state, const char *end) {
  char *copy = dove_strndup(state, end != NULL ? (size_t)(end - state) : strlen(state));
  if (copy != NULL) dove_list_restore(list, copy);
  free(copy);
}

/* The documents that stood side by side, as far as they are still there. */
static dove_status restore_sides(documents_compare *compare, const long long *shown, dove_error *error) {
  dove_status status = documents_compare_document(compare, shown[0], shown[1], error);
  for (size_t i = 2; i < compare->split.count && status == DOVE_OK; i++) {
    if (shown[i] > 0) status = documents_compare_put(compare, i, shown[i], error);
  }
  return status;
}

static void documents_restore(void *self, const char *state) {
  documents_pane *pane = self;
  int comparing, arrived;
  size_t part, side, asked;
  long long code, topic;
  long long shown[DOCUMENTS_SIDES];
  dove_error ignored = {0};
  if (sscanf(state,
             "comparing=%d arrived=%d part=%zu side=%zu asked=%zu code=%lld topic=%lld shown=%lld,%lld,%lld,%lld",
             &comparing, &arrived, &part, &side, &asked, &code, &topic, &shown[0], &shown[1], &shown[2],
             &shown[3]) != 11) {
    return;
  }
  const char *topics = strchr(state, '\t');
  const char *documents = topics != NULL ? strchr(topics + 1, '\t') : NULL;
  if (topics != NULL) restore_list(&pane->topics.list, topics + 1, documents);
  if (follow_topic(pane, &ignored) == DOVE_OK && documents != NULL) {
    restore_list(&pane->documents.list, documents + 1, NULL);
  }
  pane->split.focus = part < PARTS ? part : 0;
  pane->compare.asked = asked >= 2 && asked <= DOCUMENTS_SIDES ? asked : 0;
  pane->arrived = arrived != 0;
  pane->comparing = comparing != 0 && shown[0] > 0 && restore_sides(&pane->compare, shown, &ignored) == DOVE_OK;
  if (!pane->comparing) return;
  pane->compare.split.focus = side < pane->compare.split.count ? side : 0;
  if (documents_compare_select(&pane->compare, code, &ignored) != DOVE_OK) pane->comparing = false;
}

const dove_pane_operations dove_pane_documents = {
    .id = "documents",
    .name = "Documents",
    .digit = '5',
    .context = DOVE_CONTEXT_DOCUMENTS,
    .opened_by = DOVE_COMMAND_PANE_DOCUMENTS,
    .open = documents_open,
    .close = documents_close,
    .load = documents_load,
    .draw = documents_draw,
    .command = documents_command,
    .mouse = documents_mouse,
    .select = documents_select,
    .title = documents_title,
    .hints = documents_hints,
    .copy = documents_copy,
    .export = documents_export,
    .save = documents_save,
    .restore = documents_restore,
    .alone = documents_alone,
    .wait = documents_wait,
    .tick = documents_tick,
    .column = documents_column,
};
