/* The parts of `dove annotate`. */
#ifndef CLI_ANNOTATE_H
#define CLI_ANNOTATE_H

#include "cli/verb.h"
#include "dove/annotation.h"

/* The round of --round, by number, name or uuid; the newest without it. */
dove_status cli_annotate_round(const cli_call *call, dove_store *store, int64_t *round, dove_error *error);

dove_status cli_annotate_start(const cli_call *call, dove_store *store, dove_error *error);
dove_status cli_annotate_rounds(const cli_call *call, dove_store *store, dove_error *error);
dove_status cli_annotate_discuss(const cli_call *call, dove_store *store, dove_error *error);
dove_status cli_annotate_shift(const cli_call *call, dove_store *store, dove_error *error);
dove_status cli_annotate_agreement(const cli_call *call, dove_store *store, dove_error *error);
dove_status cli_annotate_export(const cli_call *call, dove_store *store, dove_error *error);
dove_status cli_annotate_import(const cli_call *call, dove_store *store, dove_error *error);
/* Merges the files that the arguments name from `first` on; `by_name` as for dove_annotations_import(). */
dove_status cli_annotate_merge(const cli_call *call, dove_store *store, size_t first, bool by_name, dove_error *error);

/* At work in a round, as --as NAME. */
dove_status cli_annotate_items(const cli_call *call, dove_store *store, dove_error *error);
dove_status cli_annotate_judge(const cli_call *call, dove_store *store, dove_error *error);
dove_status cli_annotate_undo(const cli_call *call, dove_store *store, dove_error *error);
dove_status cli_annotate_add(const cli_call *call, dove_store *store, dove_error *error);
dove_status cli_annotate_progress(const cli_call *call, dove_store *store, dove_error *error);

#endif
