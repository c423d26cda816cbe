#include "tui/panes/agreement/agreement_lists.h"

#include <math.h>
#include <stdint.h>

#include "dove/random.h"
#include "tui/panes/cell_text.h"

const char *agreement_coefficient_words(dove_coefficient coefficient) {
  static const char *const words[DOVE_COEFFICIENTS] = {
      [DOVE_PERCENT_AGREEMENT] = "agreement", [DOVE_COHEN_KAPPA_MEAN] = "Cohen's κ, mean",
      [DOVE_FLEISS_KAPPA] = "Fleiss' κ",      [DOVE_KRIPPENDORFF_ALPHA] = "Krippendorff's α",
      [DOVE_GWET_AC1] = "Gwet's AC1",
  };
  return words[coefficient];
}

void agreement_add_interval(dove_buffer *out, const dove_interval *interval) {
  if (isnan(interval->low) || isnan(interval->high)) {
    dove_buffer_add_text(out, "–");
  } else {
    dove_buffer_printf(out, "%.2f … %.2f", interval->low, interval->high);
  }
}

/* To three digits, without the sign of a nothing. */
static void add_value(dove_buffer *out, double value) { dove_cell_number(out, fabs(value) < 0.0005 ? 0.0 : value, 3); }

static void add_count(dove_buffer *out, size_t count) { dove_buffer_printf(out, "%zu", count); }

/* ---- Rounds ---- */

enum { ROUND_NAME, ROUND_TARGET, ROUND_ITEMS, ROUND_STATE, ROUND_RULE, ROUND_COLUMNS };

static const dove_list_column round_columns[ROUND_COLUMNS] = {
    [ROUND_NAME] = {.title = "round", .width = 12, .weight = 1, .sortable = true},
    [ROUND_TARGET] = {.title = "judges", .width = 9, .sortable = true},
    [ROUND_ITEMS] = {.title = "items", .width = 6, .alignment = DOVE_ALIGN_RIGHT, .sortable = true},
    [ROUND_STATE] = {.title = "state", .width = 11, .sortable = true},
    [ROUND_RULE] = {.title = "drawn by", .width = 14, .weight = 1, .optional = true},
};

size_t agreement_rounds_count(const agreement_data *data) {
  return data->rounds.count + (data->rounds.count > 1 ? 1 : 0);
}

/* The newest first, after all together. */
const dove_store_round *agreement_rounds_at(const agreement_data *data, size_t row) {
  const size_t all = data->rounds.count > 1 ? 1 : 0;
  if (row < all || row - all >= data->rounds.count) return NULL;
  return &data->rounds.rows[data->rounds.count - 1 - (row - all)];
}

static const char *state_of(const dove_store_round *round) {
  if (round->closed != 0) return "closed";
  return round->blind ? "runs, blind" : "runs, open";
}

static int64_t items_of(const agreement_data *data, const dove_store_round *round) {
  int64_t items = 0;
  for (size_t i = 0; i < data->rounds.count; i++) {
    if (round == NULL || round == &data->rounds.rows[i]) items += data->rounds.rows[i].items;
  }
  return items;
}

static void round_cell(void *self, size_t row, size_t column, dove_buffer *out, dove_style *style) {
  const agreement_data *data = self;
  const dove_store_round *round = agreement_rounds_at(data, row);
  if ((round != NULL ? round->id : 0) == data->round) *style = dove_style_of(DOVE_ROLE_STRONG);
  if (column == ROUND_ITEMS) dove_buffer_printf(out, "%lld", (long long)items_of(data, round));
  if (round == NULL) {
    if (column == ROUND_NAME) dove_buffer_add_text(out, "all rounds");
    if (column == ROUND_RULE) dove_buffer_add_text(out, "a later label takes the place of an earlier one");
    return;
  }
  switch (column) {
    case ROUND_NAME: dove_cell_line(out, round->name); break;
    case ROUND_TARGET: dove_buffer_add_text(out, round->target == DOVE_JUDGE_CODES ? "codes" : "documents"); break;
    case ROUND_STATE: dove_buffer_add_text(out, state_of(round)); break;
    case ROUND_RULE: dove_cell_line(out, round->rule); break;
    default: break;
  }
}

