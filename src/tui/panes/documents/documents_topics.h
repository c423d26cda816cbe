/* The list of topics: "all documents", the topics in the order in which they came, "no topic" when some have none. */
#ifndef DOVE_TUI_PANES_DOCUMENTS_TOPICS_H
#define DOVE_TUI_PANES_DOCUMENTS_TOPICS_H

#include "dove/model.h"
#include "tui/search.h"
#include "tui/widgets/list.h"

/* Ids of the rows that are no topics. */
#define DOCUMENTS_ALL           INT64_C(0)
#define DOCUMENTS_WITHOUT_TOPIC INT64_MAX

typedef struct documents_topic {
  int64_t id;
  char *name; /* owned */
  int64_t documents;
} documents_topic;

typedef enum documents_topics_order {
  DOCUMENTS_AS_THEY_CAME,
  DOCUMENTS_BY_NAME,
  DOCUMENTS_BY_COUNT,
} documents_topics_order;

typedef struct documents_topics {
  dove_list list;
  documents_topic *rows; /* owned */
  size_t count;
  const documents_topic **shown; /* owned: the rows that pass the filter, in their present order */
  size_t shown_count;
  documents_topics_order order;
  bool descending;
  dove_search filter;
} documents_topics;

void documents_topics_init(documents_topics *topics);
void documents_topics_free(documents_topics *topics);

/* Reads the topics again; selection, filter and order stay. */
dove_status documents_topics_load(documents_topics *topics, dove_model *model, dove_error *error);

/* The selected row, NULL when there is none. */
const documents_topic *documents_topics_selected(const documents_topics *topics);

/* The topic with this id whether it is shown or not; NULL when there is none. */
const documents_topic *documents_topics_find(const documents_topics *topics, int64_t id);

/* The topic `step` rows on in the shown order, rows that are no topics left out; NULL at the end. */
const documents_topic *documents_topics_step(const documents_topics *topics, int64_t id, int step);

/* Where a topic stands among the shown ones, from 1 (0 when it is not shown), and how many there are. */
size_t documents_topics_place(const documents_topics *topics, int64_t id, size_t *total);

#endif
