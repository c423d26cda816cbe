#include "tui/panes/documents/documents_compare.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "dove/memory.h"
#include "tui/panes/cell_text.h"

/* A third column from this width on: each then has more than 50 columns of text. */
enum { LEAST_WIDTH = 30, WIDTH_OF_THREE = 165 };

void documents_compare_init(documents_compare *compare, dove_model *model) {
  *compare = (documents_compare){.model = model, .split = {.count = 2}};
  for (size_t i = 0; i < DOVE_SPLIT_PARTS; i++) {
    compare->split.weights[i] = 1;
    compare->split.least[i] = LEAST_WIDTH;
  }
}

void documents_compare_free(documents_compare *compare) {
  for (size_t i = 0; i < DOCUMENTS_SIDES; i++) {
    documents_side_free(&compare->sides[i]);
    documents_wish_free(&compare->wishes[i]);
  }
  free(compare->topic_name);
  free(compare->words);
}

static documents_side *focused(documents_compare *compare) { return &compare->sides[compare->split.focus]; }

/* ---- What is shared and marked ---- */

static void find_shared(documents_compare *compare) {
  for (size_t i = 0; i < compare->split.count; i++) {
    documents_side *side = &compare->sides[i];
    side->shared_count = 0;
    for (size_t r = 0; r < side->row_count; r++) {
      documents_row *row = &side->rows[r];
      row->shared = false;
      for (size_t j = 0; j < compare->split.count && row->key > 0 && !row->shared; j++) {
        row->shared = j != i && dove_document_view_recognised(&compare->sides[j].view, row->key);
      }
      side->shared_count += row->shared ? 1 : 0;
    }
  }
}

static dove_status mark(documents_compare *compare, dove_error *error) {
  dove_status status = DOVE_OK;
  for (size_t i = 0; i < compare->split.count && status == DOVE_OK; i++) {
    status = documents_side_mark(&compare->sides[i], compare->key, compare->words == NULL, error);
  }
  return status;
}

/* After other documents came: what they share, something selected, the evidence, the search. */
static dove_status refresh(documents_compare *compare, dove_error *error) {
  find_shared(compare);
  bool selected = false;
  for (size_t i = 0; i < compare->split.count; i++) {
    size_t row;
    documents_side *side = &compare->sides[i];
    if (documents_side_find(side, compare->key, &row)) selected = true;
    if (!dove_search_set(&side->text.search, compare->words != NULL ? compare->words : "")) {
      return dove_fail_memory(error, "searching");
    }
  }
  const documents_side *side = focused(compare);
  if (!selected) compare->key = side->row_count > 0 ? side->rows[0].key : 0;
  return mark(compare, error);
}

dove_status documents_compare_select(documents_compare *compare, int64_t key, dove_error *error) {
  compare->key = key;
  for (size_t i = 0; i < compare->split.count; i++) {
    compare->sides[i].looked_at = 0;
    documents_side_next_evidence(&compare->sides[i], key);
  }
  return mark(compare, error);
}

dove_status documents_compare_search(documents_compare *compare, const char *words, dove_error *error) {
  char *copy = words[0] != '\0' ? dove_strdup(words) : NULL;
  if (words[0] != '\0' && copy == NULL) return dove_fail_memory(error, "searching");
  free(compare->words);
  compare->words = copy;
  return refresh(compare, error);
}

/* ---- Which documents ---- */

static bool wish_for(documents_wish *wish, const dove_store_document *document) {
  documents_wish_free(wish);
  wish->set = true;
  wish->human = document->human;
  wish->culture = dove_strdup(document->culture);
  wish->source = dove_strdup(document->source);
  wish->role = dove_strdup(document->role);
  bool done = wish->culture != NULL && wish->source != NULL && wish->role != NULL;
  if (!done) documents_wish_free(wish);
  return done;
}

static dove_status set_topic(documents_compare *compare, int64_t topic, const char *name, dove_error *error) {
  char *copy = dove_strdup(name);
  if (copy == NULL) return dove_fail_memory(error, "showing a topic");
  free(compare->topic_name);
  compare->topic_name = copy;
  compare->topic = topic;
  return DOVE_OK;
}

/* Fills the columns from `first` on by what is wished for. */
static dove_status fill(documents_compare *compare, size_t first, dove_error *error) {
  dove_status status = DOVE_OK;
  for (size_t i = first; i < compare->split.count && status == DOVE_OK; i++) {
    int64_t document = 0;
    status = documents_choose_wished(compare, i, &document, error);
    if (status == DOVE_OK) status = documents_side_load(&compare->sides[i], compare->model, document, error);
  }
  return status == DOVE_OK ? refresh(compare, error) : status;
}

