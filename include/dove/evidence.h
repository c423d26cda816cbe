/* Finding the passage of a text that a quotation was taken from. */
#ifndef DOVE_EVIDENCE_H
#define DOVE_EVIDENCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct dove_evidence_span {
  uint64_t start; /* code points of the text */
  uint64_t end;   /* exclusive */
} dove_evidence_span;

/* Looks for `evidence` in `text` (both UTF-8): first as it stands; then with any run of white space equal to any other,
 * typographic quotation marks, apostrophes and dashes equal to plain ones, full-width ASCII equal to ASCII, and
 * composed equal to decomposed characters; white space, quotation marks and ellipses around the evidence left out. The
 * first place counts. False when it is not there, or when memory ran out. */
bool dove_evidence_find(const char *text, const char *evidence, dove_evidence_span *span);

#endif
