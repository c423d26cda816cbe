/* What reviewers make of decisions and codes (SPEC 5): agreement, remarks, and what they want done otherwise. An entry
 * is never removed: one that was taken back is withdrawn, and stays in the history. Each entry and each withdrawal is a
 * step of its author that can be undone, also after a restart. */
#ifndef DOVE_STORE_OVERRIDES_H
#define DOVE_STORE_OVERRIDES_H

#include "dove/store.h"

typedef enum dove_review_kind {
  DOVE_REVIEW_AGREE, /* of a decision; so are the next two */
  DOVE_REVIEW_DISAGREE,
  DOVE_REVIEW_COMMENT,
  DOVE_REVIEW_VETO,   /* `code` is neither split nor merged into another by the rules */
  DOVE_REVIEW_MERGE,  /* `code` goes into `other` */
  DOVE_REVIEW_SPLIT,  /* `code` is split */
  DOVE_REVIEW_RENAME, /* `code` is called `name` */
  DOVE_REVIEW_KINDS,
} dove_review_kind;

const char *dove_review_kind_name(dove_review_kind kind); /* "agree", … */
bool dove_review_kind_parse(const char *name, dove_review_kind *kind);
/* True for what a run can be built with: veto, merge, split, rename. */
bool dove_review_acts(dove_review_kind kind);

typedef struct dove_store_new_override {
  dove_review_kind kind;
  int64_t run;         /* that was looked at */
  int64_t t;           /* the step that it is about: the one that leads to C^t */
  int64_t decision;    /* 0: none */
  int64_t code, other; /* in C^(t−1); 0: none */
  const char *name;    /* of a rename */
  const char *note;    /* NULL: none */
  const char *author;
} dove_store_new_override;

/* Adds an entry and the step of its author; what the author had undone before cannot be done again. DOVE_INPUT when
 * what the kind needs is missing. Durable. */
dove_status dove_store_override_add(dove_store *store, const dove_store_new_override *entry, int64_t *id,
                                    dove_error *error);

typedef struct dove_store_override {
  int64_t id;
  const char *uuid;
  dove_review_kind kind;
  int64_t run, t;
  int64_t decision;
  int64_t code, other;
  const char *code_name, *other_name; /* "" without a code */
  const char *name, *note, *author;
  int64_t time;
  int64_t withdrawn; /* when; 0: it stands */
  int64_t uses;      /* runs that were built with it */
  int64_t last_run;  /* the newest of them; 0: none */
  bool applied;      /* in that run: false when it was impossible there */
} dove_store_override;

typedef struct dove_store_override_list {
  dove_store_override *rows; /* ordered by time of entry */
  size_t count;
  void *strings;
} dove_store_override_list;

typedef struct dove_store_override_query {
  int64_t run;      /* 0: any */
  int64_t t;        /* −1: any */
  int64_t decision; /* 0: any */
  int64_t id;       /* 0: any */
  int64_t used_by;  /* a run that was built with them; 0: any */
  bool standing;    /* leave out what was withdrawn */
  bool acting;      /* only what a run can be built with */
} dove_store_override_query;

dove_status dove_store_override_list_read(dove_store *store, const dove_store_override_query *query,
                                          dove_store_override_list *list, dove_error *error);
void dove_store_override_list_free(dove_store_override_list *list);

/* Withdraws an entry, or lets it stand again, as a step of `author`. DOVE_NOT_FOUND. Durable. */
dove_status dove_store_override_withdraw(dove_store *store, int64_t id, bool withdrawn, const char *author,
                                         dove_error *error);

/* Notes that a run was built with an entry, and whether it could be applied. */
dove_status dove_store_override_use(dove_store *store, int64_t run, int64_t id, bool applied, dove_error *error);

/* One step of an author: an entry, a withdrawal, or letting it stand again. */
typedef struct dove_store_review_step {
  int64_t id;
  bool withdraws; /* the step withdraws the entry; else it lets it stand */
  bool entry;     /* the step is the entry itself */
  bool undone;
  dove_review_kind kind;
  const char *code_name; /* "" without a code */
} dove_store_review_step;

typedef struct dove_store_review_steps {
  dove_store_review_step *rows; /* in the order in which they were made; those undone are the tail */
  size_t count;
  void *strings;
} dove_store_review_steps;

dove_status dove_store_review_steps_read(dove_store *store, const char *author, dove_store_review_steps *steps,
                                         dove_error *error);
void dove_store_review_steps_free(dove_store_review_steps *steps);
/* Undoes a step, or does it again. Durable. */
dove_status dove_store_review_step_undo(dove_store *store, int64_t step, bool undone, dove_error *error);

/* How many answers (yes or no, the last of each annotator) were given on each code, by the iteration of the round. */
typedef struct dove_store_judged_code {
  int64_t iteration, code;
  int64_t judgments;
} dove_store_judged_code;

typedef struct dove_store_judged_codes {
  dove_store_judged_code *rows; /* ordered by iteration, then code */
  size_t count;
  void *strings;
} dove_store_judged_codes;

dove_status dove_store_judged_codes_read(dove_store *store, dove_store_judged_codes *codes, dove_error *error);
void dove_store_judged_codes_free(dove_store_judged_codes *codes);

#endif
