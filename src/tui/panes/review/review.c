#include "tui/panes/review/review.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dove/memory.h"
#include "dove/person.h"
#include "dove/review.h"
#include "dove/text.h"
#include "tui/panes/review/review_text.h"

void review_init(review *self, dove_explorer *explorer) { *self = (review){.explorer = explorer}; }

/* Stops what runs and forgets what it found. */
static void drop_preview(review *self) {
  dove_background_stop(self->background);
  self->background = NULL;
  if (self->work != NULL) dove_preview_free(&self->work->preview);
  free(self->work);
  self->work = NULL;
  self->ready = self->impossible = self->previewing = false;
  dove_text_view_free(&self->text);
  self->text = (dove_text_view){0};
}

void review_free(review *self) {
  drop_preview(self);
  review_choose_free(&self->choose);
  free(self->code_name);
  free(self->other_name);
  free(self->name);
  free(self->note);
  free(self->author);
  *self = (review){.explorer = self->explorer};
}

bool review_is_open(const review *self) { return self->previewing || self->choose.open; }

/* "merge Honesty into Openness" */
static void describe(const review *self, dove_buffer *out) {
  dove_buffer_add_text(out, dove_review_kind_name(self->entry.kind));
  if (self->code_name != NULL) dove_buffer_printf(out, " %s", self->code_name);
  if (self->other_name != NULL) dove_buffer_printf(out, " into %s", self->other_name);
  if (self->name != NULL) dove_buffer_printf(out, " as %s", self->name);
}

/* ---- Keeping it ---- */

static dove_pane_result keep(review *self, dove_error *error) {
  dove_controller *controller = dove_explorer_controller(self->explorer);
  dove_buffer words = {0};
  describe(self, &words);
  const dove_status status = dove_controller_review(controller, &self->entry, NULL, error);
  if (status == DOVE_OK)
    dove_explorer_message(self->explorer, DOVE_MESSAGE_INFO, "kept: %s%s; u takes it back", dove_buffer_text(&words),
                          dove_review_acts(self->entry.kind) ? "; b builds a run with it" : "");
  dove_buffer_free(&words);
  if (status == DOVE_OK) review_free(self);
  return status == DOVE_OK ? DOVE_PANE_RELOAD : DOVE_PANE_FAILED;
}

/* ---- Showing it first ---- */

static dove_status work_out(void *user, dove_store *store, const dove_progress *progress, dove_error *error) {
  review_work *work = user;
  return dove_preview_make(store, &work->request, &work->preview, progress, error);
}

static dove_pane_result start_preview(review *self, dove_error *error) {
  drop_preview(self);
  review_work *work = dove_alloc_zero(1, sizeof *work);
  if (work == NULL) {
    dove_fail_memory(error, "previewing a review");
    return DOVE_PANE_FAILED;
  }
  work->entry = self->entry;
  work->request = (dove_preview_request){.run = self->entry.run,
                                         .t = self->entry.t,
                                         .rules = self->rules,
                                         .pending = true,
                                         .entries = &work->entry,
                                         .count = 1};
  self->work = work;
  self->previewing = true;
  dove_controller *controller = dove_explorer_controller(self->explorer);
  if (dove_background_start(controller, work_out, work, &self->background, error) == DOVE_OK) return DOVE_PANE_REDRAW;
  drop_preview(self);
  return DOVE_PANE_FAILED;
}

/* Puts what the background found into words. */
static void describe_found(review *self, dove_status status, const dove_error *error) {
  dove_buffer text = {0};
  dove_error ignored;
  if (status == DOVE_OK) {
    review_describe_preview(&self->work->preview, self->entry.kind == DOVE_REVIEW_RENAME, self->narrow, &text);
    self->impossible = !self->work->preview.entries[0].applied;
  } else {
    dove_buffer_printf(&text, "this could not be worked out: %s", error->message);
    self->impossible = status != DOVE_USAGE;
  }
  dove_text_view_set(&self->text, dove_buffer_text(&text), text.length, NULL, 0, &ignored);
  dove_buffer_free(&text);
  self->ready = true;
}

