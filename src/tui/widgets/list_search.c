#include "tui/widgets/list_search.h"

#include <stdlib.h>
#include <string.h>

#include "dove/clock.h"
#include "dove/memory.h"

static bool row_matches(dove_list *list, size_t row) {
  for (size_t i = 0; i < list->column_count; i++) {
    dove_style style = {0};
    dove_buffer_clear(&list->scratch);
    list->source->cell(list->user, row, i, &list->scratch, &style);
    if (dove_search_matches(&list->search, dove_buffer_text(&list->scratch), list->scratch.length)) return true;
  }
  return false;
}

/* The next matching row from `from` on, that row included, round the end of the list; rows are prepared in blocks that
 * grow, since a match is most often near. Gives up when the clock has passed `until`; 0: never. */
static bool scan_rows(dove_list *list, size_t from, int step, double until, size_t *found) {
  enum { BLOCK = 128, BLOCK_MOST = 2048 };
  size_t block = BLOCK;
  const size_t count = list->source->count(list->user);
  size_t row = from;
  size_t prepared = 0;
  for (size_t seen = 0; seen < count; seen++) {
    if (until > 0 && prepared == 0 && seen > 0 && dove_clock_seconds() > until) return false;
    if (list->source->prepare != NULL && prepared == 0) {
      const size_t ahead = step > 0 ? count - row : row + 1;
      dove_error error;
      prepared = ahead < block ? ahead : block;
      if (block < BLOCK_MOST) block *= 2;
      const size_t first = step > 0 ? row : row + 1 - prepared;
      if (list->source->prepare(list->user, first, prepared, &error) != DOVE_OK) return false;
    }
    if (row_matches(list, row)) {
      *found = row;
      return true;
    }
    row = step > 0 ? (row + 1) % count : (row + count - 1) % count;
    prepared -= prepared > 0;
  }
  return false;
}

/* Goes to the next match after (before) the selected row, round the end of the list. */
static dove_pane_result search_on(dove_list *list, int step, bool here, dove_error *error) {
  const size_t count = list->source->count(list->user);
  size_t from = list->selected;
  size_t found = 0;
  if (list->search.words == NULL) return DOVE_PANE_IGNORED;
  if (!here && count > 0) from = step > 0 ? (from + 1) % count : (from + count - 1) % count;
  if (!scan_rows(list, from, step, 0, &found)) {
    dove_fail(error, DOVE_NOT_FOUND, "'%s' is not in this list", list->search.words);
    return DOVE_PANE_FAILED;
  }
  list_select_row(list, found);
  return DOVE_PANE_REDRAW;
}

/* Back to before the first word was typed. */
static void go_back(dove_list *list) {
  dove_search_move(&list->search, &list->typing_search);
  list_select_row(list, list->typing_from);
  if (list->selected_id != list->typing_id) dove_list_select(list, list->typing_id); /* rows came or went meanwhile */
  list->top = list->typing_top;
  list->typing = false;
}

/* Where the beginning of the words was not found, the words are not either. A letter beyond ASCII may join the one
 * before it, so that it is another beginning. */
static bool is_hopeless(const dove_list *list, const char *words) {
  if (!list->typing || list->missed == NULL) return false;
  const size_t length = strlen(list->missed);
  return strncmp(words, list->missed, length) == 0 && ((unsigned char)words[length] & 0x80) == 0;
}

static void note_missed(dove_list *list, const char *words) {
  free(list->missed);
  list->missed = words != NULL ? dove_strdup(words) : NULL;
}

/* The first match from where the list was, as far as a key may take to look. */
static dove_pane_result search_typed(dove_list *list, const char *words, dove_error *error) {
  static const double seconds = 0.008;
  size_t found = 0;
  const bool hopeless = is_hopeless(list, words);
  if (list->typing) go_back(list);
  if (words[0] == '\0') return DOVE_PANE_REDRAW;
  list->typing = true;
  list->typing_from = list->selected;
  list->typing_id = list->selected_id;
  list->typing_top = list->top;
  dove_search_move(&list->typing_search, &list->search);
  if (!dove_search_set(&list->search, words)) {
    dove_fail_memory(error, "searching");
    return DOVE_PANE_FAILED;
  }
  if (!hopeless && scan_rows(list, list->selected, 1, dove_clock_seconds() + seconds, &found)) {
    note_missed(list, NULL);
    list_select_row(list, found);
    return DOVE_PANE_REDRAW;
  }
  if (!hopeless) note_missed(list, words);
  dove_fail(error, DOVE_NOT_FOUND, "'%s' is not near", words);
  return DOVE_PANE_FAILED;
}

static dove_pane_result leave_search(dove_list *list) {
  if (!list->typing) return DOVE_PANE_HANDLED;
  go_back(list);
  return DOVE_PANE_REDRAW;
}

static dove_pane_result start_search(dove_list *list, const char *words, dove_error *error) {
  if (list->typing) go_back(list);
  if (words[0] == '\0') return search_on(list, 1, false, error);
  if (!dove_search_set(&list->search, words)) {
    dove_fail_memory(error, "searching");
    return DOVE_PANE_FAILED;
  }
  return search_on(list, 1, true, error);
}

dove_pane_result list_search_command(dove_list *list, dove_command_id command, const char *argument,
                                     dove_error *error) {
  switch (command) {
    case DOVE_COMMAND_SEARCH: return start_search(list, argument, error);
    case DOVE_COMMAND_SEARCH_TYPED: return search_typed(list, argument, error);
    case DOVE_COMMAND_SEARCH_LEFT: return leave_search(list);
    case DOVE_COMMAND_SEARCH_NEXT: return search_on(list, 1, false, error);
    case DOVE_COMMAND_SEARCH_PREVIOUS: return search_on(list, -1, false, error);
    default: return DOVE_PANE_IGNORED;
  }
}
