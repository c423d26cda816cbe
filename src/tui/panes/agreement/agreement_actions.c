#include "tui/panes/agreement/agreement_actions.h"

#include <stdlib.h>
#include <string.h>

#include "dove/annotation_round.h"
#include "dove/person.h"

/* The project changed by this thread's own hand: all panes read it again. */
static void tell_all(dove_explorer *explorer) {
  dove_model_invalidate(dove_explorer_model(explorer));
  dove_explorer_reload(explorer);
}

static int64_t item_count(dove_store *store, int64_t round) {
  int64_t count = 0;
  dove_error ignored;
  return dove_store_item_count(store, round, &count, &ignored) == DOVE_OK ? count : 0;
}

dove_pane_result agreement_start_round(agreement_data *data, const char *instruction, dove_error *error) {
  const dove_store_round *round = agreement_data_round(data);
  dove_store *store = dove_model_store(dove_explorer_model(data->explorer));
  int64_t id = 0;
  if (round == NULL) {
    dove_fail(error, DOVE_USAGE, "choose one round first: its disagreements are judged again");
    return DOVE_PANE_FAILED;
  }
  const dove_annotation_plan plan = {.rule = "disagreements",
                                     .seed = round->seed,
                                     .instruction = instruction[0] != '\0' ? instruction : NULL,
                                     .parent = round->id,
                                     .open = !round->blind};
  if (dove_annotation_round_start(store, &plan, &id, error) != DOVE_OK) return DOVE_PANE_FAILED;
  tell_all(data->explorer);
  dove_explorer_message(data->explorer, DOVE_MESSAGE_INFO,
                        "a round with %lld disagreements has begun: it is judged in the pane Annotate",
                        (long long)item_count(store, id));
  return DOVE_PANE_RELOAD;
}

/* "yes", "no", or a beginning of one; *rest is the note. */
static bool read_label(const char *typed, dove_answer *answer, const char **rest) {
  const size_t length = strcspn(typed, " ");
  const bool yes = length > 0 && length <= 3 && strncmp("yes", typed, length) == 0;
  const bool no = length > 0 && length <= 2 && strncmp("no", typed, length) == 0;
  *answer = yes ? DOVE_ANSWER_YES : DOVE_ANSWER_NO;
  *rest = typed + length + strspn(typed + length, " ");
  return yes || no;
}

dove_pane_result agreement_settle(dove_explorer *explorer, int64_t item, dove_question question, const char *name,
                                  const char *typed, dove_error *error) {
  dove_answer answer;
  const char *note;
  if (!read_label(typed, &answer, &note)) {
    dove_fail(error, DOVE_USAGE, "a consensus is yes or no, then a note if there is one; not '%s'", typed);
    return DOVE_PANE_FAILED;
  }
  char *person = dove_person_name();
  const dove_settlement settlement = {answer, note, person != NULL ? person : ""};
  const dove_status status =
      dove_controller_settle(dove_explorer_controller(explorer), item, question, &settlement, error);
  free(person);
  if (status != DOVE_OK) return DOVE_PANE_FAILED;
  dove_explorer_message(explorer, DOVE_MESSAGE_INFO, "the consensus on '%s' is %s", name, dove_answer_name(answer));
  tell_all(explorer);
  return DOVE_PANE_RELOAD;
}
