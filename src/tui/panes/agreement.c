#include "tui/panes/agreement.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dove/csv.h"
#include "dove/memory.h"
#include "tui/panes/agreement_actions.h"
#include "tui/panes/agreement_lists.h"
#include "tui/panes/agreement_quality.h"
#include "tui/panes/note.h"
#include "tui/widgets/grid.h"

enum { PART_ROUNDS, PART_QUALITY, PART_FIGURES, PART_PAIRS, PART_GROUPS, PART_ITEMS, PARTS };

typedef struct agreement_pane {
  agreement_data data;
  dove_grid grid;
  dove_memory_list lists[PARTS]; /* none of PART_QUALITY */
  char *wanted;                  /* state to come back to when the report is there; owned */
} agreement_pane;

static const dove_grid_plan narrow = {.stacked = true,
                                      .lines = 6,
                                      .weights = {3, 3, 5, 4, 5, 5},
                                      .least = {4, 4, 7, 6, 7, 7},
                                      .places = {[PART_ROUNDS] = {0, 1, 1},
                                                 [PART_QUALITY] = {1, 1, 1},
                                                 [PART_FIGURES] = {2, 1, 1},
                                                 [PART_PAIRS] = {3, 1, 1},
                                                 [PART_GROUPS] = {4, 1, 1},
                                                 [PART_ITEMS] = {5, 1, 1}}};
static const dove_grid_plan wide = {.stacked = true,
                                    .lines = 3,
                                    .weights = {3, 5, 6},
                                    .least = {6, 8, 8},
                                    .places = {[PART_ROUNDS] = {0, 1, 50},
                                               [PART_QUALITY] = {0, 1, 60},
                                               [PART_FIGURES] = {1, 4, 60},
                                               [PART_PAIRS] = {1, 5, 60},
                                               [PART_GROUPS] = {2, 1, 60},
                                               [PART_ITEMS] = {2, 1, 60}}};
enum { WIDE = 132 };

/* ---- Opening and loading ---- */

static dove_status agreement_open(dove_explorer *explorer, void **self, dove_error *error) {
  agreement_pane *pane = dove_alloc_zero(1, sizeof *pane);
  if (pane == NULL) return dove_fail_memory(error, "opening the agreement");
  pane->data.explorer = explorer;
  pane->grid.count = PARTS;
  pane->grid.focus = PART_FIGURES;
  agreement_rounds_init(&pane->lists[PART_ROUNDS], &pane->data);
  agreement_figures_init(&pane->lists[PART_FIGURES], &pane->data);
  agreement_pairs_init(&pane->lists[PART_PAIRS], &pane->data);
  agreement_groups_init(&pane->lists[PART_GROUPS], &pane->data);
  agreement_items_init(&pane->lists[PART_ITEMS], &pane->data);
  *self = pane;
  return DOVE_OK;
}

static void agreement_close(void *self) {
  agreement_pane *pane = self;
  agreement_data_free(&pane->data);
  for (size_t i = 0; i < PARTS; i++) {
    if (i != PART_QUALITY) dove_memory_list_free(&pane->lists[i]);
  }
  free(pane->wanted);
  free(pane);
}

/* After rows of the data were chosen anew. */
static dove_status show_rows(agreement_pane *pane, dove_error *error) {
  const agreement_data *data = &pane->data;
  dove_status status = dove_memory_list_load(&pane->lists[PART_FIGURES], data->figure_count, error);
  if (status == DOVE_OK)
    status = dove_memory_list_load(&pane->lists[PART_PAIRS], agreement_data_pair_count(data), error);
  if (status == DOVE_OK) status = dove_memory_list_load(&pane->lists[PART_GROUPS], data->group_count, error);
  if (status == DOVE_OK) status = dove_memory_list_load(&pane->lists[PART_ITEMS], data->item_count, error);
  return status;
}

static void restore_lists(agreement_pane *pane);

static dove_status collect(agreement_pane *pane, dove_error *error) {
  if (!agreement_data_collect(&pane->data)) return DOVE_OK;
  const dove_status status = show_rows(pane, error);
  if (status == DOVE_OK && pane->data.shown != NULL) restore_lists(pane);
  return status;
}

