/* Searching in what is shown: lower-case words find upper case too, words with a capital only themselves. */
#ifndef DOVE_TUI_SEARCH_H
#define DOVE_TUI_SEARCH_H

#include <stdbool.h>
#include <stddef.h>

typedef struct dove_search {
  char *words; /* owned; folded unless `exact`; NULL: nothing is searched for */
  bool exact;
} dove_search;

void dove_search_free(dove_search *search);

/* Gives what `from` holds to `to`, whose own is freed. */
void dove_search_move(dove_search *to, dove_search *from);

/* "" frees the search. False when memory ran out. */
bool dove_search_set(dove_search *search, const char *words);

/* The first match in text[from … length): its bytes in *start and *end, whole clusters. */
bool dove_search_find(const dove_search *search, const char *text, size_t length, size_t from, size_t *start,
                      size_t *end);

bool dove_search_matches(const dove_search *search, const char *text, size_t length);

#endif