static double round_number(void *self, size_t row, size_t column) {
  const agreement_data *data = self;
  return column == ROUND_ITEMS ? (double)items_of(data, agreement_rounds_at(data, row)) : (double)NAN;
}

static int64_t round_id(void *self, size_t row) {
  const dove_store_round *round = agreement_rounds_at(self, row);
  return round != NULL ? round->id : 0;
}

/* ---- Figures over all ---- */

enum { FIGURE_QUESTION, FIGURE_NAME, FIGURE_VALUE, FIGURE_INTERVAL, FIGURE_ITEMS, FIGURE_MORE, FIGURE_BAR, FIGURES };

enum { BAR = 12 };

static const dove_list_column figure_columns[FIGURES] = {
    [FIGURE_QUESTION] = {.title = "question", .width = 10, .sortable = true, .optional = true},
    [FIGURE_NAME] = {.title = "coefficient", .width = 16, .sortable = true},
    [FIGURE_VALUE] = {.title = "value", .width = 6, .alignment = DOVE_ALIGN_RIGHT, .sortable = true},
    [FIGURE_INTERVAL] = {.title = "95 % interval", .width = 13, .alignment = DOVE_ALIGN_RIGHT},
    [FIGURE_ITEMS] = {.title = "n", .width = 6, .alignment = DOVE_ALIGN_RIGHT, .sortable = true, .optional = true},
    [FIGURE_MORE] = {.title = "more n", .width = 8, .alignment = DOVE_ALIGN_RIGHT, .optional = true},
    [FIGURE_BAR] = {.title = "", .width = BAR, .optional = true},
};

static void add_more(const agreement_data *data, const dove_agreement_row *row, dove_coefficient coefficient,
                     dove_buffer *out) {
  size_t more = 0;
  if (agreement_data_more(data, row, coefficient, &more)) {
    dove_buffer_printf(out, more > 0 ? "+%zu" : "enough", more);
  } else if (data->wanted > 0) {
    dove_buffer_add_text(out, "–");
  }
}

static void figure_cell(void *self, size_t row, size_t column, dove_buffer *out, dove_style *style) {
  const agreement_data *data = self;
  dove_coefficient c;
  const dove_agreement_row *figure = agreement_data_figure(data, row, &c);
  const double value = figure->agreement.values[c];
  switch (column) {
    case FIGURE_QUESTION: dove_buffer_add_text(out, dove_question_name(figure->question)); break;
    case FIGURE_NAME: dove_buffer_add_text(out, agreement_coefficient_words(c)); break;
    case FIGURE_VALUE:
      *style = dove_style_of(DOVE_ROLE_STRONG);
      add_value(out, value);
      break;
    case FIGURE_INTERVAL: agreement_add_interval(out, &figure->agreement.intervals[c]); break;
    case FIGURE_ITEMS: add_count(out, figure->agreement.items); break;
    case FIGURE_MORE: add_more(data, figure, c, out); break;
    case FIGURE_BAR:
      *style = dove_style_of(DOVE_ROLE_BAR);
      if (value > 0) dove_cell_bar(out, value, BAR);
      break;
    default: break;
  }
}

static double figure_number(void *self, size_t row, size_t column) {
  dove_coefficient c;
  const dove_agreement_row *figure = agreement_data_figure(self, row, &c);
  if (column == FIGURE_VALUE) return figure->agreement.values[c];
  return column == FIGURE_ITEMS ? (double)figure->agreement.items : (double)NAN;
}

static int64_t figure_id(void *self, size_t row) {
  dove_coefficient c;
  const dove_agreement_row *figure = agreement_data_figure(self, row, &c);
  return (int64_t)figure->question * DOVE_COEFFICIENTS + c;
}

/* ---- Pairs ---- */

enum {
  PAIR_QUESTION,
  PAIR_FIRST,
  PAIR_SECOND,
  PAIR_ITEMS,
  PAIR_KAPPA,
  PAIR_INTERVAL,
  PAIR_PERCENT,
  PAIR_YES_YES,
  PAIR_YES_NO,
  PAIR_NO_YES,
  PAIR_NO_NO,
  PAIR_PREVALENCE,
  PAIR_BIAS,
  PAIR_COLUMNS
};

