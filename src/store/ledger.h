/* The ledger as the request cache writes it. Private to this room. */
#ifndef DOVE_STORE_LEDGER_PRIVATE_H
#define DOVE_STORE_LEDGER_PRIVATE_H

#include "dove/request_cache.h"
#include "dove/store.h"

/* Counts requests that came to their end, all of one role and model, for the job that the connection runs. Within the
 * transaction that keeps them: what is in the cache is in the ledger too. */
dove_status dove_store_ledger_count(dove_store *store, const dove_request_record *records, size_t count,
                                    dove_error *error);

/* Operations of the request cache; `user` is the store. */
dove_status dove_store_ledger_tally(void *user, const dove_request_tally *tally, dove_error *error);
dove_status dove_store_ledger_history(void *user, const char *role, const char *endpoint, const char *model,
                                      dove_request_history *history, dove_error *error);

#endif
