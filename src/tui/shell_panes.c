#include <stdlib.h>
#include <string.h>

#include "dove/memory.h"
#include "tui/shell.h"

void shell_panes_init(dove_explorer *explorer) {
  for (size_t i = 0; dove_panes[i] != NULL && i < SHELL_PANES; i++) {
    explorer->panes[i] = (shell_pane){.operations = dove_panes[i], .stale = true};
    explorer->pane_count = i + 1;
  }
}

void shell_panes_free(dove_explorer *explorer) {
  for (size_t i = 0; i < explorer->pane_count; i++) {
    shell_pane *pane = &explorer->panes[i];
    if (pane->opened) pane->operations->close(pane->self);
    free(pane->saved);
  }
  explorer->pane_count = 0;
  for (size_t i = 0; i < explorer->level_count; i++) free(explorer->levels[i].state);
  explorer->level_count = 0;
}

shell_pane *shell_current_pane(dove_explorer *explorer) {
  if (explorer->controller == NULL || explorer->current >= explorer->pane_count) return NULL;
  shell_pane *pane = &explorer->panes[explorer->current];
  return pane->opened ? pane : NULL;
}

uint32_t shell_contexts(const dove_explorer *explorer) {
  if (explorer->controller == NULL || explorer->current >= explorer->pane_count) return DOVE_CONTEXT_GLOBAL;
  const shell_pane *pane = &explorer->panes[explorer->current];
  uint32_t contexts = DOVE_CONTEXT_GLOBAL | pane->operations->context;
  if (pane->opened && pane->operations->more_contexts != NULL) contexts |= pane->operations->more_contexts(pane->self);
  return contexts;
}

bool shell_pane_find(const dove_explorer *explorer, dove_command_id opened_by, size_t *index) {
  for (size_t i = 0; i < explorer->pane_count; i++) {
    if (explorer->panes[i].operations->opened_by != opened_by) continue;
    *index = i;
    return true;
  }
  return false;
}

dove_status shell_pane_open(dove_explorer *explorer, size_t index, dove_error *error) {
  shell_pane *pane = &explorer->panes[index];
  if (!pane->opened) {
    dove_status status = pane->operations->open(explorer, &pane->self, error);
    if (status != DOVE_OK) return status;
    pane->opened = true;
    pane->stale = true;
  }
  explorer->current = index;
  return DOVE_OK;
}

void shell_pane_load(dove_explorer *explorer) {
  shell_pane *pane = shell_current_pane(explorer);
  if (pane == NULL) return;
  const uint64_t generation = dove_model_generation(dove_explorer_model(explorer));
  if (!pane->stale && pane->generation == generation) return;
  pane->stale = false;
  pane->generation = generation;
  pane->failed = pane->operations->load(pane->self, &pane->error) != DOVE_OK;
  if (pane->failed || pane->saved == NULL) return;
  if (pane->operations->restore != NULL) pane->operations->restore(pane->self, pane->saved);
  free(pane->saved);
  pane->saved = NULL;
}

static char *state_of(const shell_pane *pane) {
  if (pane->operations->save == NULL) return NULL;
  dove_buffer state = {0};
  pane->operations->save(pane->self, &state);
  return dove_buffer_take(&state);
}

/* Remembers the present view as the one to come back to; the oldest goes when there are too many. */
static void push_level(dove_explorer *explorer) {
  const shell_pane *pane = shell_current_pane(explorer);
  if (pane == NULL) return;
  if (explorer->level_count == SHELL_LEVELS) {
    free(explorer->levels[0].state);
    memmove(explorer->levels, explorer->levels + 1, (SHELL_LEVELS - 1) * sizeof *explorer->levels);
    explorer->level_count--;
  }
  explorer->levels[explorer->level_count++] = (shell_level){.pane = explorer->current, .state = state_of(pane)};
}

bool shell_go_back(dove_explorer *explorer) {
  if (explorer->level_count == 0) return false;
  shell_level level = explorer->levels[--explorer->level_count];
  dove_error error;
  if (shell_pane_open(explorer, level.pane, &error) == DOVE_OK) {
    shell_pane_load(explorer);
    const shell_pane *pane = shell_current_pane(explorer);
    if (level.state != NULL && pane->operations->restore != NULL) pane->operations->restore(pane->self, level.state);
  } else {
    dove_explorer_error(explorer, &error);
  }
  free(level.state);
  return true;
}

void shell_apply(dove_explorer *explorer, dove_pane_result result, const dove_error *error) {
  switch (result) {
    case DOVE_PANE_FAILED: dove_explorer_error(explorer, error); break;
    case DOVE_PANE_RELOAD: dove_explorer_reload(explorer); break;
    case DOVE_PANE_OPEN: shell_command(explorer, DOVE_COMMAND_OPEN, NULL); break;
    case DOVE_PANE_IGNORED:
    case DOVE_PANE_HANDLED:
    case DOVE_PANE_REDRAW: break;
  }
}

/* ---- What panes ask of the shell ---- */

dove_controller *dove_explorer_controller(const dove_explorer *explorer) { return explorer->controller; }

dove_model *dove_explorer_model(const dove_explorer *explorer) {
  return explorer->controller != NULL ? dove_controller_model(explorer->controller) : NULL;
}

void dove_explorer_reload(dove_explorer *explorer) {
  explorer->weights.known = false;
  for (size_t i = 0; i < explorer->pane_count; i++) explorer->panes[i].stale = true;
}

dove_status dove_explorer_go(dove_explorer *explorer, dove_command_id pane_command, const dove_target *target,
                             dove_error *error) {
  size_t index;
  if (explorer->controller == NULL) return dove_fail(error, DOVE_USAGE, "no project is open");
  if (!shell_pane_find(explorer, pane_command, &index)) {
    return dove_fail(error, DOVE_NOT_FOUND, "this program has no pane '%s'", dove_command_get(pane_command)->name);
  }
  bool drill = target != NULL && target->kind != DOVE_TARGET_NONE;
  if (drill && shell_current_pane(explorer) != NULL) push_level(explorer);
  dove_status status = shell_pane_open(explorer, index, error);
  if (status != DOVE_OK || !drill) return status;
  shell_pane_load(explorer);
  const shell_pane *pane = shell_current_pane(explorer);
  if (pane->operations->select == NULL) return DOVE_OK;
  status = pane->operations->select(pane->self, target, error);
  if (status != DOVE_OK) shell_go_back(explorer);
  return status;
}
