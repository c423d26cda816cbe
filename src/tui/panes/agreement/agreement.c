#include "tui/panes/agreement/agreement.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dove/csv.h"
#include "dove/memory.h"
#include "tui/panes/agreement/agreement_actions.h"
#include "tui/panes/agreement/agreement_lists.h"
#include "tui/panes/agreement/agreement_pane.h"
#include "tui/panes/agreement/agreement_quality.h"

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

dove_status agreement_pane_collect(agreement_pane *pane, dove_error *error) {
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
  return agreement_pane_collect(self, error) == DOVE_OK ? DOVE_PANE_REDRAW : DOVE_PANE_FAILED;
}

static void agreement_draw(void *self, const dove_surface *surface, bool focus) {
  agreement_pane_draw(self, surface, focus);
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

/* The selected round, 0 for all together; false when none is selected. */
static bool selected_round(const agreement_pane *pane, int64_t *id) {
  size_t row;
  if (!dove_memory_list_row(&pane->lists[PART_ROUNDS], &row)) return false;
  const dove_store_round *round = agreement_rounds_at(&pane->data, row);
  *id = round != NULL ? round->id : 0;
  return true;
}

static dove_pane_result choose_round(agreement_pane *pane, dove_error *error) {
  int64_t round;
  if (!selected_round(pane, &round)) return DOVE_PANE_HANDLED;
  dove_status status = agreement_data_choose_round(&pane->data, round, error);
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

static dove_pane_result go_to(agreement_pane *pane, bool code, dove_error *error) {
  const dove_dispute *item = selected_item(pane);
  if (item == NULL) return DOVE_PANE_HANDLED;
  const bool document = item->document != 0 && !code;
  const dove_target target = document
                                 ? (dove_target){.kind = DOVE_TARGET_DOCUMENT, .id = item->document, .code = item->code}
                                 : (dove_target){.kind = DOVE_TARGET_CODE, .id = item->code};
  const int64_t iteration = pane->data.shown->items.answers.items[item->facts].iteration;
  if (look_at_codebook(pane, iteration, error) != DOVE_OK) return DOVE_PANE_FAILED;
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
    dove_fail(error, DOVE_USAGE, "a width is above 0 and at most 2, for example 0.1; not '%s'", typed);
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
  if (result == DOVE_PANE_FAILED) dove_explorer_error(pane->data.explorer, error);
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

static void agreement_state(const void *self, dove_command_state *state) {
  const agreement_pane *pane = self;
  state->empty = pane->data.shown == NULL;
}

static void agreement_hints(void *self, dove_buffer *out) {
  const agreement_pane *pane = self;
  if (pane->data.shown == NULL) return;
  static const char *const opened[PARTS] = {
      [PART_ROUNDS] = "Enter this round  ", [PART_QUALITY] = "",
      [PART_FIGURES] = "Enter its items  ", [PART_PAIRS] = "Enter their items  ",
      [PART_GROUPS] = "Enter its items  ",  [PART_ITEMS] = "Enter the item  c consensus  o code  "};
  const size_t part = pane->grid.focus;
  int64_t round = pane->data.round;
  const bool same = part == PART_ROUNDS && selected_round(pane, &round) && round == pane->data.round;
  if (pane->lists[part].visible > 0 && !same) dove_buffer_add_text(out, opened[part]);
  dove_buffer_add_text(out, part == PART_ITEMS ? "d other items  " : "d disagreements  ");
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
    .state = agreement_state,
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
