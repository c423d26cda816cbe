/* What was asked of endpoints and what it cost, by job, role and model. Rows are only added to: what was spent stays
 * spent, whatever becomes of the replies. */
#ifndef DOVE_STORE_LEDGER_H
#define DOVE_STORE_LEDGER_H

#include "dove/store.h"

typedef struct dove_store_ledger_row {
  const char *role, *endpoint, *model;
  int64_t requests;  /* answered */
  int64_t cached;    /* answered from the cache */
  int64_t failed;    /* came to no good end */
  int64_t attempts;  /* sent, also again */
  int64_t refusals;  /* 429s */
  int64_t estimated; /* requests whose tokens the server did not tell */
  int64_t tokens_in, tokens_out;
  double cost;     /* NAN when no price was set */
  double expected; /* what the same requests were expected to cost before they were sent; NAN likewise */
  int64_t expected_in, expected_out; /* and the tokens that they were expected to have */
} dove_store_ledger_row;

typedef struct dove_store_ledger {
  dove_store_ledger_row *rows; /* by role, endpoint and model */
  size_t count;
  void *strings;
} dove_store_ledger;

/* Of one job; 0: of the whole project. */
dove_status dove_store_ledger_read(dove_store *store, int64_t job, dove_store_ledger *ledger, dove_error *error);
void dove_store_ledger_free(dove_store_ledger *ledger);

#endif
