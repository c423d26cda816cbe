/* Weights of codes in documents are hidden from a person in the middle of a blind round, until they ask for them. */
#include "dove/blindness.h"
#include "tui/shell.h"

bool dove_explorer_hides_weights(dove_explorer *explorer) {
  shell_weights *weights = &explorer->weights;
  dove_model *model = dove_explorer_model(explorer);
  const uint64_t generation = dove_model_generation(model);
  if (!weights->known || weights->generation != generation) {
    dove_error ignored;
    if (dove_blind_round_begun(dove_model_store(model), &weights->blind, &ignored) != DOVE_OK) weights->blind = true;
    weights->known = true;
    weights->generation = generation;
  }
  return weights->blind && !weights->shown;
}

void shell_toggle_weights(dove_explorer *explorer) {
  shell_weights *weights = &explorer->weights;
  weights->known = false; /* somebody else may have sat down */
  dove_explorer_hides_weights(explorer);
  if (!weights->blind) {
    dove_explorer_message(explorer, DOVE_MESSAGE_INFO,
                          "no weights are hidden: they are while you are in the middle of a blind round");
    return;
  }
  weights->shown = !weights->shown;
  dove_explorer_message(explorer, DOVE_MESSAGE_INFO, "weights are %s while you judge a blind round",
                        weights->shown ? "shown" : "hidden");
  dove_explorer_reload(explorer);
}
