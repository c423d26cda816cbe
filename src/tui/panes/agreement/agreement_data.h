/* What the pane Agreement shows: the rounds, the report on one of them (or on all), and which rows of it are chosen. */
#ifndef DOVE_TUI_PANES_AGREEMENT_DATA_H
#define DOVE_TUI_PANES_AGREEMENT_DATA_H

#include "dove/agreement_report.h"
#include "dove/annotation_disputes.h"
#include "dove/background.h"
#include "tui/pane.h"

/* What is worked out beside the screen; the background's while it runs. */
typedef struct agreement_work {
  dove_agreement_options options;
  dove_agreement_report report;
  dove_dispute_list items; /* every question of every item */
} agreement_work;

typedef enum agreement_choice {
  AGREEMENT_SPLIT, /* items on which some say yes and some no */
  AGREEMENT_TALK,  /* ties and flags without a consensus */
  AGREEMENT_ALL,
  AGREEMENT_GROUP, /* the items behind a row of the groups */
  AGREEMENT_PAIR,  /* those on which two annotators differ */
  AGREEMENT_CHOICES
} agreement_choice;

/* A value of the report over all. */
typedef struct agreement_figure {
  size_t row; /* of the report */
  dove_coefficient coefficient;
} agreement_figure;

typedef struct agreement_data {
  dove_explorer *explorer;
  dove_store_round_list rounds;
  int64_t round;               /* that is shown; 0: all together */
  bool hidden;                 /* a blind round of it runs, and the person at work has not answered everything in it */
  agreement_work *work;        /* of `background` */
  dove_background *background; /* NULL: nothing is worked out */
  agreement_work *shown;       /* NULL: not there yet */
  bool intervals;              /* `shown` has them */
  bool failed;
  dove_error error;
  double wanted;              /* width of intervals; 0: none */
  dove_agreement_group group; /* only these groups; DOVE_GROUP_ALL: every kind */
  agreement_choice choice;
  dove_question question; /* of AGREEMENT_GROUP and AGREEMENT_PAIR */
  dove_agreement_group choice_group;
  char *first, *second; /* owned: the group's name, or the pair's annotators; NULL: none */
  agreement_figure *figures;
  size_t *groups, *items; /* rows of the report, of its items */
  size_t figure_count, group_count, item_count;
} agreement_data;

void agreement_data_free(agreement_data *data);

/* Reads the rounds and begins to work out the report of the chosen one again. What is shown stays until that is there.
 */
dove_status agreement_data_load(agreement_data *data, dove_error *error);

/* Another round: what is shown of the last one goes. */
dove_status agreement_data_choose_round(agreement_data *data, int64_t round, dove_error *error);

/* Takes what was worked out; true when there is something new to show. */
bool agreement_data_collect(agreement_data *data);
/* True when there is something to collect. */
bool agreement_data_is_ready(const agreement_data *data);

/* The round that is shown; NULL for all together, or when there is none. */
const dove_store_round *agreement_data_round(const agreement_data *data);

/* Choose rows anew, after `group` or the choice was changed. */
dove_status agreement_data_arrange(agreement_data *data, dove_error *error);
dove_status agreement_data_choose(agreement_data *data, agreement_choice choice, dove_question question,
                                  dove_agreement_group group, const char *first, const char *second, dove_error *error);

/* A row of the lists; they must be there. */
const dove_agreement_row *agreement_data_figure(const agreement_data *data, size_t row, dove_coefficient *coefficient);
const dove_agreement_row *agreement_data_group(const agreement_data *data, size_t row);
const dove_dispute *agreement_data_item(const agreement_data *data, size_t row);
const dove_agreement_pair_row *agreement_data_pair(const agreement_data *data, size_t row);
size_t agreement_data_pair_count(const agreement_data *data);

/* Appends who answered what: "ann yes, ben no, cho skip". */
void agreement_data_add_answers(const agreement_data *data, const dove_dispute *item, dove_buffer *out);

/* Items more that the wanted width needs; false when that is not known. */
bool agreement_data_more(const agreement_data *data, const dove_agreement_row *row, dove_coefficient coefficient,
                         size_t *more);

#endif
