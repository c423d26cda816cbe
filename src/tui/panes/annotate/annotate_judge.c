#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dove/annotation_disputes.h"
#include "dove/memory.h"
#include "dove/text.h"
#include "tui/panes/agreement/agreement_actions.h"
#include "tui/panes/annotate/annotate_pane.h"

static dove_annotator *annotator_of(annotate_pane *pane) { return &pane->work.annotator; }

/* The item that is judged, or DOVE_NOT_FOUND. */
static const dove_store_item *item_of(annotate_pane *pane, dove_error *error) {
  const dove_store_item *item = dove_annotator_item(annotator_of(pane));
  if (item == NULL) dove_fail(error, DOVE_NOT_FOUND, "every item of the round is done: [ goes back to the last one");
  return item;
}

static dove_pane_result follow(annotate_pane *pane, dove_status status, dove_error *error) {
  if (status == DOVE_OK) status = annotate_work_follow(&pane->work, error);
  return annotate_changed(pane, status);
}

static dove_pane_result moved(annotate_pane *pane, dove_status status, dove_error *error) {
  if (status == DOVE_OK) status = annotate_work_follow(&pane->work, error);
  return annotate_done(status);
}

/* ---- Answers ---- */

static bool codes_are_covered(annotate_pane *pane, dove_error *error) {
  if (!annotator_of(pane)->own_codes_first) return false;
  dove_fail(error, DOVE_USAGE, "your own codes of this document come first: a adds one, Enter ends them");
  return true;
}

static dove_pane_result answer(annotate_pane *pane, dove_answer given, int64_t other, dove_error *error) {
  return follow(pane, dove_annotator_answer(annotator_of(pane), given, other, error), error);
}

static dove_pane_result give_answer(annotate_pane *pane, dove_answer given, dove_error *error) {
  if (item_of(pane, error) == NULL || codes_are_covered(pane, error)) return DOVE_PANE_FAILED;
  if (given == DOVE_ANSWER_YES && annotator_of(pane)->question == DOVE_QUESTION_REDUNDANT &&
      pane->work.nearest_count > 0 && !annotator_of(pane)->annotation.closed) {
    pane->work.choosing = true;
    return DOVE_PANE_REDRAW;
  }
  return answer(pane, given, 0, error);
}

/* ---- Notes ---- */

static dove_pane_result write_note(annotate_pane *pane, const char *note, dove_error *error) {
  if (item_of(pane, error) == NULL || codes_are_covered(pane, error)) return DOVE_PANE_FAILED;
  return follow(pane, dove_annotator_note(annotator_of(pane), note, error), error);
}

/* Shows what came of an answer to a prompt, which no command gives back. */
static void show(dove_explorer *explorer, dove_pane_result result, const dove_error *error) {
  if (result == DOVE_PANE_FAILED) dove_explorer_error(explorer, error);
  if (result == DOVE_PANE_RELOAD) dove_explorer_reload(explorer);
}

static void note_typed(dove_explorer *explorer, void *self, const char *typed) {
  dove_error error = {0};
  show(explorer, write_note(self, typed, &error), &error);
}

static dove_pane_result ask_note(annotate_pane *pane, const char *argument, dove_error *error) {
  const dove_store_item *item = item_of(pane, error);
  if (item == NULL || codes_are_covered(pane, error)) return DOVE_PANE_FAILED;
  if (argument[0] != '\0') return write_note(pane, argument, error);
  char label[96];
  snprintf(label, sizeof label,
           "note on '%.*s': ", (int)dove_utf8_valid_prefix(item->code_name, strnlen(item->code_name, 40)),
           item->code_name);
  dove_explorer_ask(pane->explorer, label, item->notes[annotator_of(pane)->question], note_typed, pane);
  return DOVE_PANE_REDRAW;
}

/* ---- Codes by name ---- */

