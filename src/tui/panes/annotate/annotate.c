#include "tui/panes/annotate/annotate.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dove/memory.h"
#include "dove/person.h"
#include "tui/panes/annotate/annotate_pane.h"

static dove_store *store_of(const annotate_pane *pane) { return dove_model_store(pane->model); }

dove_pane_result annotate_done(dove_status status) { return status == DOVE_OK ? DOVE_PANE_REDRAW : DOVE_PANE_FAILED; }

dove_pane_result annotate_changed(annotate_pane *pane, dove_status status) {
  if (status != DOVE_OK) return DOVE_PANE_FAILED;
  pane->fresh = true;
  return DOVE_PANE_RELOAD;
}

/* ---- Beginning, end, reading ---- */

static dove_status annotate_open(dove_explorer *explorer, void **self, dove_error *error) {
  annotate_pane *pane = dove_alloc_zero(1, sizeof *pane);
  if (pane == NULL) return dove_fail_memory(error, "opening the annotation");
  pane->explorer = explorer;
  pane->model = dove_explorer_model(explorer);
  pane->person = dove_person_name();
  annotate_rounds_init(&pane->rounds);
  annotate_work_init(&pane->work, pane->model);
  *self = pane;
  return DOVE_OK;
}

static void annotate_close(void *self) {
  annotate_pane *pane = self;
  annotate_rounds_free(&pane->rounds);
  annotate_form_free(&pane->form);
  annotate_work_free(&pane->work);
  free(pane->person);
  free(pane);
}

static dove_status annotate_load(void *self, dove_error *error) {
  annotate_pane *pane = self;
  const bool fresh = pane->fresh;
  pane->fresh = false;
  if (!pane->working) return annotate_rounds_load(&pane->rounds, store_of(pane), pane->person, error);
  return fresh ? DOVE_OK : annotate_work_reload(&pane->work, error);
}

static void annotate_draw(void *self, const dove_surface *surface, bool focus) {
  annotate_pane *pane = self;
  if (annotate_form_is_open(&pane->form)) {
    annotate_form_draw(&pane->form, surface);
  } else if (pane->working) {
    if (pane->work.pressed == SIZE_MAX && !dove_explorer_asks(pane->explorer)) {
      pane->work.text.lit = pane->work.text.lit_end = 0;
    }
    annotate_work_draw(&pane->work, surface, focus);
  } else {
    annotate_rounds_draw(&pane->rounds, surface, pane->person, focus);
  }
}

/* ---- Who is at work ---- */

static dove_status take_up(annotate_pane *pane, int64_t round, dove_error *error) {
  const dove_status status = annotate_work_open(&pane->work, round, pane->person, error);
  pane->working = status == DOVE_OK;
  return status;
}

static size_t length_without_blanks(const char *text) {
  size_t length = strlen(text);
  while (length > 0 && text[length - 1] == ' ') length--;
  return length;
}

static dove_pane_result name_person(annotate_pane *pane, const char *name, dove_error *error) {
  const int64_t round = pane->wanted != 0 ? pane->wanted : pane->working ? pane->work.annotator.annotation.round : 0;
  /* Where a name cannot be kept it counts for this session. */
  dove_status status = dove_person_remember(name, error);
  pane->wanted = 0;
  if (status == DOVE_INPUT) return DOVE_PANE_FAILED;
  free(pane->person);
  name += strspn(name, " ");
  pane->person = dove_strndup(name, length_without_blanks(name));
  if (pane->person == NULL) return annotate_done(dove_fail_memory(error, "remembering a name"));
  status = round != 0 ? take_up(pane, round, error) : annotate_load(pane, error);
  if (status == DOVE_BUSY) pane->wanted = round;
  return annotate_changed(pane, status);
}

static void person_typed(dove_explorer *explorer, void *self, const char *typed) {
  dove_error error = {0};
  if (name_person(self, typed, &error) == DOVE_PANE_FAILED) {
    dove_explorer_error(explorer, &error);
  } else {
    dove_explorer_reload(explorer);
  }
}

static void ask_person(annotate_pane *pane) {
  dove_explorer_ask(pane->explorer, "your name, under which answers are kept: ", pane->person, person_typed, pane);
}

/* Asks for the name of the person first when it is not known. */
static dove_pane_result take_up_as_person(annotate_pane *pane, int64_t round, dove_error *error) {
  pane->arrived = false;
  if (pane->person != NULL) return annotate_done(take_up(pane, round, error));
  pane->wanted = round;
  ask_person(pane);
  return DOVE_PANE_REDRAW;
}

/* ---- Rounds ---- */

