/* Keys by name: how the command table, the user's configuration, the help screen and the manual write them.
 * A key is a Unicode character or a named key, with modifiers: "j", "G", "C-d", "A-x", "S-Tab", "PgDn", "F1", "Space".
 * A binding is one key or two after each other: "g g". */
#ifndef DOVE_KEYS_H
#define DOVE_KEYS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A code point (0x20 … 0x10FFFF) or one of the named keys below, with modifier bits. 0 is no key. */
typedef uint32_t dove_key;

enum {
  DOVE_KEY_NONE = 0,
  DOVE_KEY_ENTER = 0x200000,
  DOVE_KEY_TAB,
  DOVE_KEY_ESCAPE,
  DOVE_KEY_BACKSPACE,
  DOVE_KEY_DELETE,
  DOVE_KEY_INSERT,
  DOVE_KEY_UP,
  DOVE_KEY_DOWN,
  DOVE_KEY_LEFT,
  DOVE_KEY_RIGHT,
  DOVE_KEY_HOME,
  DOVE_KEY_END,
  DOVE_KEY_PAGE_UP,
  DOVE_KEY_PAGE_DOWN,
  DOVE_KEY_F1, /* F1 … F12 follow each other */
  DOVE_KEY_F12 = DOVE_KEY_F1 + 11,
  DOVE_KEY_CONTROL = 1 << 24,
  DOVE_KEY_ALT = 1 << 25,
  DOVE_KEY_SHIFT = 1 << 26,
};

enum { DOVE_KEY_NAME_SIZE = 32, DOVE_BINDING_NAME_SIZE = 2 * DOVE_KEY_NAME_SIZE };

/* One key or two: keys[1] is DOVE_KEY_NONE for one. */
typedef struct dove_binding {
  dove_key keys[2];
} dove_binding;

/* The key that `name` (length bytes) names; false when it names none. */
bool dove_key_parse(const char *name, size_t length, dove_key *key);

/* The name of a key. */
void dove_key_format(dove_key key, char name[DOVE_KEY_NAME_SIZE]);

/* "g g" or "C-d"; false when a part names no key or there are more than two. */
bool dove_binding_parse(const char *text, size_t length, dove_binding *binding);
void dove_binding_format(const dove_binding *binding, char text[DOVE_BINDING_NAME_SIZE]);

bool dove_binding_equal(const dove_binding *a, const dove_binding *b);

#endif