/* Names of the round's codebook that begin with what was typed, upper and lower case alike. */
static void complete_code(void *self, const char *text, dove_completions *candidates) {
  annotate_pane *pane = self;
  const dove_store_codebook *book = NULL;
  dove_error ignored;
  char *start = dove_text_fold(text, strlen(text));
  if (start != NULL && dove_annotator_codebook(annotator_of(pane), &book, &ignored) == DOVE_OK) {
    for (size_t i = 0; i < book->codes; i++) {
      char *name = dove_text_fold(book->names[i], strlen(book->names[i]));
      if (name != NULL && strncmp(name, start, strlen(start)) == 0) dove_completions_add(candidates, book->names[i]);
      free(name);
    }
  }
  free(start);
}

static int64_t code_named(annotate_pane *pane, const char *name, dove_error *error) {
  const dove_store_codebook *book = NULL;
  if (dove_annotator_codebook(annotator_of(pane), &book, error) != DOVE_OK) return 0;
  for (size_t i = 0; i < book->codes; i++) {
    if (strcmp(book->names[i], name) == 0) return book->ids[i];
  }
  dove_fail(error, DOVE_NOT_FOUND, "the codebook of the round has no code '%s': Tab completes names", name);
  return 0;
}

static void other_typed(dove_explorer *explorer, void *self, const char *typed) {
  dove_error error = {0};
  const dove_store_item *item = item_of(self, &error);
  int64_t code = item != NULL ? code_named(self, typed, &error) : 0;
  if (code != 0 && code == item->code) {
    dove_fail(&error, DOVE_USAGE, "that is the code itself: name the other one");
    code = 0;
  }
  show(explorer, code != 0 ? answer(self, DOVE_ANSWER_YES, code, &error) : DOVE_PANE_FAILED, &error);
}

/* With which code this one is redundant. */
static dove_pane_result choose_key(annotate_pane *pane, dove_key key, dove_error *error) {
  annotate_work *work = &pane->work;
  if (key >= '1' && key <= '9' && key - '1' < work->nearest_count) {
    return answer(pane, DOVE_ANSWER_YES, work->nearest[key - '1'].code, error);
  }
  if (key == DOVE_KEY_ENTER) return answer(pane, DOVE_ANSWER_YES, 0, error);
  work->choosing = key >= '1' && key <= '9';
  if (key == '=') {
    dove_explorer_ask(pane->explorer, "redundant with: ", NULL, other_typed, pane);
    dove_explorer_complete(pane->explorer, complete_code);
    return DOVE_PANE_REDRAW;
  }
  return work->choosing || key == DOVE_KEY_ESCAPE ? DOVE_PANE_REDRAW : DOVE_PANE_IGNORED;
}

/* ---- Added codes ---- */

static void ask_name(annotate_pane *pane);

static dove_pane_result add_code(annotate_pane *pane, const char *name, dove_error *error) {
  const dove_text_range span = pane->work.picked;
  const bool placed = span.end > span.first;
  const dove_status status = dove_annotator_add(annotator_of(pane), name, placed ? (int64_t)span.first : -1,
                                                placed ? (int64_t)span.end : -1, error);
  if (status != DOVE_BUSY) pane->work.picked = (dove_text_range){.id = -1};
  return annotate_changed(pane, status);
}

/* Own codes are typed one after another; an empty line ends them. */
static void name_typed(dove_explorer *explorer, void *self, const char *typed) {
  annotate_pane *pane = self;
  dove_error error = {0};
  const bool placed = pane->work.picked.end > pane->work.picked.first;
  if (typed[0] == '\0') {
    pane->work.picked = (dove_text_range){.id = -1};
    return;
  }
  const dove_pane_result result = add_code(pane, typed, &error);
  show(explorer, result, &error);
  if (result == DOVE_PANE_RELOAD && annotator_of(pane)->own_codes_first && !placed) ask_name(pane);
}

static void ask_name(annotate_pane *pane) {
  const dove_text_range span = pane->work.picked;
  char label[96];
  const char *what = annotator_of(pane)->own_codes_first ? "own code" : "code that is missing";
  if (span.end > span.first) {
    snprintf(label, sizeof label, "%s, at %zu:%zu: ", what, span.first, span.end);
  } else {
    snprintf(label, sizeof label, "%s%s: ", what, annotator_of(pane)->own_codes_first ? " (empty: no more)" : "");
  }
  dove_explorer_ask(pane->explorer, label, NULL, name_typed, pane);
  dove_explorer_complete(pane->explorer, complete_code);
}

