/* When a project that others write to is read again: the times are those of the rules in tui/watch.h. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tui/watch.h"

static const float near = 1e-9F;

static void test_nothing_written(void **state) {
  (void)state;
  dove_watch watch = {.typed = 10, .read = 10, .took = 1};
  assert_true(dove_watch_left(&watch, 10) < 0);
  assert_true(dove_watch_left(&watch, 1000) < 0);
}

static void test_at_once_when_all_is_quiet(void **state) {
  (void)state;
  dove_watch watch = {.owed = true, .typed = 10, .read = 10, .took = 0.001};
  assert_float_equal(dove_watch_left(&watch, 20), 0, near);
}

/* A key that is held down comes every 30 ms or so: 0.15 s are left after each. */
static void test_keys_come_first(void **state) {
  (void)state;
  dove_watch watch = {.owed = true};
  for (int key = 0; key < 100; key++) {
    watch.typed = 10 + 0.03 * key;
    assert_float_equal(dove_watch_left(&watch, watch.typed), 0.15, near);
    assert_true(dove_watch_left(&watch, watch.typed + 0.03) > 0);
  }
  assert_float_equal(dove_watch_left(&watch, watch.typed + 0.2), 0, near);
}

/* Reading that takes 20 ms comes every 2 s however often something is written: a hundredth of the time. */
static void test_a_hundredth_of_the_time(void **state) {
  (void)state;
  dove_watch watch = {0};
  int readings = 0;
  for (int i = 0; i < 100000; i++) {
    const double now = 100 + 0.001 * i;
    watch.owed = true;
    if (dove_watch_left(&watch, now) > 0) continue;
    dove_watch_read(&watch, now, now + 0.02);
    assert_true(dove_watch_left(&watch, now + 0.02) < 0);
    readings++;
  }
  assert_in_range(readings, 49, 50); /* in 100 s */
}

static void test_the_end_of_a_job_does_not_wait(void **state) {
  (void)state;
  dove_watch watch = {.owed = true, .hurried = true, .typed = 10, .read = 10, .took = 1};
  assert_float_equal(dove_watch_left(&watch, 10), 0, near);
  dove_watch_read(&watch, 10, 10.5);
  watch.owed = true;
  assert_float_equal(dove_watch_left(&watch, 10.5), 50, near);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_nothing_written),
      cmocka_unit_test(test_at_once_when_all_is_quiet),
      cmocka_unit_test(test_keys_come_first),
      cmocka_unit_test(test_a_hundredth_of_the_time),
      cmocka_unit_test(test_the_end_of_a_job_does_not_wait),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
