/* Conditions that a search adds to the WHERE clause of a list. */
#ifndef DOVE_STORE_SEARCH_CLAUSES_H
#define DOVE_STORE_SEARCH_CLAUSES_H

#include "store/internal.h"

/* Documents, as table `d`, whose text, id or topic contains `search`. Nothing for NULL and "". */
void dove_clause_search_documents(dove_clause *clause, const char *search);
/* Expressions, as table `e`, by code name, description or evidence. */
void dove_clause_search_expressions(dove_clause *clause, const char *search);
/* One column: adds `insensitive` (ending in LIKE ? ESCAPE '\') or `exact` (with instr(…, ?)), whichever the search
 * asks for, with its value. */
void dove_clause_search_column(dove_clause *clause, const char *insensitive, const char *exact, const char *search);

#endif