/* Takes what the background found, once it is done. */
static void take_preview(review *self, bool narrow) {
  dove_status status = DOVE_OK;
  dove_error error = {0};
  const bool again = self->ready && narrow != self->narrow;
  self->narrow = narrow;
  if (self->ready && !again) return;
  if (self->background != NULL && dove_background_done(self->background, &status, &error))
    describe_found(self, status, &error);
}

/* ---- Asking for what is missing ---- */

static dove_pane_result advance(review *self, dove_error *error);

/* Goes on after a prompt, which has no result of its own to give. */
static void go_on(review *self) {
  dove_error error = {0};
  switch (advance(self, &error)) {
    case DOVE_PANE_FAILED: dove_explorer_error(self->explorer, &error); break;
    case DOVE_PANE_RELOAD: dove_explorer_reload(self->explorer); break;
    default: break;
  }
}

static void got_author(dove_explorer *explorer, void *user, const char *answer) {
  review *self = user;
  dove_error error = {0};
  if (dove_person_remember(answer, &error) != DOVE_OK && error.code == DOVE_INPUT) {
    dove_explorer_error(explorer, &error);
    return;
  }
  free(self->author);
  self->author = dove_person_name();
  if (self->author == NULL) self->author = dove_strdup(answer); /* it could not be kept: it holds for this session */
  self->entry.author = self->author;
  go_on(self);
}

static void got_name(dove_explorer *explorer, void *user, const char *answer) {
  review *self = user;
  if (answer[0] == '\0' || (self->code_name != NULL && strcmp(answer, self->code_name) == 0)) {
    dove_explorer_message(explorer, DOVE_MESSAGE_INFO, "the code keeps its name");
    return;
  }
  free(self->name);
  self->name = dove_strdup(answer);
  self->entry.name = self->name;
  go_on(self);
}

static dove_pane_result advance(review *self, dove_error *error) {
  dove_store_new_override *entry = &self->entry;
  dove_controller *controller = dove_explorer_controller(self->explorer);
  if (self->author == NULL) {
    dove_explorer_ask(self->explorer, "your name: ", NULL, got_author, self);
    return DOVE_PANE_REDRAW;
  }
  if (!dove_review_acts(entry->kind)) return keep(self, error);
  if (entry->kind == DOVE_REVIEW_MERGE && entry->other == 0) {
    const dove_status status = review_choose_open(&self->choose, dove_controller_model(controller), entry->run,
                                                  entry->t - 1, entry->code, error);
    return status == DOVE_OK ? DOVE_PANE_REDRAW : DOVE_PANE_FAILED;
  }
  if (entry->kind == DOVE_REVIEW_RENAME && self->name == NULL) {
    dove_explorer_ask(self->explorer, "new name: ", self->code_name, got_name, self);
    return DOVE_PANE_REDRAW;
  }
  if (dove_review_check(controller, entry, error) != DOVE_OK) return DOVE_PANE_FAILED;
  return start_preview(self, error);
}

static dove_status copy(char **out, const char *text, dove_error *error) {
  *out = dove_strdup(text);
  return text == NULL || *out != NULL ? DOVE_OK : dove_fail_memory(error, "entering a review");
}

dove_pane_result review_begin(review *self, const dove_store_new_override *entry, const char *code_name,
                              const char *other_name, bool rules, dove_error *error) {
  review_free(self);
  self->entry = *entry;
  self->rules = rules;
  self->author = dove_person_name();
  dove_status status = copy(&self->code_name, code_name, error);
  if (status == DOVE_OK) status = copy(&self->other_name, other_name, error);
  if (status == DOVE_OK) status = copy(&self->name, entry->name, error);
  if (status == DOVE_OK) status = copy(&self->note, entry->note, error);
  self->entry.name = self->name;
  self->entry.note = self->note;
  self->entry.author = self->author;
  return status == DOVE_OK ? advance(self, error) : DOVE_PANE_FAILED;
}

