/* The columns of a document row and the conditions of a document filter, for the lists of other families. */
#ifndef DOVE_STORE_DOCUMENT_ROWS_H
#define DOVE_STORE_DOCUMENT_ROWS_H

#include "dove/store_documents.h"
#include "store/internal.h"

/* Selects the fields of dove_store_document from document `d`, over the joins below. */
#define DOVE_DOCUMENT_COLUMNS                                                                           \
  "d.id, d.external_id, c.name, s.name, t.name, r.name, d.lang, d.culture_id, d.source_id, d.topic_id," \
  " d.role_id, s.human, d.characters, d.expressions"
enum { DOVE_DOCUMENT_COLUMN_COUNT = 14 };
/* LEFT JOINs, so that the planner always starts from `d`. */
#define DOVE_DOCUMENT_JOINS                                                                    \
  " LEFT JOIN source AS s ON s.id = d.source_id LEFT JOIN culture AS c ON c.id = d.culture_id" \
  " LEFT JOIN topic AS t ON t.id = d.topic_id LEFT JOIN role AS r ON r.id = d.role_id"

dove_store_document dove_document_columns(const dove_query *query, dove_pool *pool);

/* Adds what the filter asks of document `d`; NULL asks nothing. */
void dove_clause_documents(dove_clause *clause, const dove_store_document_filter *filter);
/* The same without `code` and `iteration`. */
void dove_clause_document_labels(dove_clause *clause, const dove_store_document_filter *filter);

#endif
