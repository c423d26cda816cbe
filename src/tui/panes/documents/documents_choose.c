/* Which document a column shows. */
#include <stdlib.h>
#include <string.h>

#include "tui/panes/documents/documents_compare.h"

void documents_wish_free(documents_wish *wish) {
  free(wish->culture);
  free(wish->source);
  free(wish->role);
  *wish = (documents_wish){0};
}

/* True when one of the first `count` columns shows the document. */
static bool is_shown(const documents_compare *compare, int64_t document, size_t count) {
  for (size_t i = 0; i < count; i++) {
    if (compare->sides[i].document == document) return true;
  }
  return false;
}

/* The first document of the topic that passes the filter and stands in none of the first `count` columns; 0 when there
 * is none. */
static dove_status first_match(const documents_compare *compare, dove_store_document_filter filter, size_t count,
                               int64_t *document, dove_error *error) {
  dove_store_document_list list = {0};
  filter.topic = compare->topic_name;
  const dove_store_document_query query = {
      .filter = filter, .sort = DOVE_STORE_DOCUMENT_BY_TOPIC, .limit = DOCUMENTS_SIDES + 1};
  dove_status status = dove_store_document_page(dove_model_store(compare->model), &query, &list, error);
  for (size_t i = 0; i < list.count && *document == 0; i++) {
    if (!is_shown(compare, list.rows[i].id, count)) *document = list.rows[i].id;
  }
  dove_store_document_list_free(&list);
  return status;
}

dove_status documents_choose_wished(documents_compare *compare, size_t side, int64_t *document, dove_error *error) {
  const documents_wish *wish = &compare->wishes[side];
  const dove_store_document *first = documents_side_document(&compare->sides[0]);
  /* Without a wish: a human document first, and beside it what it is to be compared with. */
  bool human = wish->set ? wish->human : side == 0 || (first != NULL && !first->human);
  const dove_store_document_filter filters[] = {
      {.culture = wish->culture, .source = wish->source, .role = wish->role},
      {.side = human ? DOVE_STORE_HUMAN : DOVE_STORE_MODEL},
      {0},
  };
  dove_status status = DOVE_OK;
  *document = 0;
  for (size_t i = wish->set ? 0 : 1; i < sizeof filters / sizeof filters[0] && *document == 0; i++) {
    if (status == DOVE_OK) status = first_match(compare, filters[i], side, document, error);
  }
  return status;
}

/* ---- By a command ---- */

static dove_status step_document(const documents_compare *compare, int step, int64_t *document, dove_error *error) {
  dove_store *store = dove_model_store(compare->model);
  size_t side = compare->split.focus;
  dove_store_document_query query = {
      .filter = {.topic = compare->topic_name}, .sort = DOVE_STORE_DOCUMENT_BY_TOPIC, .limit = 1};
  int64_t count = 0;
  int64_t place = -1;
  dove_status status = dove_store_document_count(store, &query.filter, &count, error);
  if (status == DOVE_OK) {
    status = dove_store_document_place(store, &query, compare->sides[side].document, &place, error);
  }
  if (place < 0) place = step > 0 ? -1 : 0;
  for (int tries = 0; tries <= DOCUMENTS_SIDES && status == DOVE_OK && *document == 0 && count > 0; tries++) {
    dove_store_document_list list = {0};
    place = (place + step + count) % count;
    query.offset = place;
    status = dove_store_document_page(store, &query, &list, error);
    if (list.count == 1 && !is_shown(compare, list.rows[0].id, compare->split.count)) *document = list.rows[0].id;
    dove_store_document_list_free(&list);
  }
  return status;
}

/* A walk through names, from the one after `present` on and round the end; or to one name only. */
typedef struct walk {
  const char *names[256];
  size_t count;
} walk;

static void add_labels(walk *names, const dove_store_label_list *labels, bool models_only) {
  for (size_t i = 0; i < labels->count && names->count < sizeof names->names / sizeof names->names[0]; i++) {
    if (!models_only || !labels->rows[i].human) names->names[names->count++] = labels->rows[i].name;
  }
}

static dove_store_document_filter filter_of(dove_command_id command, const dove_store_document *present,
                                            const char *name) {
  if (command == DOVE_COMMAND_SIDE_CULTURE)
    return (dove_store_document_filter){.culture = name, .side = DOVE_STORE_HUMAN};
  if (command == DOVE_COMMAND_SIDE_MODEL) return (dove_store_document_filter){.source = name, .side = DOVE_STORE_MODEL};
  bool model = present != NULL && !present->human;
  return (dove_store_document_filter){.source = model ? present->source : NULL, .side = DOVE_STORE_MODEL, .role = name};
}

static const char *present_name(dove_command_id command, const dove_store_document *present) {
  if (present == NULL) return NULL;
  if (command == DOVE_COMMAND_SIDE_CULTURE) return present->human ? present->culture : NULL;
  if (present->human) return NULL;
  return command == DOVE_COMMAND_SIDE_MODEL ? present->source : present->role;
}

static void list_names(dove_command_id command, const dove_overview *overview, walk *names) {
  if (command == DOVE_COMMAND_SIDE_CULTURE) add_labels(names, &overview->cultures, false);
  if (command == DOVE_COMMAND_SIDE_MODEL) add_labels(names, &overview->sources, true);
  if (command != DOVE_COMMAND_SIDE_ROLE) return;
  names->names[names->count++] = "";
  add_labels(names, &overview->roles, false);
}

static dove_status step_name(const documents_compare *compare, dove_command_id command, const char *argument,
                             int64_t *document, dove_error *error) {
  const dove_overview *overview = NULL;
  dove_status status = dove_model_overview(compare->model, &overview, error);
  if (status != DOVE_OK) return status;
  size_t side = compare->split.focus;
  const dove_store_document *present = documents_side_document(&compare->sides[side]);
  const char *from = present_name(command, present);
  walk names = {0};
  list_names(command, overview, &names);
  size_t start = 0;
  for (size_t i = 0; i < names.count; i++) {
    if (from != NULL && strcmp(names.names[i], from) == 0) start = i + 1;
  }
  for (size_t i = 0; i < names.count && status == DOVE_OK && *document == 0; i++) {
    const char *name = names.names[(start + i) % names.count];
    if (argument[0] != '\0' && strcmp(name, argument) != 0) continue;
    const dove_store_document_filter filter = filter_of(command, present, name);
    status = first_match(compare, filter, compare->split.count, document, error);
  }
  return status;
}

dove_status documents_choose(const documents_compare *compare, dove_command_id command, const char *argument,
                             int64_t *document, dove_error *error) {
  static const char *const kinds[] = {"culture", "model", "role"};
  *document = 0;
  size_t kind = command == DOVE_COMMAND_SIDE_CULTURE ? 0 : command == DOVE_COMMAND_SIDE_MODEL ? 1 : 2;
  bool step = command == DOVE_COMMAND_DOCUMENT_NEXT || command == DOVE_COMMAND_DOCUMENT_PREVIOUS;
  dove_status status = step ? step_document(compare, command == DOVE_COMMAND_DOCUMENT_NEXT ? 1 : -1, document, error)
                            : step_name(compare, command, argument, document, error);
  if (status != DOVE_OK || *document != 0) return status;
  if (step) return dove_fail(error, DOVE_NOT_FOUND, "there is no other document on this topic");
  if (argument[0] != '\0') {
    return dove_fail(error, DOVE_NOT_FOUND, "no document of %s '%s' on this topic that is not shown already",
                     kinds[kind], argument);
  }
  return dove_fail(error, DOVE_NOT_FOUND, "no document of another %s on this topic", kinds[kind]);
}