static dove_pane_result can_add(annotate_pane *pane, dove_error *error) {
  const dove_store_item *item = item_of(pane, error);
  if (item == NULL) return DOVE_PANE_FAILED;
  if (annotator_of(pane)->annotation.closed) {
    dove_fail(error, DOVE_USAGE, "the round is closed; start another one to go on");
    return DOVE_PANE_FAILED;
  }
  if (item->document != 0) return DOVE_PANE_HANDLED;
  dove_fail(error, DOVE_USAGE, "codes are added to documents: this round judges codes by themselves");
  return DOVE_PANE_FAILED;
}

static dove_pane_result ask_code(annotate_pane *pane, const char *argument, dove_error *error) {
  if (can_add(pane, error) != DOVE_PANE_HANDLED) return DOVE_PANE_FAILED;
  pane->work.picked = (dove_text_range){.id = -1};
  if (argument[0] != '\0') return add_code(pane, argument, error);
  ask_name(pane);
  return DOVE_PANE_REDRAW;
}

static dove_pane_result begin_mark(annotate_pane *pane, dove_error *error) {
  if (can_add(pane, error) != DOVE_PANE_HANDLED) return DOVE_PANE_FAILED;
  return annotate_done(annotate_work_mark(&pane->work, error));
}

static dove_pane_result mark_key(annotate_pane *pane, dove_key key, dove_error *error) {
  annotate_work *work = &pane->work;
  const annotate_mark_result result = annotate_mark_key(&work->mark, &work->text, key);
  switch (result) {
    case ANNOTATE_MARK_MOVED: return annotate_done(annotate_work_show_text(work, error));
    case ANNOTATE_MARK_LEFT: return annotate_done(annotate_work_end_mark(work, false, error));
    case ANNOTATE_MARK_TAKEN:
      if (annotate_work_end_mark(work, true, error) != DOVE_OK) return DOVE_PANE_FAILED;
      ask_name(pane);
      return DOVE_PANE_REDRAW;
    case ANNOTATE_MARK_IGNORED: break;
  }
  return key == '?' || key == ':' ? DOVE_PANE_IGNORED : DOVE_PANE_HANDLED;
}

/* ---- Undo ---- */

static dove_pane_result take_back(annotate_pane *pane, bool again, dove_error *error) {
  const char *words = again ? "done again" : "taken back";
  const int64_t round = annotator_of(pane)->annotation.round;
  dove_annotator_undone undone;
  const dove_status status = dove_annotator_undo(annotator_of(pane), again, &undone, error);
  if (!annotate_work_is_open(&pane->work)) pane->working = false;
  if (status != DOVE_OK) return DOVE_PANE_FAILED;
  const dove_pane_result result = follow(pane, DOVE_OK, error);
  const dove_store_item *item = dove_annotator_item(annotator_of(pane));
  if (undone == DOVE_UNDONE_NOTHING) {
    dove_explorer_message(pane->explorer, DOVE_MESSAGE_INFO, "there is nothing to %s",
                          again ? "do again" : "take back");
  } else if (undone == DOVE_UNDONE_CODE) {
    dove_explorer_message(pane->explorer, DOVE_MESSAGE_INFO, "%s: a code of your own", words);
  } else if (item != NULL) {
    const dove_answer now = item->answers[annotator_of(pane)->question];
    const bool answered = now != DOVE_ANSWER_NONE && now != DOVE_ANSWER_WITHDRAWN;
    dove_explorer_message(pane->explorer, DOVE_MESSAGE_INFO, "%s%s%s: '%s' has %s%s", words,
                          round != annotator_of(pane)->annotation.round ? " in " : "",
                          round != annotator_of(pane)->annotation.round ? pane->work.name : "", item->code_name,
                          answered ? "the answer " : "no answer", answered ? dove_answer_name(now) : "");
  }
  return result;
}

/* ---- Discussing ---- */

static bool is_hidden(annotate_pane *pane, dove_error *error) {
  if (annotate_work_is_open_to_see(&pane->work)) return false;
  dove_fail(error, DOVE_USAGE, "the round is blind while it runs: it is discussed when it is closed (:close-round)");
  return true;
}