static dove_status agreement_load(void *self, dove_error *error) {
  agreement_pane *pane = self;
  dove_status status = agreement_data_load(&pane->data, error);
  if (status == DOVE_OK)
    status = dove_memory_list_load(&pane->lists[PART_ROUNDS], agreement_rounds_count(&pane->data), error);
  if (status == DOVE_OK) dove_list_select(&pane->lists[PART_ROUNDS].list, pane->data.round);
  return status == DOVE_OK ? show_rows(pane, error) : status;
}

static int agreement_wait(const void *self) {
  const agreement_pane *pane = self;
  return agreement_data_is_ready(&pane->data) ? 0 : -1;
}

static dove_pane_result agreement_tick(void *self, dove_error *error) {
  return collect(self, error) == DOVE_OK ? DOVE_PANE_REDRAW : DOVE_PANE_FAILED;
}

/* ---- Drawing ---- */

static const char *choice_words(const agreement_data *data) {
  switch (data->choice) {
    case AGREEMENT_SPLIT: return "Disagreements";
    case AGREEMENT_TALK: return "To be discussed";
    case AGREEMENT_PAIR: return "Where they differ";
    case AGREEMENT_GROUP:
    case AGREEMENT_ALL:
    case AGREEMENT_CHOICES: break;
  }
  return "Items";
}

static void describe_choice(const agreement_data *data, dove_buffer *out) {
  switch (data->choice) {
    case AGREEMENT_SPLIT: dove_buffer_add_text(out, "yes of some, no of others"); break;
    case AGREEMENT_TALK: dove_buffer_add_text(out, "ties and flags without a consensus"); break;
    case AGREEMENT_PAIR:
      dove_buffer_printf(out, "%s and %s on %s", data->first, data->second, dove_question_name(data->question));
      break;
    case AGREEMENT_GROUP:
      if (data->choice_group == DOVE_GROUP_ALL) {
        dove_buffer_printf(out, "all that were asked '%s'", dove_question_name(data->question));
      } else {
        dove_buffer_printf(out, "of the %s %s, '%s'", dove_agreement_group_name(data->choice_group), data->first,
                           dove_question_name(data->question));
      }
      break;
    case AGREEMENT_ALL:
    case AGREEMENT_CHOICES: dove_buffer_add_text(out, "all of the round"); break;
  }
}

/* Draws the list, and what `describe` says of its selected row below it where there is room. */
static void draw_list(agreement_pane *pane, size_t part, bool focus, const dove_buffer *note) {
  const dove_surface *surface = &pane->grid.parts[part];
  const int lines = note->length == 0 || surface->height < 6 ? 0 : surface->height < 14 ? 2 : 3;
  const dove_surface rows = dove_surface_part(surface, 0, 0, surface->height - lines, surface->width);
  const dove_surface below = dove_surface_part(surface, surface->height - lines, 0, lines, surface->width);
  dove_list_draw(&pane->lists[part].list, &rows, focus && pane->grid.focus == part);
  dove_draw_note(&below, dove_buffer_text(note), note->length, dove_style_of(DOVE_ROLE_FAINT));
}

static void draw_titled(agreement_pane *pane, size_t part, const char *title, const char *about, bool focus,
                        const dove_buffer *note) {
  dove_grid_title(&pane->grid, part, title, about, focus);
  draw_list(pane, part, focus, note);
}

static void draw_hidden(agreement_pane *pane, size_t part, const char *title, bool focus) {
  static const char words[] =
      "The round is blind and runs: others' answers are shown when you have judged all of it, "
      "or when it is closed.";
  dove_grid_title(&pane->grid, part, title, NULL, focus);
  dove_draw_note(&pane->grid.parts[part], words, sizeof words - 1, dove_style_of(DOVE_ROLE_FAINT));
}

static void draw_items(agreement_pane *pane, bool focus) {
  const agreement_data *data = &pane->data;
  dove_buffer about = {0}, note = {0};
  size_t row;
  if (data->hidden) {
    draw_hidden(pane, PART_ITEMS, choice_words(data), focus);
    return;
  }
  describe_choice(data, &about);
  if (dove_memory_list_row(&pane->lists[PART_ITEMS], &row))
    agreement_data_add_answers(data, agreement_data_item(data, row), &note);
  draw_titled(pane, PART_ITEMS, choice_words(data), dove_buffer_text(&about), focus, &note);
  if (data->item_count == 0 && pane->grid.parts[PART_ITEMS].height > 1)
    dove_draw_string(&pane->grid.parts[PART_ITEMS], 1, 0, "none", dove_style_of(DOVE_ROLE_FAINT));
  dove_buffer_free(&about);
  dove_buffer_free(&note);
}

