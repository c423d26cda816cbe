/* What the model has dropped is read again before a pane is drawn or gets anything to do: a pane that notes the model's
 * generation when it loads finds the same one in all of its operations. */
#include "store_fixture.h"

#include "dove/memory.h"
#include "dove/model.h"
#include "tui/shell.h"

typedef struct noting_pane {
  dove_explorer *explorer;
  uint64_t loaded; /* the generation that it read */
  int loads, calls;
} noting_pane;

static noting_pane noting;

static void expect_fresh(const void *self) {
  const noting_pane *pane = self;
  assert_true(pane == &noting);
  assert_int_equal(pane->loaded, dove_model_generation(dove_explorer_model(pane->explorer)));
  noting.calls++;
}

static dove_status noting_open(dove_explorer *explorer, void **self, dove_error *error) {
  (void)error;
  noting = (noting_pane){.explorer = explorer, .loaded = UINT64_MAX};
  *self = &noting;
  return DOVE_OK;
}

static void noting_close(void *self) { (void)self; }

static dove_status noting_load(void *self, dove_error *error) {
  noting_pane *pane = self;
  (void)error;
  pane->loaded = dove_model_generation(dove_explorer_model(pane->explorer));
  pane->loads++;
  return DOVE_OK;
}

static void noting_draw(void *self, const dove_surface *surface, bool focus) {
  (void)surface;
  (void)focus;
  expect_fresh(self);
}

static void noting_describe(void *self, dove_buffer *out) {
  (void)out;
  expect_fresh(self);
}

static dove_pane_result noting_command(void *self, dove_command_id command, const char *argument, dove_error *error) {
  (void)command;
  (void)argument;
  (void)error;
  expect_fresh(self);
  return DOVE_PANE_HANDLED;
}

static dove_pane_result noting_key(void *self, dove_key key, dove_error *error) {
  (void)key;
  (void)error;
  expect_fresh(self);
  return DOVE_PANE_IGNORED;
}

static dove_pane_result noting_mouse(void *self, const dove_mouse *mouse, dove_error *error) {
  (void)mouse;
  (void)error;
  expect_fresh(self);
  return DOVE_PANE_HANDLED;
}

static int noting_wait(const void *self) {
  expect_fresh(self);
  return 0;
}

static dove_pane_result noting_tick(void *self, dove_error *error) {
  (void)error;
  expect_fresh(self);
  return DOVE_PANE_HANDLED;
}

static void noting_state(const void *self, dove_command_state *state) {
  (void)state;
  expect_fresh(self);
}

static uint32_t noting_contexts(const void *self) {
  expect_fresh(self);
  return 0;
}

static const dove_pane_operations operations = {
    .id = "noting",
    .name = "Noting",
    .digit = '1',
    .context = DOVE_CONTEXT_OVERVIEW,
    .opened_by = DOVE_COMMAND_PANE_OVERVIEW,
    .open = noting_open,
    .close = noting_close,
    .load = noting_load,
    .draw = noting_draw,
    .title = noting_describe,
    .hints = noting_describe,
    .command = noting_command,
    .key = noting_key,
    .mouse = noting_mouse,
    .wait = noting_wait,
    .tick = noting_tick,
    .state = noting_state,
    .more_contexts = noting_contexts,
};

static dove_explorer *explorer;

static void ignore_news(void *user) { (void)user; }

static void open_explorer(store_fixture *f) {
  dove_error error = {0};
  dove_store_close(f->store);
  f->store = NULL;
  explorer = calloc(1, sizeof *explorer);
  assert_non_null(explorer);
  assert_done(f, dove_controller_open(f->path, ignore_news, NULL, &explorer->controller, &f->error));
  explorer->project_path = dove_strdup(f->path);
  assert_non_null(explorer->project_path);
  assert_done(f, dove_keymap_default(&explorer->keymap, &f->error));
  assert_true(dove_canvas_resize(&explorer->canvas, 24, 80));
  explorer->panes[0] = (shell_pane){.operations = &operations, .stale = true};
  explorer->pane_count = 1;
  assert_int_equal(shell_pane_open(explorer, 0, &error), DOVE_OK);
  shell_draw(explorer);
  assert_int_equal(noting.loads, 1);
}

static void close_explorer(void) {
  shell_panes_free(explorer);
  dove_controller_close(explorer->controller);
  dove_keymap_free(&explorer->keymap);
  dove_messages_free(&explorer->messages);
  dove_canvas_free(&explorer->canvas);
  free(explorer->project_path);
  free(explorer);
}

/* Each way into a pane comes right after the model dropped what it held; nobody tells the shell. */
static void a_dropped_model_is_read_again(void **state) {
  enum { DRAW, COMMAND, KEY, MOUSE, TICK, PASTE, WAYS };
  const dove_mouse press = {.kind = DOVE_MOUSE_PRESS, .y = 5, .x = 5, .button = 1};
  open_explorer(*state);
  for (int way = DRAW; way < WAYS; way++) {
    noting.loads = noting.calls = 0;
    dove_model_invalidate(dove_explorer_model(explorer));
    switch (way) {
      case DRAW: shell_draw(explorer); break;
      case COMMAND: shell_command(explorer, DOVE_COMMAND_DOWN, ""); break;
      case KEY: shell_key(explorer, 'j'); break;
      case MOUSE: shell_mouse(explorer, &press); break;
      case TICK: shell_tick(explorer); break;
      default: shell_paste(explorer, "a", 1); break;
    }
    assert_int_equal(noting.loads, 1);
    assert_true(noting.calls > 0 || way == PASTE);
  }
  close_explorer();
}

/* Without a change nothing is read twice. */
static void an_unchanged_model_is_read_once(void **state) {
  open_explorer(*state);
  shell_key(explorer, 'j');
  shell_tick(explorer);
  shell_draw(explorer);
  assert_int_equal(noting.loads, 1);
  close_explorer();
}

/* A value that is set, and taken back, by whoever holds the controller. */
static void a_setting_makes_panes_load(void **state) {
  store_fixture *f = *state;
  open_explorer(f);
  assert_done(f, dove_controller_set(explorer->controller, "seed", "7", &f->error));
  shell_key(explorer, 'j');
  assert_int_equal(noting.loads, 2);
  assert_done(f, dove_controller_undo(explorer->controller, &f->error));
  shell_draw(explorer);
  assert_int_equal(noting.loads, 3);
  close_explorer();
}

/* The view may be changed without the shell knowing: what belongs to another codebook must not be drawn. */
static void another_view_makes_panes_load(void **state) {
  open_explorer(*state);
  dove_model_view_follow(dove_explorer_model(explorer));
  shell_draw(explorer);
  assert_int_equal(noting.loads, 2);
  close_explorer();
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, store_setup, store_teardown)
  const struct CMUnitTest tests[] = {
      TEST(a_dropped_model_is_read_again),
      TEST(an_unchanged_model_is_read_once),
      TEST(a_setting_makes_panes_load),
      TEST(another_view_makes_panes_load),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
