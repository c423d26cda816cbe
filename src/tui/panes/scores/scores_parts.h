/* What a score is made of: its codes and its flows; beside another score, which of them make the difference. */
#ifndef DOVE_TUI_PANES_SCORES_PARTS_H
#define DOVE_TUI_PANES_SCORES_PARTS_H

#include "dove/model.h"
#include "dove/store_scores.h"
#include "tui/panes/memory_list.h"

/* Of the score that is looked at, and of the one that it is compared with (NAN: it has no such code or flow). */
typedef struct scores_code {
  int64_t code;
  char *name; /* owned */
  double human, model, sent, received;
  double other_human, other_model;
} scores_code;

typedef struct scores_flow {
  int64_t from, to;
  char *from_name, *to_name; /* owned */
  double mass, cost;
  double other_mass, other_cost;
} scores_flow;

typedef struct scores_parts {
  dove_memory_list codes, flows;
  scores_code *code; /* owned */
  size_t code_count;
  scores_flow *flow; /* owned */
  size_t flow_count, flow_room;
  bool compared;
  double moved;                  /* mass that is transported */
  double between, people, model; /* what the difference is made of, in points: they sum to it */
} scores_parts;

void scores_parts_init(scores_parts *parts);
void scores_parts_free(scores_parts *parts);

/* Reads codes and flows of `score`, and those of `other` beside them (NULL: nothing is compared). */
dove_status scores_parts_load(scores_parts *parts, dove_model *model, const dove_store_score *score,
                              const dove_store_score *other, dove_error *error);

/* The selected one; NULL: none. */
const scores_flow *scores_parts_flow(const scores_parts *parts);

/* What stands beside the titles. */
void scores_parts_codes_note(const scores_parts *parts, dove_buffer *out);
void scores_parts_flows_note(const scores_parts *parts, dove_buffer *out);

#endif
