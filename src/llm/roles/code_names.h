/* Names of codes: when two are one, how they are written, and which are still free. Private to this room. */
#ifndef DOVE_LLM_CODE_NAMES_H
#define DOVE_LLM_CODE_NAMES_H

#include <stdbool.h>
#include <stddef.h>

#include "dove/namer.h"

enum { CODE_NAME_WORDS = 3, CODE_NAME_LENGTH = 80 /* bytes */ };

/* Two names are one when their keys are equal: case folded, white space single, the last word in the singular. NULL
 * when memory ran out. Freed with free(). */
char *code_name_key(const char *name);

/* "respect for elders" → "Respect for Elders"; NULL when memory ran out. Freed with free(). */
char *code_name_title(const char *name);

/* Without white space at its ends, and single within; NULL when memory ran out. Freed with free(). */
char *code_name_squeezed(const char *text);
size_t code_name_count_words(const char *squeezed);

/* The keys of names that are given, in an open-addressing set. */
typedef struct code_name_set {
  char **slots;
  size_t size; /* a power of two, more than twice the keys that will be put in */
} code_name_set;

/* With the names that are taken, and room for `more`. False when memory ran out; freed in either case. */
bool code_name_set_open(code_name_set *set, const char *const *taken, size_t taken_count, size_t more);
void code_name_set_free(code_name_set *set);

bool code_name_taken(const code_name_set *set, const char *key);
/* Puts `name` in; false when it is taken, or memory ran out: *failed. */
bool code_name_claim(code_name_set *set, const char *name, bool *failed);
/* `title` or, when it is taken, "title (2)", "title (3)" …, which is put in; takes over `title`. NULL: no memory. */
char *code_name_number(code_name_set *set, char *title);

/* The most frequent code name of the members that is free, else the first with a number; it is put in. NULL: no
 * memory. Freed with free(). */
char *code_name_frequent(const dove_namer_request *request, code_name_set *set);

#endif
