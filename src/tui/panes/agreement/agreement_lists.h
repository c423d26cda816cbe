/* The lists of the pane Agreement: their columns and the texts of their cells. */
#ifndef DOVE_TUI_PANES_AGREEMENT_LISTS_H
#define DOVE_TUI_PANES_AGREEMENT_LISTS_H

#include "tui/panes/agreement/agreement_data.h"
#include "tui/panes/memory_list.h"

/* They show `data`, which must outlive them. */
void agreement_rounds_init(dove_memory_list *list, agreement_data *data);
void agreement_figures_init(dove_memory_list *list, agreement_data *data);
void agreement_pairs_init(dove_memory_list *list, agreement_data *data);
void agreement_groups_init(dove_memory_list *list, agreement_data *data);
void agreement_items_init(dove_memory_list *list, agreement_data *data);

/* The round of a row of the rounds; NULL for all together, which stands first when there are several. */
const dove_store_round *agreement_rounds_at(const agreement_data *data, size_t row);
size_t agreement_rounds_count(const agreement_data *data);

/* What stands under a list, for the selected row: all its numbers in words. */
void agreement_describe_pair(const dove_agreement_pair_row *row, dove_buffer *out);
void agreement_describe_group(const dove_agreement_row *row, dove_buffer *out);

/* "Cohen's κ, mean", "Krippendorff's α", … */
const char *agreement_coefficient_words(dove_coefficient coefficient);

/* ".31 … .78"; "–" when it is undefined. */
void agreement_add_interval(dove_buffer *out, const dove_interval *interval);

#endif