dove_status documents_compare_topic(documents_compare *compare, int64_t topic, const char *name, dove_error *error) {
  dove_status status = set_topic(compare, topic, name, error);
  return status == DOVE_OK ? fill(compare, 0, error) : status;
}

dove_status documents_compare_put(documents_compare *compare, size_t side, int64_t document, dove_error *error) {
  dove_status status = documents_side_load(&compare->sides[side], compare->model, document, error);
  if (status != DOVE_OK) return status;
  if (!wish_for(&compare->wishes[side], documents_side_document(&compare->sides[side]))) {
    return dove_fail_memory(error, "showing a document");
  }
  return refresh(compare, error);
}

dove_status documents_compare_document(documents_compare *compare, int64_t document, int64_t other, dove_error *error) {
  documents_side probe = {0};
  dove_status status = documents_side_load(&probe, compare->model, document, error);
  if (status != DOVE_OK) return status;
  const dove_store_document *row = documents_side_document(&probe);
  status = set_topic(compare, row->topic_id, row->topic, error);
  documents_side_free(&probe);
  compare->split.focus = 0;
  if (status == DOVE_OK) status = documents_compare_put(compare, 0, document, error);
  if (status == DOVE_OK && other > 0) status = documents_compare_put(compare, 1, other, error);
  return status == DOVE_OK ? fill(compare, other > 0 ? 2 : 1, error) : status;
}

void documents_compare_hide_weights(documents_compare *compare, bool hides) {
  for (size_t i = 0; i < DOCUMENTS_SIDES; i++) compare->sides[i].hides_weights = hides;
}

dove_status documents_compare_reload(documents_compare *compare, dove_error *error) {
  dove_status status = DOVE_OK;
  for (size_t i = 0; i < compare->split.count && status == DOVE_OK; i++) {
    documents_side *side = &compare->sides[i];
    status = documents_side_load(side, compare->model, side->document, error);
    if (status == DOVE_NOT_FOUND) status = DOVE_OK;
  }
  return status == DOVE_OK ? refresh(compare, error) : status;
}

/* Shows `count` columns; new ones get what is wished for there. */
static dove_status set_columns(documents_compare *compare, size_t count, dove_error *error) {
  size_t before = compare->split.count;
  if (count == before) return DOVE_OK;
  compare->split.count = count;
  if (compare->split.focus >= count) compare->split.focus = count - 1;
  return count > before ? fill(compare, before, error) : refresh(compare, error);
}

/* ---- Drawing ---- */

void documents_compare_draw(documents_compare *compare, const dove_surface *surface, bool focus) {
  dove_error error = {0};
  size_t wanted = compare->asked > 0 ? compare->asked : surface->width >= WIDTH_OF_THREE ? 3 : 2;
  if (set_columns(compare, wanted, &error) != DOVE_OK) {
    dove_draw_string(surface, 0, 0, error.message, dove_style_of(DOVE_ROLE_BAD));
    return;
  }
  dove_split_layout(&compare->split, surface);
  for (size_t i = 0; i < compare->split.count; i++) {
    documents_side_draw(&compare->sides[i], &compare->split.parts[i], compare->key,
                        "no other document on this topic: } goes to the next topic, | shows fewer",
                        focus && i == compare->split.focus);
  }
}

/* ---- Commands ---- */

static dove_pane_result done(dove_status status) { return status == DOVE_OK ? DOVE_PANE_REDRAW : DOVE_PANE_FAILED; }

static dove_pane_result move(documents_compare *compare, dove_command_id command, dove_error *error) {
  documents_side *side = focused(compare);
  if (side->row_count == 0) return dove_text_view_command(&side->text, command, "", error);
  size_t row = 0;
  bool found = documents_side_find(side, compare->key, &row);
  size_t last = side->row_count - 1;
  size_t target = row;
  if (command == DOVE_COMMAND_DOWN && found) target = row < last ? row + 1 : last;
  if (command == DOVE_COMMAND_UP && found) target = row > 0 ? row - 1 : 0;
  if (command == DOVE_COMMAND_TOP) target = 0;
  if (command == DOVE_COMMAND_BOTTOM) target = last;
  if (found && target == row) return DOVE_PANE_HANDLED;
  return done(documents_compare_select(compare, side->rows[target].key, error));
}

