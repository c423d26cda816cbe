/* Presenting: one pair of documents after the other. */
#include "tui/panes/documents/documents_pane.h"

static bool is_pair(const documents_pane *pane) {
  return pane->compare.sides[0].document != 0 && pane->compare.sides[1].document != 0;
}

dove_pane_result documents_pairs_step(documents_pane *pane, int step, bool round, dove_error *error) {
  const int64_t began = pane->compare.topic;
  int64_t at = began;
  documents_present_turn(&pane->present);
  for (size_t tried = 0; tried < pane->topics.shown_count; tried++) {
    const documents_topic *topic = documents_topics_step(&pane->topics, at, step);
    if (topic == NULL && round) topic = documents_topics_step(&pane->topics, DOCUMENTS_ALL, step);
    if (topic == NULL || topic->id == began) break;
    at = topic->id;
    if (documents_open_topic(pane, topic, error) != DOVE_PANE_REDRAW) return DOVE_PANE_FAILED;
    if (is_pair(pane)) return DOVE_PANE_REDRAW;
  }
  const documents_topic *back = documents_topics_find(&pane->topics, began);
  if (back != NULL && at != began && documents_open_topic(pane, back, error) != DOVE_PANE_REDRAW)
    return DOVE_PANE_FAILED;
  if (round) return DOVE_PANE_REDRAW;
  dove_fail(error, DOVE_NOT_FOUND, "this is the %s pair", step > 0 ? "last" : "first");
  return DOVE_PANE_FAILED;
}

dove_pane_result documents_pairs_start(documents_pane *pane, const char *argument, dove_error *error) {
  if (!pane->comparing) {
    const documents_topic *topic = documents_topics_selected(&pane->topics);
    if (topic == NULL || topic->id == DOCUMENTS_ALL) topic = documents_topics_step(&pane->topics, DOCUMENTS_ALL, 1);
    if (topic == NULL) return DOVE_PANE_HANDLED;
    if (documents_open_topic(pane, topic, error) != DOVE_PANE_REDRAW) return DOVE_PANE_FAILED;
  }
  if (documents_present_start(&pane->present, argument, error) != DOVE_OK) return DOVE_PANE_FAILED;
  return is_pair(pane) ? DOVE_PANE_REDRAW : documents_pairs_step(pane, 1, true, error);
}

dove_pane_result documents_pairs_command(documents_pane *pane, dove_command_id command, const char *argument,
                                         dove_error *error) {
  switch (command) {
    case DOVE_COMMAND_PAGE_DOWN:
    case DOVE_COMMAND_RIGHT:
    case DOVE_COMMAND_OPEN:
    case DOVE_COMMAND_TOPIC_NEXT: return documents_pairs_step(pane, 1, false, error);
    case DOVE_COMMAND_PAGE_UP:
    case DOVE_COMMAND_LEFT:
    case DOVE_COMMAND_TOPIC_PREVIOUS: return documents_pairs_step(pane, -1, false, error);
    case DOVE_COMMAND_EVIDENCE: pane->present.revealed = !pane->present.revealed; return DOVE_PANE_REDRAW;
    case DOVE_COMMAND_PRESENT:
      if (argument[0] != '\0') return documents_pairs_start(pane, argument, error);
      documents_present_stop(&pane->present);
      return DOVE_PANE_REDRAW;
    case DOVE_COMMAND_BACK:
    case DOVE_COMMAND_CLEAR: documents_present_stop(&pane->present); return DOVE_PANE_REDRAW;
    default: return documents_present_scroll(&pane->present, command, error);
  }
}