#define NUMBER(title_, width_) \
  { .title = (title_), .width = (width_), .alignment = DOVE_ALIGN_RIGHT, .sortable = true, .optional = true }

static const dove_list_column pair_columns[PAIR_COLUMNS] = {
    [PAIR_QUESTION] = {.title = "question", .width = 10, .sortable = true},
    [PAIR_FIRST] = {.title = "annotator", .width = 9, .weight = 1, .sortable = true},
    [PAIR_SECOND] = {.title = "annotator", .width = 9, .weight = 1, .sortable = true},
    [PAIR_ITEMS] = {.title = "n", .width = 5, .alignment = DOVE_ALIGN_RIGHT, .sortable = true},
    [PAIR_KAPPA] = {.title = "κ", .width = 6, .alignment = DOVE_ALIGN_RIGHT, .sortable = true},
    [PAIR_INTERVAL] = {.title = "95 % interval", .width = 13, .alignment = DOVE_ALIGN_RIGHT},
    [PAIR_PERCENT] = NUMBER("agreement", 9),
    [PAIR_YES_YES] = NUMBER("yes yes", 7),
    [PAIR_YES_NO] = NUMBER("yes no", 6),
    [PAIR_NO_YES] = NUMBER("no yes", 6),
    [PAIR_NO_NO] = NUMBER("no no", 5),
    [PAIR_PREVALENCE] = NUMBER("prevalence", 10),
    [PAIR_BIAS] = NUMBER("bias", 6),
};

static double pair_number(void *self, size_t row, size_t column) {
  const dove_pair_agreement *pair = &agreement_data_pair(self, row)->pair;
  switch (column) {
    case PAIR_ITEMS: return (double)pair->items;
    case PAIR_KAPPA: return pair->kappa;
    case PAIR_PERCENT: return pair->percent;
    case PAIR_YES_YES: return (double)pair->table[1][1];
    case PAIR_YES_NO: return (double)pair->table[1][0];
    case PAIR_NO_YES: return (double)pair->table[0][1];
    case PAIR_NO_NO: return (double)pair->table[0][0];
    case PAIR_PREVALENCE: return pair->prevalence;
    case PAIR_BIAS: return pair->bias;
    default: return (double)NAN;
  }
}

static void pair_cell(void *self, size_t row, size_t column, dove_buffer *out, dove_style *style) {
  const dove_agreement_pair_row *pair = agreement_data_pair(self, row);
  const double number = pair_number(self, row, column);
  switch (column) {
    case PAIR_QUESTION: dove_buffer_add_text(out, dove_question_name(pair->question)); break;
    case PAIR_FIRST: dove_cell_line(out, pair->first); break;
    case PAIR_SECOND: dove_cell_line(out, pair->second); break;
    case PAIR_INTERVAL: agreement_add_interval(out, &pair->pair.interval); break;
    case PAIR_KAPPA:
      *style = dove_style_of(DOVE_ROLE_STRONG);
      add_value(out, number);
      break;
    case PAIR_PERCENT:
    case PAIR_PREVALENCE:
    case PAIR_BIAS: add_value(out, number); break;
    default: dove_cell_number(out, number, 0); break;
  }
}

static int64_t pair_id(void *self, size_t row) {
  const dove_agreement_pair_row *pair = agreement_data_pair(self, row);
  return (int64_t)(((uint64_t)pair->question << 60) | ((uint64_t)pair->pair.first << 30) | pair->pair.second);
}

void agreement_describe_pair(const dove_agreement_pair_row *row, dove_buffer *out) {
  const dove_pair_agreement *pair = &row->pair;
  dove_buffer_printf(out, "%s: both yes %zu, both no %zu, only %s yes %zu, only %s yes %zu; prevalence ",
                     dove_question_name(row->question), pair->table[1][1], pair->table[0][0], row->first,
                     pair->table[1][0], row->second, pair->table[0][1]);
  add_value(out, pair->prevalence);
  dove_buffer_add_text(out, ", bias ");
  add_value(out, pair->bias);
  dove_buffer_add_text(out, ", agreement ");
  add_value(out, pair->percent);
}

/* ---- Groups ---- */