static dove_pane_result move_focus(documents_compare *compare, int step) {
  size_t focus = compare->split.focus;
  if (step < 0 ? focus == 0 : focus + 1 >= compare->split.count) return DOVE_PANE_HANDLED;
  compare->split.focus = step < 0 ? focus - 1 : focus + 1;
  return DOVE_PANE_REDRAW;
}

static dove_pane_result leave_search(documents_compare *compare) {
  dove_error ignored = {0};
  for (size_t i = 0; i < compare->split.count; i++) {
    dove_text_view_command(&compare->sides[i].text, DOVE_COMMAND_SEARCH_LEFT, "", &ignored);
  }
  return DOVE_PANE_REDRAW;
}

/* Shows the first match in the text with the focus, or else beside it, and leaves the other texts where they were. */
static dove_pane_result search_typed(documents_compare *compare, const char *words, dove_error *error) {
  dove_pane_result result = DOVE_PANE_IGNORED;
  leave_search(compare);
  for (size_t i = 0; i < compare->split.count && result != DOVE_PANE_REDRAW; i++) {
    const size_t at = (compare->split.focus + i) % compare->split.count;
    dove_text_view *text = &compare->sides[at].text;
    result = dove_text_view_command(text, DOVE_COMMAND_SEARCH_TYPED, words, error);
  }
  return result;
}

/* Searches in the text with the focus, then in those beside it. */
static dove_pane_result search(documents_compare *compare, const char *words, dove_error *error) {
  leave_search(compare);
  if (words[0] != '\0' && documents_compare_search(compare, words, error) != DOVE_OK) return DOVE_PANE_FAILED;
  dove_pane_result result = DOVE_PANE_IGNORED;
  for (size_t i = 0; i < compare->split.count; i++) {
    size_t at = (compare->split.focus + i) % compare->split.count;
    result = dove_text_view_command(&compare->sides[at].text, DOVE_COMMAND_SEARCH, words, error);
    if (result != DOVE_PANE_REDRAW) continue;
    compare->split.focus = at;
    return result;
  }
  return result;
}

static dove_pane_result clear(documents_compare *compare, dove_error *error) {
  if (compare->words == NULL) return DOVE_PANE_IGNORED;
  return done(documents_compare_search(compare, "", error));
}

static dove_pane_result choose(documents_compare *compare, dove_command_id command, const char *argument,
                               dove_error *error) {
  int64_t document = 0;
  dove_status status = documents_choose(compare, command, argument, &document, error);
  if (status == DOVE_OK) status = documents_compare_put(compare, compare->split.focus, document, error);
  return done(status);
}

static dove_pane_result swap(documents_compare *compare) {
  size_t from = compare->split.focus;
  size_t to = from + 1 < compare->split.count ? from + 1 : from - 1;
  const documents_side side = compare->sides[from];
  const documents_wish wish = compare->wishes[from];
  compare->sides[from] = compare->sides[to];
  compare->wishes[from] = compare->wishes[to];
  compare->sides[to] = side;
  compare->wishes[to] = wish;
  compare->split.focus = to;
  return DOVE_PANE_REDRAW;
}

static dove_pane_result ask_columns(documents_compare *compare, const char *argument, dove_error *error) {
  char *end;
  long count = strtol(argument, &end, 10);
  if (argument[0] == '\0') {
    count = compare->split.count < DOCUMENTS_SIDES ? (long)compare->split.count + 1 : 2;
  } else if (*end != '\0' || count < 2 || count > DOCUMENTS_SIDES) {
    dove_fail(error, DOVE_USAGE, "'%s' columns cannot be shown: give a number from 2 to %d", argument, DOCUMENTS_SIDES);
    return DOVE_PANE_FAILED;
  }
  compare->asked = (size_t)count;
  return done(set_columns(compare, compare->asked, error));
}

static dove_pane_result next_evidence(documents_compare *compare, dove_error *error) {
  bool any = false;
  for (size_t i = 0; i < compare->split.count; i++) {
    if (documents_side_next_evidence(&compare->sides[i], compare->key)) any = true;
  }
  if (any) return DOVE_PANE_REDRAW;
  dove_fail(error, DOVE_NOT_FOUND, "no evidence of this code was found in the texts");
  return DOVE_PANE_FAILED;
}

