/* Search. Texts are indexed by trigrams, so that any substring of three or more characters is found at once, in any
 * script and whatever the case; shorter ones are found by reading the texts. A search with a capital letter in it
 * respects case. Lists take a search in their filter. For documents, "verdict:LABEL" stands for those of which a judge
 * said LABEL, "verdict:" for all that were judged. */
#ifndef DOVE_STORE_SEARCH_H
#define DOVE_STORE_SEARCH_H

#include "dove/store.h"

/* True when a search for `text` respects case: it has an upper-case letter. */
bool dove_store_search_is_exact(const char *text);

/* Rewrites the search index in one piece: the remedy when dove_store_check() finds it out of step, `dove check
 * --repair`.
 */
dove_status dove_store_search_rebuild(dove_store *store, dove_error *error);

#endif
