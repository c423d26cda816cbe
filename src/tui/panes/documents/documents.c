#include "tui/panes/documents/documents.h"

#include <stdlib.h>
#include <string.h>

#include "dove/memory.h"
#include "tui/panes/documents/documents_pane.h"

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

dove_status documents_follow_topic(documents_pane *pane, dove_error *error) {
  int64_t selected = dove_list_selected(&pane->topics.list);
  return selected >= 0 && selected != pane->listed ? list_documents(pane, error) : DOVE_OK;
}

/* ---- Beginning, end, reading ---- */

static dove_status documents_open(dove_explorer *explorer, void **self, dove_error *error) {
  documents_pane *pane = dove_alloc_zero(1, sizeof *pane);
  if (pane == NULL) return dove_fail_memory(error, "opening the documents");
  pane->explorer = explorer;
  pane->model = dove_explorer_model(explorer);
  pane->split = (dove_split){.count = DOCUMENTS_PARTS, .weights = {2, 3}, .least = {24, 40}};
  pane->listed = -1;
  documents_topics_init(&pane->topics);
  documents_list_init(pane);
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
  documents_compare_hide_weights(&pane->compare, dove_explorer_hides_weights(pane->explorer));
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
  dove_draw_string(surface, 2, 1, "1 i   imports some, in the overview", style);
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
    if (parts[DOCUMENTS_PART_TOPICS].width > 0) {
      dove_list_draw(&pane->topics.list, &parts[DOCUMENTS_PART_TOPICS],
                     focus && pane->split.focus == DOCUMENTS_PART_TOPICS);
    }
    if (parts[DOCUMENTS_PART_DOCUMENTS].width > 0) {
      dove_list_draw(&pane->documents.list, &parts[DOCUMENTS_PART_DOCUMENTS],
                     focus && pane->split.focus == DOCUMENTS_PART_DOCUMENTS);
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

dove_pane_result documents_open_topic(documents_pane *pane, const documents_topic *topic, dove_error *error) {
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

/* To the item of the document that stands here, with the selected code, in a round of annotation. */
static dove_pane_result judge(documents_pane *pane, dove_error *error) {
  const int64_t listed = pane->split.focus == DOCUMENTS_PART_DOCUMENTS ? dove_list_selected(&pane->documents.list) : -1;
  const int64_t document = pane->comparing ? pane->compare.sides[pane->compare.split.focus].document : listed;
  if (document <= 0) {
    dove_fail(error, DOVE_NOT_FOUND, "choose the document that is to be judged: Tab, Enter");
    return DOVE_PANE_FAILED;
  }
  const dove_target target = {.kind = DOVE_TARGET_DOCUMENT,
                              .id = document,
                              .code = pane->comparing && pane->compare.key > 0 ? pane->compare.key : 0};
  return done(dove_explorer_go(pane->explorer, DOVE_COMMAND_PANE_ANNOTATE, &target, error));
}

static dove_pane_result open_selected(documents_pane *pane, dove_error *error) {
  if (is_empty(pane)) return DOVE_PANE_HANDLED;
  if (pane->comparing) return open_code(pane, error);
  if (pane->split.focus == DOCUMENTS_PART_DOCUMENTS) {
    int64_t document = dove_list_selected(&pane->documents.list);
    return document > 0 ? open_document(pane, document, error) : DOVE_PANE_HANDLED;
  }
  const documents_topic *topic = documents_topics_selected(&pane->topics);
  if (topic == NULL) return DOVE_PANE_HANDLED;
  if (topic->id != DOCUMENTS_ALL) return documents_open_topic(pane, topic, error);
  pane->split.focus = DOCUMENTS_PART_DOCUMENTS;
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
  if (documents_follow_topic(pane, error) != DOVE_OK) return DOVE_PANE_FAILED;
  if (!pane->comparing) return DOVE_PANE_REDRAW;
  return documents_open_topic(pane, topic, error);
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
static dove_pane_result documents_tick(void *self, dove_error *error) {
  return documents_pairs_step(self, 1, true, error);
}

/* ---- Commands ---- */

static dove_pane_result list_command(documents_pane *pane, dove_command_id command, const char *argument,
                                     dove_error *error) {
  dove_pane_result result = dove_split_command(&pane->split, command);
  if (result != DOVE_PANE_IGNORED) return result;
  if (command == DOVE_COMMAND_RIGHT || command == DOVE_COMMAND_LEFT) {
    pane->split.focus = command == DOVE_COMMAND_RIGHT ? DOCUMENTS_PART_DOCUMENTS : DOCUMENTS_PART_TOPICS;
    return DOVE_PANE_REDRAW;
  }
  if (pane->split.focus == DOCUMENTS_PART_DOCUMENTS)
    return dove_list_command(&pane->documents.list, command, argument, error);
  result = dove_list_command(&pane->topics.list, command, argument, error);
  if (result == DOVE_PANE_REDRAW && documents_follow_topic(pane, error) != DOVE_OK) return DOVE_PANE_FAILED;
  return result;
}

static dove_pane_result documents_command(void *self, dove_command_id command, const char *argument,
                                          dove_error *error) {
  documents_pane *pane = self;
  if (documents_alone(pane)) return documents_pairs_command(pane, command, argument, error);
  if (command == DOVE_COMMAND_PRESENT && !is_empty(pane)) return documents_pairs_start(pane, argument, error);
  if (command == DOVE_COMMAND_OPEN) return open_selected(pane, error);
  if (command == DOVE_COMMAND_BACK) return go_back(pane);
  if (command == DOVE_COMMAND_JUDGE_THIS) return judge(pane, error);
  if (command == DOVE_COMMAND_TOPIC_NEXT) return step_topic(pane, 1, error);
  if (command == DOVE_COMMAND_TOPIC_PREVIOUS) return step_topic(pane, -1, error);
  if (is_empty(pane)) return DOVE_PANE_IGNORED;
  if (pane->comparing) return documents_compare_command(&pane->compare, command, argument, error);
  dove_pane_result result = list_command(pane, command, argument, error);
  const dove_command *known = dove_command_get(command);
  if (result != DOVE_PANE_IGNORED || known == NULL || known->context != DOVE_CONTEXT_DOCUMENTS) return result;
  dove_fail(error, DOVE_NOT_FOUND, "open a topic or a document first: Enter");
  return DOVE_PANE_FAILED;
}

static dove_pane_result documents_mouse(void *self, const dove_mouse *mouse, dove_error *error) {
  documents_pane *pane = self;
  size_t part;
  dove_mouse inside;
  if (is_empty(pane)) return DOVE_PANE_IGNORED;
  if (documents_alone(pane)) {
    return mouse->kind == DOVE_MOUSE_PRESS ? documents_pairs_step(pane, 1, false, error) : DOVE_PANE_HANDLED;
  }
  if (pane->comparing) return documents_compare_mouse(&pane->compare, mouse, error);
  if (!dove_split_mouse(&pane->split, mouse, &part, &inside)) return DOVE_PANE_IGNORED;
  if (part == DOCUMENTS_PART_DOCUMENTS) return dove_list_mouse(&pane->documents.list, &inside, error);
  dove_pane_result result = dove_list_mouse(&pane->topics.list, &inside, error);
  return documents_follow_topic(pane, error) == DOVE_OK ? result : DOVE_PANE_FAILED;
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
    if (pane->compare.sides[0].hides_weights) dove_buffer_add_text(out, DOVE_WEIGHTS_HIDDEN);
    return;
  }
  dove_buffer_add_text(out, "Documents");
  const dove_list *lists[] = {&pane->topics.list, &pane->documents.list};
  static const char *const names[] = {"topics", "documents"};
  for (size_t i = 0; i < DOCUMENTS_PARTS; i++) {
    if (lists[i]->filter == NULL && !lists[i]->sorted) continue;
    dove_buffer_printf(out, " · %s ", names[i]);
    dove_list_describe(lists[i], out);
  }
}

static void documents_state(const void *self, dove_command_state *state) {
  const documents_pane *pane = self;
  state->empty = is_empty(pane);
}

static void documents_hints(void *self, dove_buffer *out) {
  const documents_pane *pane = self;
  if (is_empty(pane)) return;
  if (pane->comparing && pane->compare.key > 0) dove_buffer_add_text(out, "Enter the code  ");
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
  if (pane->split.focus == DOCUMENTS_PART_TOPICS && topic != NULL) dove_buffer_add_text(out, topic->name);
  if (pane->split.focus == DOCUMENTS_PART_DOCUMENTS && document != NULL)
    dove_buffer_add_text(out, document->external_id);
}

static dove_status documents_export(void *self, dove_buffer *out, dove_error *error) {
  documents_pane *pane = self;
  if (pane->comparing) {
    documents_compare_export(&pane->compare, out);
    return out->failed ? dove_fail_memory(error, "exporting") : DOVE_OK;
  }
  return dove_list_export(pane->split.focus == DOCUMENTS_PART_TOPICS ? &pane->topics.list : &pane->documents.list, out,
                          error);
}

static const char *documents_column(void *self, size_t index) {
  const documents_pane *pane = self;
  const dove_list *list = pane->split.focus == DOCUMENTS_PART_TOPICS ? &pane->topics.list : &pane->documents.list;
  for (size_t i = 0; i < list->column_count; i++) {
    if (list->columns[i].sortable && index-- == 0) return list->columns[i].title;
  }
  return NULL;
}

static int64_t documents_document(const void *self) {
  const documents_pane *pane = self;
  if (pane->comparing) return pane->compare.sides[pane->compare.split.focus].document;
  const int64_t listed = dove_list_selected(&pane->documents.list);
  return listed > 0 ? listed : 0;
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
    .state = documents_state,
    .mouse = documents_mouse,
    .select = documents_select,
    .title = documents_title,
    .hints = documents_hints,
    .copy = documents_copy,
    .export = documents_export,
    .document = documents_document,
    .save = documents_save,
    .restore = documents_restore,
    .alone = documents_alone,
    .wait = documents_wait,
    .tick = documents_tick,
    .column = documents_column,
};
