/* Which run a build works on: a new one, one that was left unfinished, or one that resumes another. Private to this
 * room. */
#ifndef DOVE_METHOD_BUILD_RUN_H
#define DOVE_METHOD_BUILD_RUN_H

#include "dove/build.h"
#include "dove/decoder.h"
#include "dove/expression_set.h"
#include "dove/overrides.h"

typedef struct dove_build_run {
  int64_t run; /* 0: a new one, not yet begun */
  dove_settings settings;
  int64_t last;            /* its last iteration, -1 without any; shared ones count */
  bool resumed;            /* it has iterations, of its own or shared */
  dove_expression_set set; /* what the run was begun with */
  int64_t embedder;
  int64_t parent;           /* the run whose iterations up to `last` a new one shares; 0: none */
  char initial[32];         /* how C⁰ was or will be made */
  dove_overrides overrides; /* those of the store that it is built with */
  int64_t alone_t;          /* the step that overrides alone make; 0: none */
} dove_build_run;

/* Chooses the run and reads the expressions; writes nothing. */
dove_status dove_build_run_open(dove_store *store, const dove_build_options *options, dove_build_run *run,
                                const dove_progress *progress, dove_error *error);
/* Makes the run, or takes it up again. */
dove_status dove_build_run_start(dove_store *store, dove_build_run *run, dove_error *error);
void dove_build_run_close(dove_build_run *run);

/* The decoder that a run with these settings is measured with; what it needs of the documents is read into the set. */
dove_status dove_build_decoder_open(dove_store *store, const dove_settings *settings, dove_expression_set *set,
                                    dove_decoder *decoder, const dove_progress *progress, dove_error *error);

#endif