static int64_t chosen_round(const annotate_pane *pane) {
  if (pane->working) return pane->work.annotator.annotation.round;
  const dove_store_round *round = annotate_rounds_selected(&pane->rounds);
  return round != NULL ? round->id : 0;
}

static dove_pane_result start_round(annotate_pane *pane, const dove_annotation_plan *plan, dove_error *error) {
  int64_t round = 0;
  if (dove_annotation_round_start(store_of(pane), plan, &round, error) != DOVE_OK) return DOVE_PANE_FAILED;
  annotate_form_free(&pane->form);
  dove_explorer_reload(pane->explorer);
  pane->working = false;
  if (annotate_load(pane, error) != DOVE_OK) return DOVE_PANE_FAILED;
  dove_list_select(&pane->rounds.list.list, round);
  return take_up_as_person(pane, round, error);
}

static dove_pane_result form_key(annotate_pane *pane, dove_key key, dove_error *error) {
  dove_annotation_plan plan;
  switch (annotate_form_key(&pane->form, key, &plan, error)) {
    case DOVE_FORM_ACCEPTED: return start_round(pane, &plan, error);
    case DOVE_FORM_WRONG: return DOVE_PANE_FAILED;
    case DOVE_FORM_LEFT:
    case DOVE_FORM_OPEN: break;
  }
  return DOVE_PANE_REDRAW;
}

static void close_confirmed(dove_explorer *explorer, void *self) {
  annotate_pane *pane = self;
  dove_error error = {0};
  const int64_t round = chosen_round(pane);
  dove_status status = dove_store_round_close(store_of(pane), round, &error);
  if (status == DOVE_OK && pane->working) status = take_up(pane, round, &error);
  if (status != DOVE_OK) dove_explorer_error(explorer, &error);
  dove_explorer_reload(explorer);
}

static dove_pane_result close_round(annotate_pane *pane, dove_error *error) {
  if (chosen_round(pane) == 0) {
    dove_fail(error, DOVE_NOT_FOUND, "there is no round to close");
    return DOVE_PANE_FAILED;
  }
  dove_explorer_confirm(pane->explorer, "Close the round for all? Answers are shown then, and no more are taken.",
                        close_confirmed, pane);
  return DOVE_PANE_REDRAW;
}

static dove_pane_result go_back(annotate_pane *pane, dove_error *error) {
  if (!pane->working || pane->arrived) {
    pane->arrived = false;
    return DOVE_PANE_IGNORED;
  }
  const int64_t round = chosen_round(pane);
  pane->working = false;
  if (annotate_load(pane, error) != DOVE_OK) return DOVE_PANE_FAILED;
  dove_list_select(&pane->rounds.list.list, round);
  return DOVE_PANE_REDRAW;
}

/* ---- Commands ---- */

static dove_pane_result set_person(annotate_pane *pane, const char *argument, dove_error *error) {
  pane->wanted = 0;
  if (argument[0] != '\0') return name_person(pane, argument, error);
  ask_person(pane);
  return DOVE_PANE_REDRAW;
}

static dove_pane_result discuss_round(annotate_pane *pane, int64_t round, dove_error *error) {
  const dove_pane_result result = take_up_as_person(pane, round, error);
  if (!pane->working) return result;
  return annotate_judge_command(pane, DOVE_COMMAND_DISCUSS, "", error);
}

static dove_pane_result annotate_command(void *self, dove_command_id command, const char *argument, dove_error *error) {
  annotate_pane *pane = self;
  switch (command) {
    case DOVE_COMMAND_START_ROUND:
      return annotate_form_open(&pane->form, dove_explorer_controller(pane->explorer), chosen_round(pane), error);
    case DOVE_COMMAND_CLOSE_ROUND: return close_round(pane, error);
    case DOVE_COMMAND_ANNOTATOR: return set_person(pane, argument, error);
    case DOVE_COMMAND_BACK: return go_back(pane, error);
    default: break;
  }
  if (pane->working) return annotate_judge_command(pane, command, argument, error);
  const dove_store_round *round = annotate_rounds_selected(&pane->rounds);
  if (command == DOVE_COMMAND_OPEN && round != NULL) return take_up_as_person(pane, round->id, error);
  if (command == DOVE_COMMAND_DISCUSS && round != NULL) return discuss_round(pane, round->id, error);
  return dove_list_command(&pane->rounds.list.list, command, argument, error);
}

static dove_pane_result annotate_key(void *self, dove_key key, dove_error *error) {
  annotate_pane *pane = self;
  if (annotate_form_is_open(&pane->form)) return form_key(pane, key, error);
  return pane->working ? annotate_judge_key(pane, key, error) : DOVE_PANE_IGNORED;
}