static dove_pane_result settle(annotate_pane *pane, const char *typed, dove_error *error) {
  const dove_store_item *item = item_of(pane, error);
  if (item == NULL) return DOVE_PANE_FAILED;
  const dove_pane_result result =
      agreement_settle(pane->explorer, item->id, annotator_of(pane)->question, item->code_name, typed, error);
  return result == DOVE_PANE_RELOAD ? follow(pane, DOVE_OK, error) : result;
}

static void label_typed(dove_explorer *explorer, void *self, const char *typed) {
  dove_error error = {0};
  show(explorer, settle(self, typed, &error), &error);
}

static dove_pane_result ask_label(annotate_pane *pane, const char *argument, dove_error *error) {
  if (is_hidden(pane, error) || item_of(pane, error) == NULL) return DOVE_PANE_FAILED;
  if (argument[0] != '\0') return settle(pane, argument, error);
  char label[96];
  snprintf(label, sizeof label,
           "consensus on '%s' (yes or no, and a note): ", dove_question_name(annotator_of(pane)->question));
  dove_explorer_ask(pane->explorer, label, NULL, label_typed, pane);
  return DOVE_PANE_REDRAW;
}

/* The first item of the list behind the present one, else the first one of all; position -1 for none. */
static dove_status find_talk(annotate_pane *pane, int64_t *position, dove_question *question, dove_error *error) {
  const dove_store_item *item = dove_annotator_item(annotator_of(pane));
  const dove_annotation *annotation = &annotator_of(pane)->annotation;
  dove_dispute_list list;
  *position = -1;
  dove_status status = dove_annotation_disputes(annotation->store, annotation->round, DOVE_DISPUTE_TALK, &list, error);
  for (size_t i = 0; i < list.count && status == DOVE_OK; i++) {
    dove_store_place place;
    status = dove_store_item_place(annotation->store, list.rows[i].item, &place, error);
    const bool behind = item == NULL || place.position > item->position ||
                        (place.position == item->position && list.rows[i].question > annotator_of(pane)->question);
    if (status != DOVE_OK || !(behind || *position < 0)) continue;
    *position = place.position;
    *question = list.rows[i].question;
    if (behind) break;
  }
  dove_dispute_list_free(&list);
  return status;
}

static dove_pane_result discuss(annotate_pane *pane, dove_error *error) {
  int64_t position;
  dove_question question = DOVE_QUESTION_PRESENT;
  if (is_hidden(pane, error) || find_talk(pane, &position, &question, error) != DOVE_OK) return DOVE_PANE_FAILED;
  if (position < 0) {
    dove_fail(error, DOVE_NOT_FOUND, "nothing is left to be discussed: no ties and no flags without a consensus");
    return DOVE_PANE_FAILED;
  }
  const dove_status status = dove_annotator_go(annotator_of(pane), position, error);
  annotator_of(pane)->question = question;
  return moved(pane, status, error);
}

/* ---- Moving ---- */

static dove_pane_result step(annotate_pane *pane, int by, dove_error *error) {
  bool went = false;
  const dove_status status = dove_annotator_step(annotator_of(pane), by, &went, error);
  if (status != DOVE_OK || went) return moved(pane, status, error);
  dove_fail(error, DOVE_NOT_FOUND, "this is the %s item", by > 0 ? "last" : "first");
  return DOVE_PANE_FAILED;
}

/* Shows the model's codes, or goes to the next item without an answer. */
static dove_pane_result go_on(annotate_pane *pane, dove_error *error) {
  const dove_store_item *item = dove_annotator_item(annotator_of(pane));
  if (annotator_of(pane)->own_codes_first) {
    return follow(pane, dove_annotator_reveal(annotator_of(pane), error), error);
  }
  return moved(pane, dove_annotator_next(annotator_of(pane), item != NULL ? item->position + 1 : 0, error), error);
}

static dove_pane_result show_evidence(annotate_pane *pane, dove_error *error) {
  if (annotate_work_next_evidence(&pane->work)) return DOVE_PANE_REDRAW;
  dove_fail(error, DOVE_NOT_FOUND, "the code has no evidence in this text");
  return DOVE_PANE_FAILED;
}