static void draw_figures(agreement_pane *pane, bool focus) {
  const agreement_data *data = &pane->data;
  const dove_agreement_report *report = &data->shown->report;
  dove_buffer about = {0};
  const dove_buffer none = {0};
  dove_buffer_printf(&about, "%zu annotators", report->annotators);
  if (report->skips > 0) dove_buffer_printf(&about, ", %zu skips", report->skips);
  if (report->flags > 0) dove_buffer_printf(&about, ", %zu flags", report->flags);
  if (report->stale > 0) dove_buffer_printf(&about, ", %zu stale", report->stale);
  if (data->wanted > 0) dove_buffer_printf(&about, "; more n for a width of %g", data->wanted);
  if (!data->intervals) dove_buffer_add_text(&about, "; intervals are being worked out …");
  draw_titled(pane, PART_FIGURES, "Agreement", dove_buffer_text(&about), focus, &none);
  dove_buffer_free(&about);
}

static void draw_pairs(agreement_pane *pane, bool focus) {
  dove_buffer note = {0};
  size_t row;
  if (dove_memory_list_row(&pane->lists[PART_PAIRS], &row))
    agreement_describe_pair(agreement_data_pair(&pane->data, row), &note);
  draw_titled(pane, PART_PAIRS, "Pairs", "Cohen's κ of each two", focus, &note);
  dove_buffer_free(&note);
}

static void draw_groups(agreement_pane *pane, bool focus) {
  const agreement_data *data = &pane->data;
  dove_buffer note = {0};
  char title[48];
  size_t row;
  snprintf(title, sizeof title, "By %s",
           data->group == DOVE_GROUP_ALL ? "culture, source, code, document" : dove_agreement_group_name(data->group));
  if (dove_memory_list_row(&pane->lists[PART_GROUPS], &row))
    agreement_describe_group(agreement_data_group(data, row), &note);
  if (data->hidden && data->group_count == 0) {
    draw_hidden(pane, PART_GROUPS, title, focus);
  } else {
    draw_titled(pane, PART_GROUPS, title, "Enter shows the items behind", focus, &note);
  }
  dove_buffer_free(&note);
}

static void draw_part(agreement_pane *pane, size_t part, bool focus) {
  const dove_buffer none = {0};
  switch (part) {
    case PART_ROUNDS: draw_titled(pane, part, "Rounds", NULL, focus, &none); break;
    case PART_QUALITY:
      dove_grid_title(&pane->grid, part, "What is made of the codebook", "by consensus, else by the majority", focus);
      agreement_quality_draw(&pane->data.shown->report, &pane->grid.parts[part]);
      break;
    case PART_FIGURES: draw_figures(pane, focus); break;
    case PART_PAIRS: draw_pairs(pane, focus); break;
    case PART_GROUPS: draw_groups(pane, focus); break;
    default: draw_items(pane, focus); break;
  }
}

static void draw_words(const dove_surface *surface, const char *words, dove_role role) {
  const dove_surface part = dove_surface_part(surface, 0, 1, surface->height, surface->width - 2);
  dove_draw_note(&part, words, strlen(words), dove_style_of(role));
}

static void agreement_draw(void *self, const dove_surface *surface, bool focus) {
  agreement_pane *pane = self;
  dove_error error = {0};
  if (collect(pane, &error) != DOVE_OK) {
    draw_words(surface, error.message, DOVE_ROLE_BAD);
  } else if (pane->data.rounds.count == 0) {
    draw_words(surface, "nothing was given to annotators yet: 8 opens Annotate, where a round is started",
               DOVE_ROLE_FAINT);
  } else if (pane->data.failed) {
    draw_words(surface, pane->data.error.message, DOVE_ROLE_BAD);
  } else if (pane->data.shown == NULL) {
    draw_words(surface, "annotators are being compared …", DOVE_ROLE_FAINT);
  } else {
    dove_grid_layout(&pane->grid, surface->width >= WIDE ? &wide : &narrow, surface);
    for (size_t part = 0; part < PARTS; part++) {
      if (dove_grid_shows(&pane->grid, part)) draw_part(pane, part, focus);
    }
  }
}