enum {
  GROUP_QUESTION,
  GROUP_KIND,
  GROUP_NAME,
  GROUP_ITEMS,
  GROUP_VALUES,                                       /* one for each coefficient */
  GROUP_INTERVALS = GROUP_VALUES + DOVE_COEFFICIENTS, /* the same */
  GROUP_COLUMNS = GROUP_INTERVALS + DOVE_COEFFICIENTS
};

static const dove_list_column group_columns[GROUP_COLUMNS] = {
    [GROUP_QUESTION] = {.title = "question", .width = 10, .sortable = true},
    [GROUP_KIND] = {.title = "of", .width = 8, .sortable = true},
    [GROUP_NAME] = {.title = "name", .width = 12, .weight = 1, .sortable = true},
    [GROUP_ITEMS] = {.title = "n", .width = 5, .alignment = DOVE_ALIGN_RIGHT, .sortable = true},
    [GROUP_VALUES + DOVE_PERCENT_AGREEMENT] = NUMBER("agree", 6),
    [GROUP_VALUES + DOVE_COHEN_KAPPA_MEAN] = NUMBER("Cohen", 6),
    [GROUP_VALUES + DOVE_FLEISS_KAPPA] = NUMBER("Fleiss", 6),
    [GROUP_VALUES + DOVE_KRIPPENDORFF_ALPHA] = NUMBER("α", 6),
    [GROUP_VALUES + DOVE_GWET_AC1] = NUMBER("AC1", 6),
    [GROUP_INTERVALS + DOVE_PERCENT_AGREEMENT] = NUMBER("agree 95 %", 13),
    [GROUP_INTERVALS + DOVE_COHEN_KAPPA_MEAN] = NUMBER("Cohen 95 %", 13),
    [GROUP_INTERVALS + DOVE_FLEISS_KAPPA] = NUMBER("Fleiss 95 %", 13),
    [GROUP_INTERVALS + DOVE_KRIPPENDORFF_ALPHA] = NUMBER("α 95 %", 13),
    [GROUP_INTERVALS + DOVE_GWET_AC1] = NUMBER("AC1 95 %", 13),
};

static void group_cell(void *self, size_t row, size_t column, dove_buffer *out, dove_style *style) {
  const dove_agreement_row *group = agreement_data_group(self, row);
  (void)style;
  if (column >= GROUP_INTERVALS) {
    agreement_add_interval(out, &group->agreement.intervals[column - GROUP_INTERVALS]);
  } else if (column >= GROUP_VALUES) {
    add_value(out, group->agreement.values[column - GROUP_VALUES]);
  } else if (column == GROUP_QUESTION) {
    dove_buffer_add_text(out, dove_question_name(group->question));
  } else if (column == GROUP_KIND) {
    dove_buffer_add_text(out, dove_agreement_group_name(group->group));
  } else if (column == GROUP_NAME) {
    dove_cell_line(out, group->name);
  } else {
    add_count(out, group->agreement.items);
  }
}

/* An interval is sorted by its lower end. */
static double group_number(void *self, size_t row, size_t column) {
  const dove_agreement *agreement = &agreement_data_group(self, row)->agreement;
  if (column >= GROUP_INTERVALS) return agreement->intervals[column - GROUP_INTERVALS].low;
  if (column >= GROUP_VALUES) return agreement->values[column - GROUP_VALUES];
  return column == GROUP_ITEMS ? (double)agreement->items : (double)NAN;
}

static int64_t group_id(void *self, size_t row) {
  const dove_agreement_row *group = agreement_data_group(self, row);
  uint64_t hash = dove_random_mix((uint64_t)group->question, (uint64_t)group->group);
  for (const char *at = group->name; *at != '\0'; at++) hash = dove_random_mix(hash, (unsigned char)*at);
  return (int64_t)(hash >> 1);
}

void agreement_describe_group(const dove_agreement_row *row, dove_buffer *out) {
  const char *before = "";
  dove_buffer_printf(out, "%s, %zu of %zu judged by two or more: ", dove_question_name(row->question),
                     row->agreement.items, row->things);
  for (int c = 0; c < DOVE_COEFFICIENTS; c++) {
    dove_buffer_printf(out, "%s%s ", before, agreement_coefficient_words((dove_coefficient)c));
    add_value(out, row->agreement.values[c]);
    before = "; ";
    if (isnan(row->agreement.intervals[c].low)) continue;
    dove_buffer_add_text(out, " (");
    agreement_add_interval(out, &row->agreement.intervals[c]);
    dove_buffer_add_char(out, ')');
  }
}

