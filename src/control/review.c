#include "dove/review.h"

#include "dove/overrides.h"

dove_status dove_review_check(dove_controller *controller, const dove_store_new_override *entry, dove_error *error) {
  return dove_override_check(dove_model_store(dove_controller_model(controller)), entry, error);
}

dove_status dove_review_find_code(dove_controller *controller, int64_t run, int64_t t, const char *words, int64_t *code,
                                  dove_error *error) {
  return dove_override_find_code(dove_model_store(dove_controller_model(controller)), run, t, words, code, error);
}

dove_status dove_review_plan_read(dove_controller *controller, int64_t run, int64_t t, dove_review_plan *plan,
                                  dove_error *error) {
  dove_overrides found;
  *plan = (dove_review_plan){.t = t};
  const dove_status status =
      dove_overrides_load(dove_model_store(dove_controller_model(controller)), run, t, &found, error);
  int64_t first = -1;
  for (size_t i = 0; i < found.count; i++) {
    if (first < 0 || found.rows[i].t < first) first = found.rows[i].t;
  }
  if (t < 0 && first >= 0) plan->t = first - 1;
  plan->count = found.count;
  plan->alone = found.count > 0;
  for (size_t i = 0; i < found.stored.count; i++) {
    const dove_store_override *row = &found.stored.rows[i];
    if (row->t == plan->t + 1 && row->decision != 0) plan->alone = false;
  }
  dove_overrides_free(&found);
  return status;
}
