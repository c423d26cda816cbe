/* What writing and reading of .qdpx agree on. Private to the exchange. */
#ifndef DOVE_METHOD_EXCHANGE_QDPX_H
#define DOVE_METHOD_EXCHANGE_QDPX_H

/* The beginning of Project@origin: notes of codings then hold what a value expression has beyond its span. */
#define EXCHANGE_ORIGIN "DOVE"

/* Variables of a document, in the order of culture, source, topic, lang, role, metadata (a JSON object). */
enum { EXCHANGE_VARIABLES = 6 };
extern const char *const exchange_variables[];

#endif
