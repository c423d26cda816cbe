#include "dove/commands.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static dove_key key_named(const char *name) {
  dove_key key = DOVE_KEY_NONE;
  assert_true(dove_key_parse(name, strlen(name), &key));
  return key;
}

static void test_key_names(void **state) {
  (void)state;
  assert_int_equal(key_named("j"), 'j');
  assert_int_equal(key_named("G"), 'G');
  assert_int_equal(key_named("C-d"), 'd' | DOVE_KEY_CONTROL);
  assert_int_equal(key_named("C-D"), 'd' | DOVE_KEY_CONTROL); /* the same byte on a terminal */
  assert_int_equal(key_named("A-x"), 'x' | DOVE_KEY_ALT);
  assert_int_equal(key_named("S-Tab"), DOVE_KEY_TAB | DOVE_KEY_SHIFT);
  assert_int_equal(key_named("F12"), DOVE_KEY_F12);
  assert_int_equal(key_named("Space"), ' ');
  assert_int_equal(key_named("-"), '-');
  assert_int_equal(key_named("한"), 0xD55C);
}

static void test_wrong_key_names(void **state) {
  (void)state;
  static const char *const wrong[] = {"", "jj", "F0", "F13", "C-", "X-a", "S-a", "Enterr", " ", "\x1b", "\u202E"};
  for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
    dove_key key;
    assert_false(dove_key_parse(wrong[i], strlen(wrong[i]), &key));
  }
}

/* Every default binding is written as its parsed form would be, so that the manual and the screen agree. */
static void test_key_names_go_round(void **state) {
  (void)state;
  dove_keymap keymap;
  dove_error error;
  assert_int_equal(dove_keymap_default(&keymap, &error), DOVE_OK);
  assert_true(keymap.count > 40);
  for (size_t i = 0; i < keymap.count; i++) {
    char text[DOVE_BINDING_NAME_SIZE];
    dove_binding again;
    dove_binding_format(&keymap.entries[i].binding, text);
    assert_true(dove_binding_parse(text, strlen(text), &again));
    assert_true(dove_binding_equal(&again, &keymap.entries[i].binding));
  }
  dove_keymap_free(&keymap);
}

/* No key does two things in one place, and no key is hidden behind a binding of two that begins with it. */
static void test_no_conflicts(void **state) {
  (void)state;
  dove_keymap keymap;
  dove_error error;
  assert_int_equal(dove_keymap_default(&keymap, &error), DOVE_OK);
  size_t bindings = 0;
  for (int id = 0; id < DOVE_COMMAND_COUNT; id++) {
    const char *keys = dove_command_get((dove_command_id)id)->keys;
    if (keys[0] != '\0') bindings++;
    for (const char *c = strstr(keys, ", "); c != NULL; c = strstr(c + 2, ", ")) bindings++;
  }
  assert_int_equal(keymap.count, bindings); /* binding a key twice replaces its entry */
  for (size_t i = 0; i < keymap.count; i++) {
    const dove_keymap_entry *entry = &keymap.entries[i];
    dove_command_id command;
    dove_key_match match =
        dove_keymap_lookup(&keymap, entry->context, entry->binding.keys[0], entry->binding.keys[1], &command);
    assert_int_equal(match, DOVE_KEY_COMMAND);
    assert_int_equal(command, entry->command);
  }
  dove_keymap_free(&keymap);
}

static void test_table_is_well_formed(void **state) {
  (void)state;
  for (int id = 0; id < DOVE_COMMAND_COUNT; id++) {
    const dove_command *command = dove_command_get((dove_command_id)id);
    assert_int_equal(command->id, id);
    assert_true(strlen(command->help) > 0 && strlen(command->help) < 64);
    assert_int_equal(strspn(command->name, "abcdefghijklmnopqrstuvwxyz-"), strlen(command->name));
    assert_true(command->context != 0);
    for (int other = 0; other < id; other++) {
      assert_string_not_equal(dove_command_get((dove_command_id)other)->name, command->name);
    }
  }
  assert_null(dove_command_get(DOVE_COMMAND_NONE));
}

static void test_lookup(void **state) {
  (void)state;
  dove_keymap keymap;
  dove_error error;
  dove_command_id command;
  assert_int_equal(dove_keymap_default(&keymap, &error), DOVE_OK);
  assert_int_equal(dove_keymap_lookup(&keymap, DOVE_CONTEXT_GLOBAL, 'j', DOVE_KEY_NONE, &command), DOVE_KEY_COMMAND);
  assert_int_equal(command, DOVE_COMMAND_DOWN);
  assert_int_equal(dove_keymap_lookup(&keymap, DOVE_CONTEXT_GLOBAL, 'g', DOVE_KEY_NONE, &command), DOVE_KEY_PREFIX);
  assert_int_equal(dove_keymap_lookup(&keymap, DOVE_CONTEXT_GLOBAL, 'g', 'g', &command), DOVE_KEY_COMMAND);
  assert_int_equal(command, DOVE_COMMAND_TOP);
  assert_int_equal(dove_keymap_lookup(&keymap, DOVE_CONTEXT_GLOBAL, 'Z', DOVE_KEY_NONE, &command), DOVE_KEY_NO_MATCH);
  dove_keymap_free(&keymap);
}

