/* The lineage of a code as a tree: from the codes of C⁰ that it came from down to what became of it. A code with
 * several parents stands under its first one; under the others a line refers to it. */
#ifndef DOVE_TUI_PANES_DECISIONS_LINEAGE_H
#define DOVE_TUI_PANES_DECISIONS_LINEAGE_H

#include "dove/model_history.h"
#include "tui/widgets/list.h"
#include "tui/widgets/tree.h"

typedef struct decisions_lineage {
  dove_list list;
  dove_store_lineage lineage;
  dove_tree_node *nodes; /* owned; as many as the lineage has rows, in their order */
  dove_tree tree;
  int64_t code; /* whose lineage it is */
} decisions_lineage;

void decisions_lineage_init(decisions_lineage *lineage);
void decisions_lineage_free(decisions_lineage *lineage);

dove_status decisions_lineage_load(decisions_lineage *lineage, dove_model *model, int64_t code, dove_error *error);

/* The selected row; NULL when there is none. */
const dove_store_lineage_row *decisions_lineage_row(const decisions_lineage *lineage);

/* The code of the selected row; 0 when there is none. */
int64_t decisions_lineage_selected(const decisions_lineage *lineage);

/* LEFT and RIGHT close and open branches; the rest is the list's. */
dove_pane_result decisions_lineage_command(decisions_lineage *lineage, dove_command_id command, const char *argument,
                                           dove_error *error);

#endif
