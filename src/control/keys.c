#include "dove/keys.h"

#include <stdio.h>
#include <string.h>

#include "dove/text.h"

typedef struct named_key {
  const char *name;
  dove_key key;
} named_key;

/* The first name of a key is the one that is shown. */
static const named_key named_keys[] = {
    {"Enter", DOVE_KEY_ENTER},
    {"Tab", DOVE_KEY_TAB},
    {"Esc", DOVE_KEY_ESCAPE},
    {"Space", ' '},
    {"Backspace", DOVE_KEY_BACKSPACE},
    {"Del", DOVE_KEY_DELETE},
    {"Ins", DOVE_KEY_INSERT},
    {"Up", DOVE_KEY_UP},
    {"Down", DOVE_KEY_DOWN},
    {"Left", DOVE_KEY_LEFT},
    {"Right", DOVE_KEY_RIGHT},
    {"Home", DOVE_KEY_HOME},
    {"End", DOVE_KEY_END},
    {"PgUp", DOVE_KEY_PAGE_UP},
    {"PgDn", DOVE_KEY_PAGE_DOWN},
    {"Comma", ','},
    {"Hash", '#'},
};

enum { NAMED_KEYS = sizeof named_keys / sizeof named_keys[0] };

static bool parse_modifier(const char *name, size_t length, dove_key *modifier) {
  if (length < 3 || name[1] != '-') return false;
  switch (name[0]) {
    case 'C': *modifier = DOVE_KEY_CONTROL; return true;
    case 'A': *modifier = DOVE_KEY_ALT; return true;
    case 'S': *modifier = DOVE_KEY_SHIFT; return true;
    default: return false;
  }
}

/* "F1" … "F12". */
static bool parse_function_key(const char *name, size_t length, dove_key *key) {
  if (length < 2 || length > 3 || name[0] != 'F') return false;
  unsigned number = 0;
  for (size_t i = 1; i < length; i++) {
    if (name[i] < '0' || name[i] > '9') return false;
    number = number * 10 + (unsigned)(name[i] - '0');
  }
  if (number < 1 || number > 12) return false;
  *key = DOVE_KEY_F1 + number - 1;
  return true;
}

static bool parse_plain(const char *name, size_t length, dove_key *key) {
  for (size_t i = 0; i < NAMED_KEYS; i++) {
    if (strlen(named_keys[i].name) == length && memcmp(named_keys[i].name, name, length) == 0) {
      *key = named_keys[i].key;
      return true;
    }
  }
  if (parse_function_key(name, length, key)) return true;
  uint32_t code_point;
  size_t step = dove_utf8_decode(name, length, &code_point);
  if (step == 0 || step != length || code_point <= ' ' || dove_text_is_unsafe(code_point)) return false;
  *key = code_point;
  return true;
}

bool dove_key_parse(const char *name, size_t length, dove_key *key) {
  dove_key modifiers = 0;
  dove_key modifier;
  while (parse_modifier(name, length, &modifier)) {
    modifiers |= modifier;
    name += 2;
    length -= 2;
  }
  dove_key plain;
  if (!parse_plain(name, length, &plain)) return false;
  /* A terminal sends the same byte for C-d and C-D, and the capital letter itself for S-d. */
  if ((modifiers & DOVE_KEY_CONTROL) != 0 && plain >= 'A' && plain <= 'Z') plain = plain - 'A' + 'a';
  if ((modifiers & DOVE_KEY_SHIFT) != 0 && plain < DOVE_KEY_ENTER) return false;
  *key = plain | modifiers;
  return true;
}

void dove_key_format(dove_key key, char name[DOVE_KEY_NAME_SIZE]) {
  const char *control = (key & DOVE_KEY_CONTROL) != 0 ? "C-" : "";
  const char *alt = (key & DOVE_KEY_ALT) != 0 ? "A-" : "";
  const char *shift = (key & DOVE_KEY_SHIFT) != 0 ? "S-" : "";
  dove_key plain = key & ~(dove_key)(DOVE_KEY_CONTROL | DOVE_KEY_ALT | DOVE_KEY_SHIFT);
  char text[8] = "";
  const char *shown = text;
  for (size_t i = 0; i < NAMED_KEYS && plain != ',' && plain != '#'; i++) {
    if (named_keys[i].key == plain) shown = named_keys[i].name;
  }
  if (plain >= DOVE_KEY_F1 && plain <= DOVE_KEY_F12) {
    snprintf(text, sizeof text, "F%u", (unsigned)(plain - DOVE_KEY_F1 + 1));
  } else if (shown == text && plain != DOVE_KEY_NONE) {
    text[dove_utf8_encode(plain, text)] = '\0';
  }
  snprintf(name, DOVE_KEY_NAME_SIZE, "%s%s%s%s", control, alt, shift, shown);
}

bool dove_binding_parse(const char *text, size_t length, dove_binding *binding) {
  *binding = (dove_binding){0};
  size_t count = 0;
  for (size_t offset = 0; offset < length;) {
    size_t size = 0;
    while (offset + size < length && text[offset + size] != ' ') size++;
    if (size > 0) {
      if (count == 2 || !dove_key_parse(text + offset, size, &binding->keys[count])) return false;
      count++;
    }
    offset += size + 1;
  }
  return count > 0;
}

void dove_binding_format(const dove_binding *binding, char text[DOVE_BINDING_NAME_SIZE]) {
  char first[DOVE_KEY_NAME_SIZE];
  char second[DOVE_KEY_NAME_SIZE];
  dove_key_format(binding->keys[0], first);
  if (binding->keys[1] == DOVE_KEY_NONE) {
    snprintf(text, DOVE_BINDING_NAME_SIZE, "%s", first);
    return;
  }
  dove_key_format(binding->keys[1], second);
  snprintf(text, DOVE_BINDING_NAME_SIZE, "%s %s", first, second);
}

bool dove_binding_equal(const dove_binding *a, const dove_binding *b) {
  return a->keys[0] == b->keys[0] && a->keys[1] == b->keys[1];
}