/* ---- Scrolling and searching ---- */

/* What is searched for must not be cut by the signs around evidence. */
static dove_pane_result search(annotate_pane *pane, const char *words, dove_error *error) {
  annotate_work *work = &pane->work;
  const dove_pane_result result = dove_text_view_command(&work->text, DOVE_COMMAND_SEARCH, words, error);
  if (!work->signs || work->text.search.words == NULL) return result;
  if (annotate_work_show_text(work, error) != DOVE_OK) return DOVE_PANE_FAILED;
  return dove_text_view_command(&work->text, DOVE_COMMAND_SEARCH, "", error);
}

static dove_pane_result scroll(annotate_pane *pane, dove_command_id command, const char *argument, dove_error *error) {
  annotate_work *work = &pane->work;
  const bool words = work->shown_document == 0 || work->show_quotes;
  if (work->all_codes && !words && command == DOVE_COMMAND_DOWN) return step(pane, 1, error);
  if (work->all_codes && !words && command == DOVE_COMMAND_UP) return step(pane, -1, error);
  if (words) return dove_text_view_command(&work->words, command, argument, error);
  if (command == DOVE_COMMAND_SEARCH) return search(pane, argument, error);
  const dove_pane_result result = dove_text_view_command(&work->text, command, argument, error);
  if (command != DOVE_COMMAND_CLEAR || result != DOVE_PANE_REDRAW) return result;
  return annotate_done(annotate_work_show_text(work, error));
}

/* ---- Commands, keys, mouse ---- */

static dove_pane_result toggle(bool *flag, annotate_pane *pane, dove_error *error) {
  *flag = !*flag;
  pane->work.to_evidence = true;
  pane->work.looked_at = 0;
  return annotate_done(annotate_work_show_text(&pane->work, error));
}

dove_pane_result annotate_judge_command(annotate_pane *pane, dove_command_id command, const char *argument,
                                        dove_error *error) {
  switch (command) {
    case DOVE_COMMAND_ANSWER_YES: return give_answer(pane, DOVE_ANSWER_YES, error);
    case DOVE_COMMAND_ANSWER_NO: return give_answer(pane, DOVE_ANSWER_NO, error);
    case DOVE_COMMAND_ANSWER_SKIP: return give_answer(pane, DOVE_ANSWER_SKIP, error);
    case DOVE_COMMAND_ANSWER_FLAG: return give_answer(pane, DOVE_ANSWER_FLAG, error);
    case DOVE_COMMAND_NOTE: return ask_note(pane, argument, error);
    case DOVE_COMMAND_ITEM_PREVIOUS: return step(pane, -1, error);
    case DOVE_COMMAND_ITEM_NEXT: return step(pane, 1, error);
    case DOVE_COMMAND_OPEN: return go_on(pane, error);
    case DOVE_COMMAND_UNDO: return take_back(pane, false, error);
    case DOVE_COMMAND_REDO: return take_back(pane, true, error);
    case DOVE_COMMAND_ADD_CODE: return ask_code(pane, argument, error);
    case DOVE_COMMAND_MARK_SPAN: return begin_mark(pane, error);
    case DOVE_COMMAND_DISCUSS: return discuss(pane, error);
    case DOVE_COMMAND_AGREEMENT_CONSENSUS: return ask_label(pane, argument, error);
    case DOVE_COMMAND_EVIDENCE: return show_evidence(pane, error);
    case DOVE_COMMAND_NEXT_STEP: /* beside s and d: a slip must not start hours of work */
      dove_fail(error, DOVE_USAGE, "the next step of the method is not started while judging: q leaves it");
      return DOVE_PANE_FAILED;
    case DOVE_COMMAND_ALL_CODES: return toggle(&pane->work.all_codes, pane, error);
    case DOVE_COMMAND_QUOTES: return toggle(&pane->work.show_quotes, pane, error);
    case DOVE_COMMAND_INSTRUCTION: return toggle(&pane->work.whole_instruction, pane, error);
    default: return scroll(pane, command, argument, error);
  }
}

dove_pane_result annotate_judge_key(annotate_pane *pane, dove_key key, dove_error *error) {
  if (pane->work.mark.on) return mark_key(pane, key, error);
  return pane->work.choosing ? choose_key(pane, key, error) : DOVE_PANE_IGNORED;
}