static void test_binding_again(void **state) {
  (void)state;
  dove_keymap keymap;
  dove_error error;
  dove_command_id command;
  const dove_binding j = {.keys = {'j'}};
  uint32_t codes = DOVE_CONTEXT_GLOBAL | DOVE_CONTEXT_CODES;
  assert_int_equal(dove_keymap_default(&keymap, &error), DOVE_OK);
  /* A pane's binding goes before the global one, in that pane alone. */
  assert_int_equal(dove_keymap_bind(&keymap, DOVE_CONTEXT_CODES, &j, DOVE_COMMAND_UP, &error), DOVE_OK);
  dove_keymap_lookup(&keymap, codes, 'j', DOVE_KEY_NONE, &command);
  assert_int_equal(command, DOVE_COMMAND_UP);
  dove_keymap_lookup(&keymap, DOVE_CONTEXT_GLOBAL, 'j', DOVE_KEY_NONE, &command);
  assert_int_equal(command, DOVE_COMMAND_DOWN);
  /* Taking a key away. */
  assert_int_equal(dove_keymap_bind(&keymap, DOVE_CONTEXT_GLOBAL, &j, DOVE_COMMAND_NONE, &error), DOVE_OK);
  assert_int_equal(dove_keymap_lookup(&keymap, DOVE_CONTEXT_GLOBAL, 'j', DOVE_KEY_NONE, &command), DOVE_KEY_NO_MATCH);
  char keys[64];
  dove_keymap_describe(&keymap, DOVE_COMMAND_DOWN, DOVE_CONTEXT_GLOBAL, keys, sizeof keys);
  assert_string_equal(keys, "Down");
  dove_keymap_free(&keymap);
}

static void test_finding_by_name(void **state) {
  (void)state;
  dove_error error = {0};
  assert_int_equal(dove_command_find("quit", 4, DOVE_CONTEXT_GLOBAL, &error)->id, DOVE_COMMAND_QUIT);
  assert_int_equal(dove_command_find("q", 1, DOVE_CONTEXT_GLOBAL, &error)->id, DOVE_COMMAND_QUIT);
  /* The whole name of one is the beginning of another. */
  assert_int_equal(dove_command_find("search", 6, DOVE_CONTEXT_GLOBAL, &error)->id, DOVE_COMMAND_SEARCH);
  assert_null(dove_command_find("search-", 7, DOVE_CONTEXT_GLOBAL, &error));
  assert_int_equal(error.code, DOVE_USAGE);
  assert_non_null(strstr(error.message, "search-next"));
  assert_null(dove_command_find("qiut", 4, DOVE_CONTEXT_GLOBAL, &error));
  assert_non_null(strstr(error.message, "did you mean 'quit'"));
  assert_null(dove_command_find("", 0, DOVE_CONTEXT_GLOBAL, &error));
}

static void test_where_a_command_is_given(void **state) {
  (void)state;
  dove_error error = {0};
  const uint32_t here = DOVE_CONTEXT_GLOBAL | DOVE_CONTEXT_OVERVIEW;
  assert_null(dove_command_find("rename", 6, here, &error));
  assert_string_equal(error.message, "'rename' is a command of decisions (3) or codes (4)");
  assert_null(dove_command_find("quot", 4, here, &error));
  assert_string_equal(error.message, "'quotes' is a command of annotate (8, Enter on a round)");
  assert_null(dove_command_find("nonsense", 8, here, &error));
  assert_non_null(strstr(error.message, "no command 'nonsense' here"));
}

static void test_disabled_reasons(void **state) {
  (void)state;
  dove_command_state nothing = {0};
  assert_null(dove_command_get(DOVE_COMMAND_QUIT)->disabled(&nothing));
  assert_non_null(dove_command_get(DOVE_COMMAND_UNDO)->disabled(&nothing));
  assert_non_null(dove_command_get(DOVE_COMMAND_PANE_CODES)->disabled(&nothing));
  dove_command_state project = {.project = true, .undo = true};
  assert_null(dove_command_get(DOVE_COMMAND_UNDO)->disabled(&project));
  assert_null(dove_command_get(DOVE_COMMAND_PANE_CODES)->disabled(&project));
  assert_non_null(dove_command_get(DOVE_COMMAND_NEXT_STEP)->disabled(&project)); /* read only */
}

static void test_contexts(void **state) {
  (void)state;
  for (uint32_t context = DOVE_CONTEXT_GLOBAL; context <= DOVE_CONTEXT_JUDGING; context <<= 1) {
    const char *name = dove_context_name(context);
    assert_true(name[0] != '\0');
    assert_int_equal(dove_context_parse(name, strlen(name)), context);
  }
  assert_int_equal(dove_context_parse("nowhere", 7), 0);
}

/* The manual page names every command. */
static void test_manual(void **state) {
  (void)state;
  char *text = NULL;
  size_t size = 0;
  FILE *out = open_memstream(&text, &size);
  assert_non_null(out);
  dove_commands_write_manual(out);
  assert_int_equal(fclose(out), 0);
  assert_non_null(strstr(text, ".TH DOVE-KEYS 7"));
  assert_non_null(strstr(text, "\n(\\fB:quit\\fR)\n"));
  assert_non_null(strstr(text, "\n(\\fB:search\\-next\\fR)\n"));
  assert_non_null(strstr(text, "\n(\\fB:set\\fR \\fIKEY [VALUE]\\fR)\n"));
  size_t commands = 0;
  for (const char *found = strstr(text, "\n(\\fB:"); found != NULL; found = strstr(found + 1, "\n(\\fB:")) commands++;
  assert_true(commands >= DOVE_COMMAND_COUNT);
  free(text);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_key_names),
      cmocka_unit_test(test_wrong_key_names),
      cmocka_unit_test(test_key_names_go_round),
      cmocka_unit_test(test_no_conflicts),
      cmocka_unit_test(test_table_is_well_formed),
      cmocka_unit_test(test_lookup),
      cmocka_unit_test(test_binding_again),
      cmocka_unit_test(test_finding_by_name),
      cmocka_unit_test(test_where_a_command_is_given),
      cmocka_unit_test(test_disabled_reasons),
      cmocka_unit_test(test_contexts),
      cmocka_unit_test(test_manual),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