/* ---- Choosing rows ---- */

static dove_pane_result choose(agreement_pane *pane, agreement_choice choice, dove_question question,
                               dove_agreement_group group, const char *first, const char *second, dove_error *error) {
  dove_status status = agreement_data_choose(&pane->data, choice, question, group, first, second, error);
  if (status == DOVE_OK) status = show_rows(pane, error);
  pane->grid.focus = PART_ITEMS;
  return status == DOVE_OK ? DOVE_PANE_REDRAW : DOVE_PANE_FAILED;
}

static dove_pane_result show_items_of(agreement_pane *pane, dove_error *error) {
  size_t row;
  dove_coefficient ignored;
  if (!dove_memory_list_row(&pane->lists[pane->grid.focus], &row)) return DOVE_PANE_HANDLED;
  if (pane->grid.focus == PART_PAIRS) {
    const dove_agreement_pair_row *pair = agreement_data_pair(&pane->data, row);
    return choose(pane, AGREEMENT_PAIR, pair->question, DOVE_GROUP_ALL, pair->first, pair->second, error);
  }
  const dove_agreement_row *group = pane->grid.focus == PART_GROUPS ? agreement_data_group(&pane->data, row)
                                                                    : agreement_data_figure(&pane->data, row, &ignored);
  return choose(pane, AGREEMENT_GROUP, group->question, group->group, group->name, "", error);
}

static dove_pane_result choose_round(agreement_pane *pane, dove_error *error) {
  size_t row;
  if (!dove_memory_list_row(&pane->lists[PART_ROUNDS], &row)) return DOVE_PANE_HANDLED;
  const dove_store_round *round = agreement_rounds_at(&pane->data, row);
  dove_status status = agreement_data_choose_round(&pane->data, round != NULL ? round->id : 0, error);
  if (status == DOVE_OK) status = show_rows(pane, error);
  return status == DOVE_OK ? DOVE_PANE_REDRAW : DOVE_PANE_FAILED;
}

static const dove_dispute *selected_item(const agreement_pane *pane) {
  size_t row;
  const bool there = pane->data.shown != NULL && dove_memory_list_row(&pane->lists[PART_ITEMS], &row);
  return there ? agreement_data_item(&pane->data, row) : NULL;
}

/* ---- Going elsewhere ---- */

/* The codebook that the round asked about is looked at, so that its codes are there. */
static dove_status look_at_codebook(agreement_pane *pane, int64_t iteration, dove_error *error) {
  dove_model *model = dove_explorer_model(pane->data.explorer);
  dove_store_current at;
  if (iteration == 0 || dove_model_view(model).iteration == iteration) return DOVE_OK;
  dove_status status = dove_store_codebook_of_iteration(dove_model_store(model), iteration, &at, error);
  if (status == DOVE_OK) status = dove_model_view_set(model, at.run, at.t, error);
  if (status == DOVE_OK) dove_explorer_reload(pane->data.explorer);
  return status;
}

static int64_t iteration_of(const agreement_pane *pane, const dove_dispute *item) {
  const dove_store_answers *answers = &pane->data.shown->items.answers;
  for (size_t i = 0; i < answers->item_count; i++) {
    if (answers->items[i].item == item->item) return answers->items[i].iteration;
  }
  return 0;
}

static dove_pane_result go_to(agreement_pane *pane, bool code, dove_error *error) {
  const dove_dispute *item = selected_item(pane);
  if (item == NULL) return DOVE_PANE_HANDLED;
  const bool document = item->document != 0 && !code;
  const dove_target target = document
                                 ? (dove_target){.kind = DOVE_TARGET_DOCUMENT, .id = item->document, .code = item->code}
                                 : (dove_target){.kind = DOVE_TARGET_CODE, .id = item->code};
  if (look_at_codebook(pane, iteration_of(pane, item), error) != DOVE_OK) return DOVE_PANE_FAILED;
  const dove_command_id where = document ? DOVE_COMMAND_PANE_DOCUMENTS : DOVE_COMMAND_PANE_CODES;
  return dove_explorer_go(pane->data.explorer, where, &target, error) == DOVE_OK ? DOVE_PANE_REDRAW : DOVE_PANE_FAILED;
}