static bool hits(const dove_surface *area, const dove_mouse *mouse) {
  return mouse->y >= area->y && mouse->y < area->y + area->height && mouse->x >= area->x &&
         mouse->x < area->x + area->width;
}

/* The byte of the text under the mouse; of a mouse beside the text, the nearest one. A drag over its upper or lower
 * edge scrolls. */
static size_t text_byte(annotate_work *work, const dove_mouse *mouse) {
  const dove_surface *area = &work->text_area;
  int y = mouse->y - area->y;
  if (mouse->kind == DOVE_MOUSE_DRAG && (y < 0 || y >= area->height)) {
    dove_error ignored;
    dove_text_view_command(&work->text, y < 0 ? DOVE_COMMAND_UP : DOVE_COMMAND_DOWN, "", &ignored);
  }
  if (y >= area->height) y = area->height - 1;
  return dove_text_view_byte_at(&work->text, y, mouse->x - area->x);
}

/* A span of the text is pressed, seen while the mouse is dragged, and let go of. */
static dove_pane_result drag(annotate_pane *pane, const dove_mouse *mouse, dove_error *error) {
  annotate_work *work = &pane->work;
  const size_t byte = text_byte(work, mouse), from = work->pressed;
  if (mouse->kind == DOVE_MOUSE_PRESS || mouse->kind == DOVE_MOUSE_DOUBLE) {
    work->pressed = byte;
    return DOVE_PANE_HANDLED;
  }
  if (mouse->kind == DOVE_MOUSE_DRAG && from != SIZE_MAX) {
    annotate_work_light(work, from, byte);
    return DOVE_PANE_REDRAW;
  }
  work->pressed = SIZE_MAX;
  work->text.lit = work->text.lit_end = 0;
  if (mouse->kind != DOVE_MOUSE_RELEASE || from == SIZE_MAX || from == byte) return DOVE_PANE_REDRAW;
  if (can_add(pane, error) != DOVE_PANE_HANDLED) return DOVE_PANE_FAILED;
  if (annotate_work_pick(work, from, byte, error) != DOVE_OK) return DOVE_PANE_FAILED;
  ask_name(pane);
  return DOVE_PANE_REDRAW;
}

static dove_pane_result press_row(annotate_pane *pane, const dove_mouse *mouse, dove_error *error) {
  const size_t row = (size_t)(mouse->y - pane->work.rows_area.y);
  const dove_annotator *annotator = annotator_of(pane);
  if (annotator->question == DOVE_QUESTION_REDUNDANT) {
    return pane->work.choosing && row > 0 ? choose_key(pane, '0' + (dove_key)row, error) : DOVE_PANE_HANDLED;
  }
  if (pane->work.rows_top + row >= annotator->items.count) return DOVE_PANE_HANDLED;
  const int64_t position = annotator->items.rows[pane->work.rows_top + row].position;
  return moved(pane, dove_annotator_go(annotator_of(pane), position, error), error);
}

dove_pane_result annotate_judge_mouse(annotate_pane *pane, const dove_mouse *mouse, dove_error *error) {
  annotate_work *work = &pane->work;
  const bool wheel = mouse->kind == DOVE_MOUSE_WHEEL_UP || mouse->kind == DOVE_MOUSE_WHEEL_DOWN;
  if (wheel) {
    const bool words = work->shown_document == 0 || work->show_quotes;
    return dove_text_view_mouse(words ? &work->words : &work->text, mouse);
  }
  const bool dragged =
      work->pressed != SIZE_MAX && (mouse->kind == DOVE_MOUSE_DRAG || mouse->kind == DOVE_MOUSE_RELEASE);
  if (work->shown_document != 0 && (dragged || hits(&work->text_area, mouse))) return drag(pane, mouse, error);
  work->pressed = SIZE_MAX;
  const bool press = mouse->kind == DOVE_MOUSE_PRESS || mouse->kind == DOVE_MOUSE_DOUBLE;
  return press && hits(&work->rows_area, mouse) ? press_row(pane, mouse, error) : DOVE_PANE_HANDLED;
}
