/* The cues themselves: "should", "it is wrong to", "matters", "I value". */
#ifndef DOVE_LLM_NORMATIVE_CUES_H
#define DOVE_LLM_NORMATIVE_CUES_H

#include "llm/embedded/normative_clause.h"

/* True when a cue starts at word `at` of the clause, its parts are there, and the author stands behind it. */
bool normative_cue_match(const clause *c, size_t at, normative_statement *s);

#endif
