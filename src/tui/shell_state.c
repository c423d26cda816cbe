/* What a session leaves for the next one: one file per project, a line per pane. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "dove/memory.h"
#include "tui/config_file.h"
#include "tui/screenshot.h"
#include "tui/shell.h"

/* FNV-1a of the project's full path: names of files must not depend on what it contains. */
static uint64_t hash(const char *text) {
  uint64_t value = 0xcbf29ce484222325U;
  for (const char *c = text; *c != '\0'; c++) value = (value ^ (unsigned char)*c) * 0x100000001b3U;
  return value;
}

static char *state_path(const dove_explorer *explorer) {
  char *full = realpath(explorer->project_path, NULL);
  char name[48];
  snprintf(name, sizeof name, "view-%016llx", (unsigned long long)hash(full != NULL ? full : explorer->project_path));
  free(full);
  return dove_config_path("XDG_STATE_HOME", ".local/state", name);
}

/* "RUN T": the iteration that was looked at, when it was not the one in use. A codebook that came into use since is not
 * hidden by it. */
static void restore_view(dove_explorer *explorer, const char *value) {
  long long run;
  long long t;
  dove_model *model = dove_explorer_model(explorer);
  dove_error ignored;
  if (sscanf(value, "%lld %lld", &run, &t) != 2 || dove_model_view(model).run != run) return;
  dove_model_view_set(model, run, t, &ignored);
}

static dove_status statement(void *user, char *line, dove_error *error) {
  dove_explorer *explorer = user;
  char *name;
  char *value;
  (void)error;
  if (!dove_config_assignment(line, &name, &value)) return DOVE_OK;
  if (strcmp(name, "iteration") == 0) restore_view(explorer, value);
  for (size_t i = 0; i < explorer->pane_count; i++) {
    shell_pane *pane = &explorer->panes[i];
    if (strcmp(name, "pane") == 0 && strcmp(value, pane->operations->id) == 0) explorer->current = i;
    if (strcmp(name, pane->operations->id) != 0) continue;
    free(pane->saved);
    pane->saved = dove_strdup(value);
  }
  return DOVE_OK;
}

void shell_state_read(dove_explorer *explorer) {
  char *path = state_path(explorer);
  dove_error ignored;
  /* A view that cannot be read is a view not remembered: nothing is lost by starting afresh. */
  if (path != NULL) dove_config_read(path, statement, explorer, &ignored);
  free(path);
}

/* Makes the folders above a file. */
static void make_folders(char *path) {
  for (char *slash = strchr(path + 1, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
    *slash = '\0';
    mkdir(path, 0700);
    *slash = '/';
  }
}

static void add_pane(const shell_pane *pane, dove_buffer *out) {
  size_t start = out->length;
  if (!pane->opened || pane->operations->save == NULL) {
    if (pane->saved != NULL) dove_buffer_printf(out, "%s = %s\n", pane->operations->id, pane->saved);
    return;
  }
  dove_buffer_printf(out, "%s = ", pane->operations->id);
  pane->operations->save(pane->self, out);
  for (size_t i = start; i < out->length; i++) {
    if (out->data[i] == '\n') out->data[i] = ' ';
  }
  dove_buffer_add_char(out, '\n');
}

void shell_state_write(dove_explorer *explorer) {
  if (explorer->controller == NULL || explorer->pane_count == 0) return;
  char *path = state_path(explorer);
  if (path == NULL) return;
  dove_buffer out = {0};
  dove_error ignored;
  dove_buffer_printf(&out, "pane = %s\n", explorer->panes[explorer->current].operations->id);
  const dove_view view = dove_model_view(dove_explorer_model(explorer));
  if (view.run != 0 && !view.current) {
    dove_buffer_printf(&out, "iteration = %lld %lld\n", (long long)view.run, (long long)view.t);
  }
  for (size_t i = 0; i < explorer->pane_count; i++) add_pane(&explorer->panes[i], &out);
  make_folders(path);
  if (!out.failed) dove_write_file(path, out.data, out.length, &ignored);
  dove_buffer_free(&out);
  free(path);
}
