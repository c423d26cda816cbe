/* What a person does to a project in the explorer, and taking it back. It joins the model (what is read), the queue of
 * jobs (what runs) and a history of what was entered. One controller per opened project, on the thread of the screen.
 * That must not stand still: what is entered while somebody else writes fails with DOVE_BUSY after a tenth of a second,
 * and the same call can be made again. */
#ifndef DOVE_CONTROLLER_H
#define DOVE_CONTROLLER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dove/error.h"
#include "dove/jobs.h"
#include "dove/model.h"
#include "dove/score.h"
#include "dove/settings.h"
#include "dove/store_annotations.h"
#include "dove/store_overrides.h"

typedef struct dove_controller dove_controller;

/* The label that a discussion came to. */
typedef struct dove_settlement {
  dove_answer answer; /* yes or no */
  const char *note;
  const char *author;
} dove_settlement;

/* Opens a project and starts its queue; `notify` is called from the worker's thread (see jobs.h). Jobs of programs that
 * died are marked as interrupted. */
dove_status dove_controller_open(const char *path, void (*notify)(void *user), void *user, dove_controller **controller,
                                 dove_error *error);
/* Cancels what runs, waits for it, closes. NULL is allowed. */
void dove_controller_close(dove_controller *controller);

dove_model *dove_controller_model(dove_controller *controller);
dove_jobs *dove_controller_jobs(dove_controller *controller);

/* The settings in force. */
dove_status dove_controller_settings(dove_controller *controller, dove_settings *settings, dove_error *error);

/* Sets a setting after checking it; a `value` of NULL gives the default back. Can be undone. */
dove_status dove_controller_set(dove_controller *controller, const char *key, const char *value, dove_error *error);

/* Makes (run, t) the codebook that coding and scoring use; t -1: the one of highest S. Can be undone. */
dove_status dove_controller_choose(dove_controller *controller, int64_t run, int64_t t, dove_error *error);

/* Keeps what a reviewer entered, on the disk before it returns. It and withdrawing (or returning) an entry can be
 * undone, by the same person (dove_person_name()) after a restart too. `id` may be NULL. */
dove_status dove_controller_review(dove_controller *controller, const dove_store_new_override *entered, int64_t *id,
                                   dove_error *error);
dove_status dove_controller_withdraw(dove_controller *controller, int64_t review, bool withdrawn, const char *author,
                                     dove_error *error);

/* Sets the label that a discussion of an item came to, on the disk before it returns. Can be undone: the label before
 * it, or none, then counts again, and all stay on record. */
dove_status dove_controller_settle(dove_controller *controller, int64_t item, dove_question question,
                                   const dove_settlement *settlement, dove_error *error);

/* True while something is worked out in the background (background.h); jobs do not count. */
bool dove_controller_is_busy(dove_controller *controller);

/* What undo and redo would do, in words; NULL when there is nothing. */
const char *dove_controller_undoable(const dove_controller *controller);
const char *dove_controller_redoable(const dove_controller *controller);
dove_status dove_controller_undo(dove_controller *controller, dove_error *error);
dove_status dove_controller_redo(dove_controller *controller, dove_error *error);

/* The documents behind a flow of a score; see dove_score_flow_documents(). */
dove_status dove_controller_flow_documents(dove_controller *controller, const dove_store_score *score, int64_t from,
                                           int64_t to, size_t limit, dove_score_documents *documents,
                                           dove_error *error);

#endif
