#include "tui/panes/annotate/annotate_rounds.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "tui/panes/cell_text.h"
#include "tui/panes/note.h"

enum { COLUMN_NAME, COLUMN_WHAT, COLUMN_DONE, COLUMN_LEFT, COLUMN_SHARE, COLUMN_STATE, COLUMN_RULE, COLUMNS };

enum { BAR = 10 };

static const dove_list_column columns[COLUMNS] = {
    [COLUMN_NAME] = {.title = "round", .width = 14, .weight = 2, .sortable = true},
    [COLUMN_WHAT] = {.title = "judges", .width = 9, .sortable = true},
    [COLUMN_DONE] = {.title = "done", .width = 6, .alignment = DOVE_ALIGN_RIGHT, .sortable = true},
    [COLUMN_LEFT] = {.title = "left", .width = 6, .alignment = DOVE_ALIGN_RIGHT, .sortable = true},
    [COLUMN_SHARE] = {.title = "", .width = BAR, .optional = true},
    [COLUMN_STATE] = {.title = "state", .width = 16, .sortable = true},
    [COLUMN_RULE] = {.title = "drawn by", .width = 16, .weight = 2, .optional = true},
};

/* The newest first. */
static const dove_store_round *round_at(const annotate_rounds *rounds, size_t row) {
  return &rounds->rounds.rows[rounds->rounds.count - 1 - row];
}

static int64_t done_of(const annotate_rounds *rounds, int64_t round) {
  for (size_t i = 0; i < rounds->work_count; i++) {
    if (rounds->work[i].round == round) return rounds->work[i].done;
  }
  return 0;
}

static const char *state_of(const dove_store_round *round) {
  if (round->closed != 0) return "closed";
  if (round->blind_first) return round->blind ? "blind, own first" : "open, own first";
  return round->blind ? "blind" : "open";
}

static void round_cell(void *pane, size_t row, size_t column, dove_buffer *out, dove_style *style) {
  const annotate_rounds *rounds = pane;
  const dove_store_round *round = round_at(rounds, row);
  const int64_t done = done_of(rounds, round->id);
  const double share = round->items > 0 ? (double)done / (double)round->items : 0.0;
  switch (column) {
    case COLUMN_NAME: dove_cell_line(out, round->name); break;
    case COLUMN_WHAT: dove_buffer_add_text(out, round->target == DOVE_JUDGE_CODES ? "codes" : "documents"); break;
    case COLUMN_DONE: dove_buffer_printf(out, "%lld", (long long)done); break;
    case COLUMN_LEFT: dove_buffer_printf(out, "%lld", (long long)(round->items - done)); break;
    case COLUMN_SHARE:
      style->role = DOVE_ROLE_BAR;
      if (done > 0) dove_cell_bar(out, share, BAR);
      break;
    case COLUMN_STATE: dove_buffer_add_text(out, state_of(round)); break;
    default: dove_cell_line(out, round->rule); break;
  }
}

static double round_number(void *pane, size_t row, size_t column) {
  const annotate_rounds *rounds = pane;
  const dove_store_round *round = round_at(rounds, row);
  if (column == COLUMN_DONE) return (double)done_of(rounds, round->id);
  return column == COLUMN_LEFT ? (double)(round->items - done_of(rounds, round->id)) : (double)NAN;
}

static int64_t round_id(void *pane, size_t row) { return round_at(pane, row)->id; }

void annotate_rounds_init(annotate_rounds *rounds) {
  static const dove_memory_list_operations operations = {round_id, round_cell, round_number};
  *rounds = (annotate_rounds){0};
  dove_memory_list_init(&rounds->list, &operations, rounds, columns, COLUMNS);
}

void annotate_rounds_free(annotate_rounds *rounds) {
  dove_memory_list_free(&rounds->list);
  dove_store_round_list_free(&rounds->rounds);
  free(rounds->work);
  rounds->work = NULL;
}

static dove_status read_work(annotate_rounds *rounds, dove_store *store, const char *name, dove_error *error) {
  int64_t annotator = 0;
  free(rounds->work);
  rounds->work = NULL;
  rounds->work_count = 0;
  if (name == NULL) return DOVE_OK;
  const dove_status status = dove_store_annotator_find(store, name, &annotator, error);
  if (status != DOVE_OK || annotator == 0) return status;
  return dove_store_round_work_read(store, annotator, &rounds->work, &rounds->work_count, error);
}

dove_status annotate_rounds_load(annotate_rounds *rounds, dove_store *store, const char *name, dove_error *error) {
  dove_store_round_list_free(&rounds->rounds);
  dove_status status = dove_store_round_list_read(store, &rounds->rounds, error);
  if (status == DOVE_OK) status = read_work(rounds, store, name, error);
  if (status == DOVE_OK) status = dove_memory_list_load(&rounds->list, rounds->rounds.count, error);
  return status;
}

const dove_store_round *annotate_rounds_selected(const annotate_rounds *rounds) {
  size_t row;
  return dove_memory_list_row(&rounds->list, &row) ? round_at(rounds, row) : NULL;
}

/* ---- Drawing ---- */

static void draw_empty(const dove_surface *surface) {
  static const char words[] =
      "No round of annotation yet.\n\nA round is a queue of things that people judge by hand: documents with the codes "
      "that were recognised in them (does the text express the value?), or codes by themselves (meaningful? said by "
      "another code as well?). It is drawn once from the codebook in use, by a rule and a seed; every annotator judges "
      "the same items and sees nobody else's answers.\n\nr  starts a round: a form asks what is drawn and how";
  const dove_surface part = dove_surface_part(surface, 0, 1, surface->height, surface->width - 2);
  dove_draw_note(&part, words, sizeof words - 1, dove_style_of(DOVE_ROLE_NORMAL));
}

/* What the row of the selected round is too short for. */
static void describe(const annotate_rounds *rounds, const dove_store_round *round, const char *name, dove_buffer *out) {
  dove_buffer_printf(out, "%lld items · %s · seed %llu", (long long)round->items, round->rule,
                     (unsigned long long)round->seed);
  for (size_t i = 0; i < rounds->rounds.count; i++) {
    if (rounds->rounds.rows[i].id == round->parent) {
      dove_buffer_printf(out, " · after %s", rounds->rounds.rows[i].name);
    }
  }
  if (name != NULL) dove_buffer_printf(out, " · %s is at work", name);
  dove_buffer_add_char(out, '\n');
  if (round->instruction[0] != '\0') dove_buffer_printf(out, "Instruction: %s", round->instruction);
}

void annotate_rounds_draw(annotate_rounds *rounds, const dove_surface *surface, const char *name, bool focus) {
  const dove_store_round *selected = annotate_rounds_selected(rounds);
  if (rounds->rounds.count == 0) {
    draw_empty(surface);
    return;
  }
  const int note = surface->height >= 20 ? 6 : surface->height >= 9 ? 3 : 0;
  const int rows = surface->height - (note > 0 ? note + 1 : 0);
  const dove_surface list = dove_surface_part(surface, 0, 0, rows, surface->width);
  dove_list_draw(&rounds->list.list, &list, focus);
  if (note == 0 || selected == NULL) return;
  dove_draw_rule(surface, rows, 0, surface->width, dove_style_of(DOVE_ROLE_BORDER));
  const dove_surface part = dove_surface_part(surface, rows + 1, 0, note, surface->width);
  dove_buffer text = {0};
  describe(rounds, selected, name, &text);
  dove_draw_note(&part, dove_buffer_text(&text), text.length, dove_style_of(DOVE_ROLE_FAINT));
  dove_buffer_free(&text);
}
