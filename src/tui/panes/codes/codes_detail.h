/* What the Codes pane shows of one code: its numbers, usage per culture and model, relatives and nearest codes,
 * members, documents. */
#ifndef DOVE_TUI_PANES_CODES_DETAIL_H
#define DOVE_TUI_PANES_CODES_DETAIL_H

#include "dove/model_codes.h"
#include "dove/model_usage.h"
#include "tui/window_list.h"

/* Use of the code by one group of documents. */
typedef struct codes_group {
  char *name; /* owned */
  bool human;
  int64_t documents;
  double mean; /* of q over the group's documents */
} codes_group;

typedef enum codes_relation_kind { CODES_PARENT, CODES_CHILD, CODES_NEAR } codes_relation_kind;

typedef struct codes_relation {
  codes_relation_kind kind;
  int64_t code;
  const char *name; /* the detail's */
  int64_t born_t;   /* of a relative */
  double cosine;    /* of a near code */
} codes_relation;

typedef struct codes_detail {
  int64_t code; /* 0: none */
  dove_code_detail detail;
  int64_t t, iteration;         /* where its numbers come from: the view's, or the last one in which it lived */
  bool lives;                   /* it is in the codebook that is looked at */
  dove_store_code_list numbers; /* one row */
  bool uncounted;               /* the usage is still to be counted, which takes longer than all the rest */
  bool awaited;                 /* and it was drawn without it */
  codes_group *groups;          /* owned */
  size_t group_count;
  size_t *group_order; /* owned: rows of the list */
  double greatest;     /* mean of all groups: the length of a full bar */
  codes_relation *relations;
  size_t relation_count;
  bool hides_weights; /* of its documents */
  dove_list usage, near;
  dove_window_list members, documents;
} codes_detail;

void codes_detail_init(codes_detail *detail);
void codes_detail_free(codes_detail *detail);

/* Empties the detail: what it holds may be out of date. */
void codes_detail_forget(codes_detail *detail);

/* Reads a code of the run that is looked at; DOVE_NOT_FOUND when it is not in it. On failure the detail is empty. The
 * usage is left to codes_detail_count() unless the model has it at hand. */
dove_status codes_detail_load(codes_detail *detail, dove_model *model, int64_t code, dove_error *error);

/* Reads the usage when that was left out. */
dove_status codes_detail_count(codes_detail *detail, dove_model *model, dove_error *error);

/* The lines above the usage: numbers, life. Returns how many it drew. */
int codes_detail_draw_numbers(const codes_detail *detail, const dove_surface *surface);

#endif