/* Reads the machine translation in place of the text, or the text again. */
static dove_pane_result translate(documents_compare *compare, dove_error *error) {
  documents_side *side = focused(compare);
  if (!side->translated && side->view.translations.count == 0) {
    dove_fail(error, DOVE_NOT_FOUND, "there is no translation of this document: :translate has a model make one");
    return DOVE_PANE_FAILED;
  }
  side->translated = !side->translated;
  side->text.top = 0;
  side->to_show = -1;
  return done(mark(compare, error));
}

dove_pane_result documents_compare_command(documents_compare *compare, dove_command_id command, const char *argument,
                                           dove_error *error) {
  switch (command) {
    case DOVE_COMMAND_DOWN:
    case DOVE_COMMAND_UP:
    case DOVE_COMMAND_TOP:
    case DOVE_COMMAND_BOTTOM: return move(compare, command, error);
    case DOVE_COMMAND_LEFT: return move_focus(compare, -1);
    case DOVE_COMMAND_RIGHT: return move_focus(compare, 1);
    case DOVE_COMMAND_SEARCH: return search(compare, argument, error);
    case DOVE_COMMAND_SEARCH_TYPED: return search_typed(compare, argument, error);
    case DOVE_COMMAND_SEARCH_LEFT: return leave_search(compare);
    case DOVE_COMMAND_CLEAR: return clear(compare, error);
    case DOVE_COMMAND_DOCUMENT_NEXT:
    case DOVE_COMMAND_DOCUMENT_PREVIOUS:
    case DOVE_COMMAND_SIDE_CULTURE:
    case DOVE_COMMAND_SIDE_MODEL:
    case DOVE_COMMAND_SIDE_ROLE: return choose(compare, command, argument, error);
    case DOVE_COMMAND_SWAP_SIDES: return swap(compare);
    case DOVE_COMMAND_DOCUMENT_COLUMNS: return ask_columns(compare, argument, error);
    case DOVE_COMMAND_EVIDENCE: return next_evidence(compare, error);
    case DOVE_COMMAND_TRANSLATION: return translate(compare, error);
    default: break;
  }
  dove_pane_result result = dove_split_command(&compare->split, command);
  if (result != DOVE_PANE_IGNORED) return result;
  return dove_text_view_command(&focused(compare)->text, command, argument, error);
}

dove_pane_result documents_compare_mouse(documents_compare *compare, const dove_mouse *mouse, dove_error *error) {
  size_t at;
  dove_mouse inside;
  if (!dove_split_mouse(&compare->split, mouse, &at, &inside)) return DOVE_PANE_IGNORED;
  documents_side *side = &compare->sides[at];
  bool press = mouse->kind == DOVE_MOUSE_PRESS || mouse->kind == DOVE_MOUSE_DOUBLE;
  if (!press) return dove_text_view_mouse(&side->text, &inside);
  int row = inside.y - side->rows_y;
  if (row < 0 || row >= side->rows_height || side->top + (size_t)row >= side->row_count) return DOVE_PANE_REDRAW;
  dove_status status = documents_compare_select(compare, side->rows[side->top + (size_t)row].key, error);
  if (status != DOVE_OK) return DOVE_PANE_FAILED;
  return mouse->kind == DOVE_MOUSE_DOUBLE ? DOVE_PANE_OPEN : DOVE_PANE_REDRAW;
}

/* ---- Export ---- */

static void export_row(const documents_side *side, const documents_row *row, dove_buffer *out) {
  const dove_store_document *document = documents_side_document(side);
  dove_buffer quotes = {0};
  documents_side_quote(side, row->key, &quotes);
  dove_buffer_printf(out, "%s\t%s\t%s\t%s\t%s\t%s\t", document->external_id, document->culture, document->source,
                     document->role, document->topic, row->name);
  if (!isnan(row->q) && !side->hides_weights) dove_buffer_printf(out, "%.6f", row->q);
  dove_buffer_printf(out, "\t%s\t", isnan(row->q) ? "" : row->shared ? "yes" : "no");
  dove_cell_line(out, dove_buffer_text(&quotes));
  dove_buffer_add_char(out, '\n');
  out->failed |= quotes.failed;
  dove_buffer_free(&quotes);
}

void documents_compare_export(const documents_compare *compare, dove_buffer *out) {
  dove_buffer_add_text(out, "document\tculture\tsource\trole\ttopic\tcode\tq\tshared\tevidence\n");
  for (size_t i = 0; i < compare->split.count; i++) {
    const documents_side *side = &compare->sides[i];
    for (size_t r = 0; r < side->row_count; r++) export_row(side, &side->rows[r], out);
  }
}
