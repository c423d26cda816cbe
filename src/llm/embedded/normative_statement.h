/* Where a sentence says what ought to be: the cues, and the parts of the clause around them. */
#ifndef DOVE_LLM_NORMATIVE_STATEMENT_H
#define DOVE_LLM_NORMATIVE_STATEMENT_H

#include <stddef.h>

#include "llm/embedded/english_sentence.h"

typedef enum statement_kind {
  STATEMENT_OUGHT,     /* "people should tell the truth": subject, cue and object make the clause */
  STATEMENT_IMPORTANT, /* "it is wrong to lie": cue and object */
  STATEMENT_BELIEVED,  /* "I think that honesty pays": the object is the whole clause */
  STATEMENT_VALUED,    /* "honesty matters", "I value honesty": the object is what is valued */
  STATEMENT_PROMOTED,  /* "this fosters honesty": only a value's name in the object counts */
} statement_kind;

/* Words [subject_start, subject_end) [cue_start, cue_end) [object_start, object_end) of the sentence. For what is
 * valued the object may stand before the cue. */
typedef struct normative_statement {
  statement_kind kind;
  double strength; /* 0 … 1 */
  size_t subject_start, subject_end;
  size_t cue_start, cue_end;
  size_t object_start, object_end;
} normative_statement;

enum { STATEMENTS_PER_SENTENCE = 6 };

/* Finds the statements that the author stands behind: not what others are said to think, not questions, not what is
 * denied or only conceded. Returns their number, in the order of the sentence. */
size_t find_statements(const sentence_word *words, size_t count, normative_statement *statements);

#endif