static dove_pane_result annotate_mouse(void *self, const dove_mouse *mouse, dove_error *error) {
  annotate_pane *pane = self;
  if (annotate_form_is_open(&pane->form)) return DOVE_PANE_IGNORED;
  if (pane->working) return annotate_judge_mouse(pane, mouse, error);
  return dove_list_mouse(&pane->rounds.list.list, mouse, error);
}

static uint32_t annotate_contexts(const void *self) {
  const annotate_pane *pane = self;
  return pane->working && !annotate_form_is_open(&pane->form) ? DOVE_CONTEXT_JUDGING : 0;
}

/* The steps of an annotator are kept in the project: whether there is one is known when it is taken back. */
static void annotate_state(const void *self, dove_command_state *state) {
  const annotate_pane *pane = self;
  state->empty = !pane->working && pane->rounds.rounds.count == 0;
  if (pane->working) state->undo = state->redo = state->writable;
}

/* ---- Being led here ---- */

/* The place of a document with a code, or of a code, in the round that is at work or, else, in the newest that has it.
 * A code that the round does not ask of the document leaves the document. */
static dove_status find_item(const annotate_pane *pane, const dove_target *target, int64_t *round, int64_t *position,
                             dove_error *error) {
  const int64_t document = target->kind == DOVE_TARGET_DOCUMENT ? target->id : 0;
  const int64_t code = document == 0 ? target->id : target->code > 0 ? target->code : 0;
  dove_store_round_list list;
  dove_status status = dove_store_round_list_read(store_of(pane), &list, error);
  const int64_t at_work = pane->working ? chosen_round(pane) : 0;
  *position = -1;
  for (size_t i = 0; i <= list.count && status == DOVE_OK && *position < 0; i++) {
    *round = i == 0 ? at_work : list.rows[list.count - i].id;
    if (*round == 0) continue;
    status = dove_store_item_find(store_of(pane), *round, document, code, position, error);
    if (status == DOVE_OK && *position < 0 && document != 0) {
      status = dove_store_item_find(store_of(pane), *round, document, 0, position, error);
    }
  }
  dove_store_round_list_free(&list);
  if (status != DOVE_OK || *position >= 0) return status;
  return dove_fail(error, DOVE_NOT_FOUND, "no round of annotation has it: 8, then r starts one");
}

static dove_status annotate_select(void *self, const dove_target *target, dove_error *error) {
  annotate_pane *pane = self;
  int64_t round = 0, position = -1;
  if (target->kind != DOVE_TARGET_DOCUMENT && target->kind != DOVE_TARGET_CODE) {
    return dove_fail(error, DOVE_NOT_FOUND, "this cannot be judged: documents and codes can");
  }
  if (pane->person == NULL) return dove_fail(error, DOVE_NOT_FOUND, "say who is at work first: 8, then w");
  dove_status status = find_item(pane, target, &round, &position, error);
  if (status == DOVE_OK && (!pane->working || round != chosen_round(pane))) status = take_up(pane, round, error);
  if (status == DOVE_OK) status = dove_annotator_go(&pane->work.annotator, position, error);
  if (status == DOVE_OK) status = annotate_work_follow(&pane->work, error);
  pane->arrived = status == DOVE_OK;
  return status;
}

/* ---- Title, hints, copy, export ---- */

static void annotate_title(void *self, dove_buffer *out) {
  const annotate_pane *pane = self;
  if (pane->working) {
    annotate_work_title(&pane->work, out);
  } else {
    dove_buffer_add_text(out, "Annotate · rounds");
    dove_buffer description = {0};
    dove_list_describe(&pane->rounds.list.list, &description);
    if (description.length > 0) dove_buffer_printf(out, " · %s", dove_buffer_text(&description));
    dove_buffer_free(&description);
  }
  if (pane->person != NULL) dove_buffer_printf(out, " · %s", pane->person);
}

static void annotate_hints(void *self, dove_buffer *out) {
  const annotate_pane *pane = self;
  if (annotate_form_is_open(&pane->form)) {
    dove_buffer_add_text(out, "Up Down fields  Left Right choose  Enter start  Esc leave");
  } else if (pane->working) {
    annotate_work_hints(&pane->work, out);
  } else {
    dove_buffer_add_text(
        out, pane->rounds.rounds.count > 0 ? "Enter judge  r new round  w who  o discuss" : "r start a round");
  }
}

static void annotate_copy(void *self, dove_buffer *out) {
  const annotate_pane *pane = self;
  const dove_store_round *round = annotate_rounds_selected(&pane->rounds);
  const dove_store_item *item = dove_annotator_item(&pane->work.annotator);
  if (!pane->working) {
    if (round != NULL) dove_buffer_add_text(out, round->name);
  } else if (item != NULL && !pane->work.annotator.own_codes_first) {
    dove_buffer_add_text(out, item->code_name);
  } else if (item != NULL) {
    dove_buffer_add_text(out, pane->work.document.text);
  }
}