static dove_pane_result open_selected(agreement_pane *pane, dove_error *error) {
  switch (pane->grid.focus) {
    case PART_ROUNDS: return choose_round(pane, error);
    case PART_QUALITY: return DOVE_PANE_HANDLED;
    case PART_ITEMS: return go_to(pane, false, error);
    default: return show_items_of(pane, error);
  }
}

/* ---- Commands ---- */

static dove_pane_result set_width(agreement_pane *pane, const char *typed, dove_error *error) {
  double width = 0;
  const bool good = typed[0] == '\0' || (dove_csv_number(typed, &width) && width > 0 && width <= 2);
  if (!good) {
    dove_fail(error, DOVE_USAGE, "a width is above 0 and at most 2, 0.1 say; not '%s'", typed);
    return DOVE_PANE_FAILED;
  }
  pane->data.wanted = width;
  return DOVE_PANE_REDRAW;
}

static dove_pane_result set_group(agreement_pane *pane, const char *typed, dove_error *error) {
  agreement_data *data = &pane->data;
  dove_agreement_group group = (dove_agreement_group)((data->group + 1) % DOVE_AGREEMENT_GROUPS);
  if (typed[0] != '\0' && !dove_agreement_group_parse(typed, &group)) {
    dove_fail(error, DOVE_USAGE, "groups are all, culture, source, code and document; not '%s'", typed);
    return DOVE_PANE_FAILED;
  }
  data->group = group;
  pane->grid.focus = PART_GROUPS;
  dove_status status = agreement_data_arrange(data, error);
  if (status == DOVE_OK) status = show_rows(pane, error);
  return status == DOVE_OK ? DOVE_PANE_REDRAW : DOVE_PANE_FAILED;
}

/* Disagreements, then what is to be discussed, then all. */
static dove_pane_result next_choice(agreement_pane *pane, dove_error *error) {
  static const agreement_choice next[AGREEMENT_CHOICES] = {[AGREEMENT_SPLIT] = AGREEMENT_TALK,
                                                           [AGREEMENT_TALK] = AGREEMENT_ALL,
                                                           [AGREEMENT_ALL] = AGREEMENT_SPLIT,
                                                           [AGREEMENT_GROUP] = AGREEMENT_SPLIT,
                                                           [AGREEMENT_PAIR] = AGREEMENT_SPLIT};
  const bool elsewhere = pane->grid.focus != PART_ITEMS;
  const agreement_choice choice = elsewhere ? AGREEMENT_SPLIT : next[pane->data.choice];
  return choose(pane, choice, DOVE_QUESTION_PRESENT, DOVE_GROUP_ALL, "", "", error);
}

static void answer(agreement_pane *pane, dove_pane_result result, const dove_error *error) {
  if (result == DOVE_PANE_FAILED) dove_explorer_message(pane->data.explorer, DOVE_MESSAGE_ERROR, "%s", error->message);
}

static void start_round(dove_explorer *explorer, void *self, const char *typed) {
  agreement_pane *pane = self;
  dove_error error = {0};
  (void)explorer;
  answer(pane, agreement_start_round(&pane->data, typed, &error), &error);
}

static dove_pane_result ask_round(agreement_pane *pane, const char *typed, dove_error *error) {
  const dove_store_round *round = agreement_data_round(&pane->data);
  if (typed[0] != '\0' || round == NULL) return agreement_start_round(&pane->data, typed, error);
  dove_explorer_ask(pane->data.explorer, "instruction for judging the disagreements again: ", round->instruction,
                    start_round, pane);
  return DOVE_PANE_REDRAW;
}

static void settle(dove_explorer *explorer, void *self, const char *typed) {
  agreement_pane *pane = self;
  dove_error error = {0};
  const dove_dispute *item = selected_item(pane);
  (void)explorer;
  if (item == NULL) return;
  answer(pane, agreement_settle(explorer, item->item, item->question, item->code_name, typed, &error), &error);
}