/* ---- Items ---- */

enum { ITEM_DOCUMENT, ITEM_CODE, ITEM_QUESTION, ITEM_YES, ITEM_NO, ITEM_ANSWERS, ITEM_CONSENSUS, ITEM_COLUMNS };

static const dove_list_column item_columns[ITEM_COLUMNS] = {
    [ITEM_DOCUMENT] = {.title = "document", .width = 12, .weight = 1, .sortable = true},
    [ITEM_CODE] = {.title = "code", .width = 16, .weight = 2, .sortable = true},
    [ITEM_QUESTION] = {.title = "question", .width = 10, .sortable = true, .optional = true},
    [ITEM_YES] = {.title = "yes", .width = 3, .alignment = DOVE_ALIGN_RIGHT, .sortable = true},
    [ITEM_NO] = {.title = "no", .width = 3, .alignment = DOVE_ALIGN_RIGHT, .sortable = true},
    [ITEM_ANSWERS] = {.title = "who answered what", .width = 18, .weight = 3, .sortable = true},
    [ITEM_CONSENSUS] = {.title = "consensus", .width = 9, .sortable = true},
};

static void item_cell(void *self, size_t row, size_t column, dove_buffer *out, dove_style *style) {
  const dove_dispute *item = agreement_data_item(self, row);
  switch (column) {
    case ITEM_DOCUMENT: dove_cell_line(out, item->document != 0 ? item->external_id : "–"); break;
    case ITEM_CODE: dove_cell_line(out, item->code_name); break;
    case ITEM_QUESTION: dove_buffer_add_text(out, dove_question_name(item->question)); break;
    case ITEM_YES: add_count(out, item->yes); break;
    case ITEM_NO: add_count(out, item->no); break;
    case ITEM_ANSWERS:
      if (dove_dispute_is(item, DOVE_DISPUTE_SPLIT)) *style = dove_style_of(DOVE_ROLE_BAD);
      agreement_data_add_answers(self, item, out);
      break;
    case ITEM_CONSENSUS:
      *style = dove_style_of(DOVE_ROLE_STRONG);
      dove_buffer_add_text(out, dove_answer_name(item->consensus));
      break;
    default: break;
  }
}

static double item_number(void *self, size_t row, size_t column) {
  const dove_dispute *item = agreement_data_item(self, row);
  if (column == ITEM_YES) return (double)item->yes;
  return column == ITEM_NO ? (double)item->no : (double)NAN;
}

static int64_t item_id(void *self, size_t row) {
  const dove_dispute *item = agreement_data_item(self, row);
  return item->item * DOVE_QUESTIONS + (int64_t)item->question;
}

/* ---- Making the lists ---- */

void agreement_rounds_init(dove_memory_list *list, agreement_data *data) {
  static const dove_memory_list_operations operations = {round_id, round_cell, round_number};
  dove_memory_list_init(list, &operations, data, round_columns, ROUND_COLUMNS);
}

void agreement_figures_init(dove_memory_list *list, agreement_data *data) {
  static const dove_memory_list_operations operations = {figure_id, figure_cell, figure_number};
  dove_memory_list_init(list, &operations, data, figure_columns, FIGURES);
}

void agreement_pairs_init(dove_memory_list *list, agreement_data *data) {
  static const dove_memory_list_operations operations = {pair_id, pair_cell, pair_number};
  dove_memory_list_init(list, &operations, data, pair_columns, PAIR_COLUMNS);
}

void agreement_groups_init(dove_memory_list *list, agreement_data *data) {
  static const dove_memory_list_operations operations = {group_id, group_cell, group_number};
  dove_memory_list_init(list, &operations, data, group_columns, GROUP_COLUMNS);
}

void agreement_items_init(dove_memory_list *list, agreement_data *data) {
  static const dove_memory_list_operations operations = {item_id, item_cell, item_number};
  dove_memory_list_init(list, &operations, data, item_columns, ITEM_COLUMNS);
}
