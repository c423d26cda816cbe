/* What the pane leaves for the next session, and for the way back. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dove/memory.h"
#include "tui/panes/documents/documents_pane.h"

/* The parts of the state, a tab between them: numbers, the list of topics, the list of documents. */
void documents_save(void *self, dove_buffer *state) {
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

void documents_restore(void *self, const char *state) {
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
  if (documents_follow_topic(pane, &ignored) == DOVE_OK && documents != NULL) {
    restore_list(&pane->documents.list, documents + 1, NULL);
  }
  pane->split.focus = part < DOCUMENTS_PARTS ? part : 0;
  pane->compare.asked = asked >= 2 && asked <= DOCUMENTS_SIDES ? asked : 0;
  pane->arrived = arrived != 0;
  pane->comparing = comparing != 0 && shown[0] > 0 && restore_sides(&pane->compare, shown, &ignored) == DOVE_OK;
  if (!pane->comparing) return;
  pane->compare.split.focus = side < pane->compare.split.count ? side : 0;
  if (documents_compare_select(&pane->compare, code, &ignored) != DOVE_OK) pane->comparing = false;
}