/* A merge into a code that was named. */
static dove_pane_result merge_into(review *self, dove_store_new_override *entry, const review_code *code,
                                   const char *words, dove_error *error) {
  dove_controller *controller = dove_explorer_controller(self->explorer);
  dove_neighbour_codes codes = {0};
  dove_status status = dove_review_find_code(controller, code->run, code->t, words, &entry->other, error);
  if (status == DOVE_OK)
    status =
        dove_model_neighbour_codes(dove_controller_model(controller), code->run, code->t, code->code, &codes, error);
  if (status != DOVE_OK) return DOVE_PANE_FAILED;
  const char *name = NULL;
  for (size_t i = 0; i < codes.count; i++) {
    if (codes.rows[i].code == entry->other) name = codes.rows[i].name;
  }
  const dove_pane_result result = review_begin(self, entry, code->name, name, code->decision != 0, error);
  dove_neighbour_codes_free(&codes);
  return result;
}

dove_pane_result review_code_command(review *self, const review_code *code, dove_command_id command,
                                     const char *argument, dove_error *error) {
  dove_store_new_override entry = {.run = code->run, .t = code->t + 1, .decision = code->decision, .code = code->code};
  switch (command) {
    case DOVE_COMMAND_FORCE_MERGE: entry.kind = DOVE_REVIEW_MERGE; break;
    case DOVE_COMMAND_FORCE_SPLIT: entry.kind = DOVE_REVIEW_SPLIT; break;
    case DOVE_COMMAND_FORCE_NAME: entry.kind = DOVE_REVIEW_RENAME; break;
    default: return DOVE_PANE_IGNORED;
  }
  if (code->code == 0) {
    dove_fail(error, DOVE_NOT_FOUND, "there is no code selected to %s", dove_review_kind_name(entry.kind));
    return DOVE_PANE_FAILED;
  }
  if (entry.kind == DOVE_REVIEW_MERGE && argument[0] != '\0') return merge_into(self, &entry, code, argument, error);
  if (entry.kind == DOVE_REVIEW_RENAME && argument[0] != '\0') entry.name = argument;
  return review_begin(self, &entry, code->name, NULL, code->decision != 0, error);
}

/* ---- Keys ---- */

static dove_pane_result choose_key(review *self, dove_key key, dove_error *error) {
  switch (review_choose_key(&self->choose, key)) {
    case REVIEW_CHOOSING: return DOVE_PANE_REDRAW;
    case REVIEW_LEFT: review_free(self); return DOVE_PANE_REDRAW;
    case REVIEW_CHOSEN: break;
  }
  const dove_neighbour_code *chosen = review_choose_selected(&self->choose);
  self->entry.other = chosen->code;
  const dove_status status = copy(&self->other_name, chosen->name, error);
  review_choose_free(&self->choose);
  return status == DOVE_OK ? advance(self, error) : DOVE_PANE_FAILED;
}

static dove_pane_result accept(review *self, dove_error *error) {
  take_preview(self, self->narrow);
  if (!self->ready) {
    dove_explorer_message(self->explorer, DOVE_MESSAGE_INFO, "it is still being worked out");
    return DOVE_PANE_REDRAW;
  }
  if (!self->impossible) return keep(self, error);
  dove_fail(error, DOVE_USAGE, "this is impossible, so it is not kept; Esc drops it");
  return DOVE_PANE_FAILED;
}

static dove_pane_result scroll(review *self, dove_command_id command) {
  dove_error ignored;
  dove_text_view_command(&self->text, command, "", &ignored);
  return DOVE_PANE_REDRAW;
}