static dove_pane_result ask_consensus(agreement_pane *pane, const char *typed, dove_error *error) {
  const dove_dispute *item = selected_item(pane);
  if (item == NULL) {
    dove_fail(error, DOVE_NOT_FOUND, "choose an item first: d lists the disagreements and what is to be discussed");
    return DOVE_PANE_FAILED;
  }
  if (typed[0] != '\0') {
    return agreement_settle(pane->data.explorer, item->item, item->question, item->code_name, typed, error);
  }
  char label[96];
  snprintf(label, sizeof label, "consensus on '%s' (yes or no, and a note): ", dove_question_name(item->question));
  dove_explorer_ask(pane->data.explorer, label, NULL, settle, pane);
  return DOVE_PANE_REDRAW;
}

static dove_pane_result own_command(agreement_pane *pane, dove_command_id command, const char *argument,
                                    dove_error *error) {
  switch (command) {
    case DOVE_COMMAND_AGREEMENT_WIDTH: return set_width(pane, argument, error);
    case DOVE_COMMAND_AGREEMENT_GROUP: return set_group(pane, argument, error);
    case DOVE_COMMAND_AGREEMENT_ITEMS: return next_choice(pane, error);
    case DOVE_COMMAND_AGREEMENT_CODE: return go_to(pane, true, error);
    case DOVE_COMMAND_AGREEMENT_ROUND: return ask_round(pane, argument, error);
    case DOVE_COMMAND_AGREEMENT_CONSENSUS: return ask_consensus(pane, argument, error);
    case DOVE_COMMAND_OPEN: return open_selected(pane, error);
    default: return DOVE_PANE_IGNORED;
  }
}

static dove_pane_result agreement_command(void *self, dove_command_id command, const char *argument,
                                          dove_error *error) {
  agreement_pane *pane = self;
  if (pane->data.shown == NULL) return DOVE_PANE_IGNORED;
  if (command == DOVE_COMMAND_BACK && pane->grid.focus == PART_ITEMS) {
    pane->grid.focus = pane->data.choice == AGREEMENT_PAIR    ? PART_PAIRS
                       : pane->data.choice == AGREEMENT_GROUP ? PART_GROUPS
                                                              : PART_FIGURES;
    return DOVE_PANE_REDRAW;
  }
  dove_pane_result result = own_command(pane, command, argument, error);
  if (result == DOVE_PANE_IGNORED) result = dove_grid_command(&pane->grid, command);
  if (result == DOVE_PANE_IGNORED && pane->grid.focus != PART_QUALITY)
    result = dove_list_command(&pane->lists[pane->grid.focus].list, command, argument, error);
  return result;
}

static dove_pane_result agreement_mouse(void *self, const dove_mouse *mouse, dove_error *error) {
  agreement_pane *pane = self;
  size_t part;
  dove_mouse inside;
  if (pane->data.shown == NULL || !dove_grid_mouse(&pane->grid, mouse, &part, &inside)) return DOVE_PANE_IGNORED;
  if (part == PART_QUALITY) return DOVE_PANE_REDRAW;
  return dove_list_mouse(&pane->lists[part].list, &inside, error);
}

/* ---- Title, copy, export, state ---- */

static void agreement_title(void *self, dove_buffer *out) {
  const agreement_pane *pane = self;
  const dove_store_round *round = agreement_data_round(&pane->data);
  dove_buffer_add_text(out, "Agreement");
  if (pane->data.rounds.count == 0) return;
  dove_buffer_printf(out, ": %s", round != NULL ? round->name : "all rounds");
  if (pane->grid.focus == PART_QUALITY) return;
  dove_list_describe(&pane->lists[pane->grid.focus].list, out);
}

static void agreement_hints(void *self, dove_buffer *out) {
  const agreement_pane *pane = self;
  if (pane->data.shown == NULL) return;
  dove_buffer_add_text(out,
                       pane->grid.focus == PART_ITEMS ? "c consensus  o code  d other items  " : "d disagreements  ");
  dove_buffer_add_text(out, "r judge again  f group  w width  Tab part");
}

static void agreement_copy(void *self, dove_buffer *out) {
  agreement_pane *pane = self;
  if (pane->data.shown == NULL) return;
  if (pane->grid.focus == PART_QUALITY) {
    agreement_quality_add(&pane->data.shown->report, out);
  } else {
    dove_list_copy(&pane->lists[pane->grid.focus].list, out);
  }
}