/* The items of the round with the annotator's own answers. */
static dove_status export_items(const annotate_pane *pane, dove_buffer *out, dove_error *error) {
  const dove_annotation *annotation = &pane->work.annotator.annotation;
  dove_question questions[DOVE_QUESTIONS];
  const size_t asked = dove_annotation_questions(annotation, questions);
  dove_store_item_list list;
  const dove_store_item_query query = {
      .round = annotation->round, .annotator = annotation->annotator, .limit = INT64_MAX};
  const dove_status status = dove_store_item_page(store_of(pane), &query, &list, error);
  if (status != DOVE_OK) return status;
  dove_buffer_add_text(out, "item\tdocument\tcode");
  for (size_t q = 0; q < asked; q++) dove_buffer_printf(out, "\t%s", dove_question_name(questions[q]));
  dove_buffer_add_text(out, "\tredundant with\tnote\n");
  for (size_t i = 0; i < list.count; i++) {
    const dove_store_item *item = &list.rows[i];
    /* In blind-first rounds a code is not told before it was judged. */
    const bool told = !annotation->blind_first || item->answers[DOVE_QUESTION_PRESENT] != DOVE_ANSWER_NONE;
    dove_buffer_printf(out, "%lld\t%s\t%s", (long long)item->position + 1, item->external_id,
                       told ? item->code_name : "");
    for (size_t q = 0; q < asked; q++) dove_buffer_printf(out, "\t%s", dove_answer_name(item->answers[questions[q]]));
    dove_buffer_printf(out, "\t%s\t%s\n", item->other_name, item->note);
  }
  dove_store_item_list_free(&list);
  return out->failed ? dove_fail_memory(error, "exporting") : DOVE_OK;
}

static dove_status annotate_export(void *self, dove_buffer *out, dove_error *error) {
  annotate_pane *pane = self;
  return pane->working ? export_items(pane, out, error) : dove_list_export(&pane->rounds.list.list, out, error);
}

static const char *annotate_column(void *self, size_t index) {
  const annotate_pane *pane = self;
  const dove_list *list = &pane->rounds.list.list;
  for (size_t i = 0; i < list->column_count; i++) {
    if (list->columns[i].sortable && index-- == 0) return list->columns[i].title;
  }
  return NULL;
}

/* ---- State ---- */

static void annotate_save(void *self, dove_buffer *state) {
  const annotate_pane *pane = self;
  const dove_store_item *item = dove_annotator_item(&pane->work.annotator);
  dove_buffer_printf(state, "working=%d all=%d round=%lld item=%lld\t", pane->working, pane->work.all_codes,
                     (long long)pane->work.annotator.annotation.round,
                     (long long)(pane->working && item != NULL ? item->position : -1));
  dove_list_save(&pane->rounds.list.list, state);
}

static void annotate_restore(void *self, const char *state) {
  annotate_pane *pane = self;
  dove_error ignored = {0};
  int working, all;
  long long round, item;
  if (sscanf(state, "working=%d all=%d round=%lld item=%lld", &working, &all, &round, &item) != 4) return;
  const char *list = strchr(state, '\t');
  if (list != NULL) dove_list_restore(&pane->rounds.list.list, list + 1);
  pane->work.all_codes = all != 0;
  if (working == 0 || round <= 0 || pane->person == NULL) return;
  if (take_up(pane, round, &ignored) != DOVE_OK || item < 0) return;
  dove_status status = dove_annotator_go(&pane->work.annotator, item, &ignored);
  if (status != DOVE_OK) status = dove_annotator_next(&pane->work.annotator, 0, &ignored);
  if (status != DOVE_OK || annotate_work_follow(&pane->work, &ignored) != DOVE_OK) pane->working = false;
}

const dove_pane_operations dove_pane_annotate = {
    .id = "annotate",
    .name = "Annotate",
    .digit = '8',
    .context = DOVE_CONTEXT_ANNOTATE,
    .opened_by = DOVE_COMMAND_PANE_ANNOTATE,
    .open = annotate_open,
    .close = annotate_close,
    .load = annotate_load,
    .draw = annotate_draw,
    .command = annotate_command,
    .more_contexts = annotate_contexts,
    .state = annotate_state,
    .key = annotate_key,
    .mouse = annotate_mouse,
    .select = annotate_select,
    .title = annotate_title,
    .hints = annotate_hints,
    .copy = annotate_copy,
    .export = annotate_export,
    .save = annotate_save,
    .restore = annotate_restore,
    .column = annotate_column,
};
