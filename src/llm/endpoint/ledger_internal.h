/* The ledger as the endpoints see it. Private to this room. */
#ifndef DOVE_LLM_LEDGER_INTERNAL_H
#define DOVE_LLM_LEDGER_INTERNAL_H

#include "dove/ledger.h"

/* The row of a role and model, made when there is none; its place stays the same. DOVE_FAILED when there are too many.
 */
dove_status dove_ledger_join(dove_ledger *ledger, const char *role, const char *endpoint, const char *model,
                             bool priced, dove_ledger_row **row, dove_error *error);

/* A row is read and changed between these two. */
void dove_ledger_lock(dove_ledger *ledger);
void dove_ledger_unlock(dove_ledger *ledger);

/* With the lock held: notes an answer for the row's rate. */
void dove_ledger_tick(dove_ledger *ledger, const dove_ledger_row *row, double now);

/* Sets money aside for a request that is about to be sent; false when the budget does not have it. */
bool dove_ledger_reserve(dove_ledger *ledger, double most);
/* Gives back what was set aside; what it really cost is in the row by then. */
void dove_ledger_release(dove_ledger *ledger, double most);
double dove_ledger_spent(dove_ledger *ledger);

/* Hands a request to the plan's listener. */
dove_status dove_ledger_planned(const dove_ledger *ledger, const dove_planned_request *request, dove_error *error);
bool dove_ledger_counts_exactly(const dove_ledger *ledger);
bool dove_ledger_failed_only(const dove_ledger *ledger);

#endif