static dove_status agreement_export(void *self, dove_buffer *out, dove_error *error) {
  agreement_pane *pane = self;
  if (pane->data.shown == NULL) return dove_fail(error, DOVE_NOT_FOUND, "there is no agreement to export yet");
  if (pane->grid.focus != PART_QUALITY) return dove_list_export(&pane->lists[pane->grid.focus].list, out, error);
  agreement_quality_add(&pane->data.shown->report, out);
  return DOVE_OK;
}

static void agreement_save(void *self, dove_buffer *state) {
  const agreement_pane *pane = self;
  const agreement_data *data = &pane->data;
  dove_buffer_printf(state, "part=%zu round=%lld width=%g group=%d choice=%d question=%d of=%d", pane->grid.focus,
                     (long long)data->round, data->wanted, (int)data->group, (int)data->choice, (int)data->question,
                     (int)data->choice_group);
  for (size_t part = PART_FIGURES; part < PARTS; part++)
    dove_buffer_printf(state, " %lld", (long long)dove_list_selected(&pane->lists[part].list));
  dove_buffer_printf(state, "\t%s\t%s", data->first != NULL ? data->first : "",
                     data->second != NULL ? data->second : "");
}

/* Rows can be chosen and selected only when the report is there. */
static void restore_lists(agreement_pane *pane) {
  int choice, question, group;
  long long ids[PARTS] = {0};
  dove_error ignored;
  char *state = pane->wanted;
  if (state == NULL) return;
  pane->wanted = NULL;
  char *first = strchr(state, '\t'), *second = first != NULL ? strchr(first + 1, '\t') : NULL;
  const int read = sscanf(state, "choice=%d question=%d of=%d %lld %lld %lld %lld", &choice, &question, &group,
                          &ids[PART_FIGURES], &ids[PART_PAIRS], &ids[PART_GROUPS], &ids[PART_ITEMS]);
  const bool good = read == 7 && second != NULL && choice >= 0 && choice < AGREEMENT_CHOICES && question >= 0 &&
                    question < DOVE_QUESTIONS && group >= 0 && group < DOVE_AGREEMENT_GROUPS;
  if (good) {
    *second = '\0';
    const size_t focus = pane->grid.focus;
    choose(pane, (agreement_choice)choice, (dove_question)question, (dove_agreement_group)group, first + 1, second + 1,
           &ignored);
    pane->grid.focus = focus;
    for (size_t part = PART_FIGURES; part < PARTS; part++) dove_list_select(&pane->lists[part].list, ids[part]);
  }
  free(state);
}

static void agreement_restore(void *self, const char *state) {
  agreement_pane *pane = self;
  size_t part;
  long long round;
  double width;
  int group, read = 0;
  dove_error ignored;
  if (sscanf(state, "part=%zu round=%lld width=%lf group=%d %n", &part, &round, &width, &group, &read) != 4) return;
  if (part < PARTS) pane->grid.focus = part;
  if (width > 0 && width <= 2) pane->data.wanted = width;
  if (group >= 0 && group < DOVE_AGREEMENT_GROUPS) pane->data.group = (dove_agreement_group)group;
  free(pane->wanted);
  pane->wanted = dove_strdup(state + read);
  if (dove_list_select(&pane->lists[PART_ROUNDS].list, round)) choose_round(pane, &ignored);
  if (pane->data.shown != NULL) restore_lists(pane);
}

const dove_pane_operations dove_pane_agreement = {
    .id = "agreement",
    .name = "Agreement",
    .digit = 'A',
    .context = DOVE_CONTEXT_AGREEMENT,
    .opened_by = DOVE_COMMAND_PANE_AGREEMENT,
    .open = agreement_open,
    .close = agreement_close,
    .load = agreement_load,
    .draw = agreement_draw,
    .command = agreement_command,
    .mouse = agreement_mouse,
    .title = agreement_title,
    .hints = agreement_hints,
    .copy = agreement_copy,
    .export = agreement_export,
    .save = agreement_save,
    .restore = agreement_restore,
    .wait = agreement_wait,
    .tick = agreement_tick,
};