dove_pane_result review_key(review *self, dove_key key, dove_error *error) {
  if (self->choose.open) return choose_key(self, key, error);
  switch (key) {
    case DOVE_KEY_ENTER: return accept(self, error);
    case DOVE_KEY_ESCAPE:
    case 'q':
      review_free(self);
      dove_explorer_message(self->explorer, DOVE_MESSAGE_INFO, "dropped: nothing was entered");
      return DOVE_PANE_REDRAW;
    case 'r':
      if (self->entry.kind == DOVE_REVIEW_VETO)
        return DOVE_PANE_HANDLED; /* without the rules there is nothing to veto */
      self->rules = !self->rules;
      return start_preview(self, error);
    case 'j':
    case DOVE_KEY_DOWN: return scroll(self, DOVE_COMMAND_DOWN);
    case 'k':
    case DOVE_KEY_UP: return scroll(self, DOVE_COMMAND_UP);
    case ' ':
    case DOVE_KEY_PAGE_DOWN: return scroll(self, DOVE_COMMAND_PAGE_DOWN);
    case DOVE_KEY_PAGE_UP: return scroll(self, DOVE_COMMAND_PAGE_UP);
    default: return DOVE_PANE_HANDLED;
  }
}

/* ---- Drawing ---- */

static void draw_waiting(review *self, const dove_surface *surface) {
  char stage[48];
  double share;
  dove_background_progress(self->background, stage, &share);
  const int x = dove_draw_format(surface, 0, 0, dove_style_of(DOVE_ROLE_NORMAL), "working out what it would do: %s",
                                 stage[0] != '\0' ? stage : "reading");
  if (isfinite(share)) dove_draw_format(surface, 0, x + 1, dove_style_of(DOVE_ROLE_FAINT), "%.0f %%", 100 * share);
}

static void draw_how(const review *self, const dove_surface *surface, int y) {
  const long long t = (long long)self->entry.t;
  const dove_style faint = dove_style_of(DOVE_ROLE_FAINT);
  if (self->rules) {
    dove_draw_format(surface, y, 0, faint, "in the step to t %lld, where the rules act too", t);
  } else {
    dove_draw_format(surface, y, 0, faint, "by itself on C^%lld; the rules do not act", t - 1);
  }
}

static void draw_preview(review *self, const dove_surface *surface) {
  enum { WIDEST = 84, AROUND = 4 };
  dove_buffer title = {0};
  const int width = surface->width < WIDEST ? surface->width : WIDEST;
  take_preview(self, width - 2 < REVIEW_WIDE);
  describe(self, &title);
  const size_t lines = self->ready ? dove_text_view_lines(&self->text, width - 2) : 1;
  const int wanted = lines < 1000 ? (int)lines + AROUND : surface->height;
  const int height = surface->height < wanted ? surface->height : wanted;
  dove_surface box =
      dove_surface_part(surface, (surface->height - height) / 2, (surface->width - width) / 2, height, width);
  dove_draw_fill(&box, 0, 0, box.height, box.width, dove_style_of(DOVE_ROLE_NORMAL));
  if (box.height >= AROUND) dove_draw_box(&box, dove_buffer_text(&title), true);
  dove_surface inside = box.height >= AROUND ? dove_surface_inside(&box) : box;
  draw_how(self, &inside, 0);
  dove_surface body = dove_surface_part(&inside, 1, 0, inside.height - 2, inside.width);
  if (self->ready) {
    dove_text_view_draw(&self->text, &body, true);
  } else {
    draw_waiting(self, &body);
  }
  const char *other = self->rules ? "r without rules · " : "r with rules · ";
  if (inside.height > 2)
    dove_draw_format(&inside, inside.height - 1, 0, dove_style_of(DOVE_ROLE_HINT),
                     "Enter keeps it · %sj k scroll · Esc drops it", self->entry.kind == DOVE_REVIEW_VETO ? "" : other);
  dove_buffer_free(&title);
}

void review_draw(review *self, const dove_surface *surface) {
  if (self->choose.open) {
    dove_buffer title = {0};
    dove_buffer_printf(&title, "merge %s into", self->code_name != NULL ? self->code_name : "");
    review_choose_draw(&self->choose, surface, dove_buffer_text(&title));
    dove_buffer_free(&title);
  } else if (self->previewing) {
    draw_preview(self, surface);
  }
}
