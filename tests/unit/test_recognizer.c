#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "dove/recognizer.h"
#include "dove/text.h"
#include "llm/embedded/value_lexicon.h"

static dove_recognizer recognizer;

static int set_up(void **state) {
  (void)state;
  return dove_recognizer_open_rules(0, &recognizer, NULL) == DOVE_OK ? 0 : -1;
}

static int tear_down(void **state) {
  (void)state;
  dove_recognizer_close(&recognizer);
  return 0;
}

static dove_recognition recognize(const char *lang, const char *text) {
  const dove_recognizer_document document = {.id = "d1", .lang = lang, .text = text};
  dove_recognition recognition;
  dove_error error = {0};
  assert_int_equal(dove_recognizer_recognize(&recognizer, &document, 1, &recognition, NULL, &error), DOVE_OK);
  return recognition;
}

/* `name` NULL: nothing may be recognised. */
static const struct {
  const char *text, *name, *description;
} single[] = {
    /* What ought to be. */
    {"People should always tell the truth.", "honesty",
     "The author believes that people should always tell the truth."},
    {"I firmly believe that we must protect our environment.", "environmental protection",
     "The author believes that people must protect their environment."},
    {"Every child has the right to a safe home.", "safety",
     "The author believes that every child has the right to a "
     "safe home."},
    {"The old deserve respect for what they gave.", "respect", NULL},
    {"Although money is important, families ought to eat together.", "family",
     "The author believes that families ought to eat together."},
    {"Although wealth is essential, people should be honest.", "honesty",
     "The author believes that people should be honest."},
    {"Children should not lie to their parents.", "honesty",
     "The author believes that children should not lie to their parents."},
    {"Let us help our neighbours.", "helping others", "The author believes that people should help their neighbours."},
    {"We should share what we have because tomorrow we may need help.", "sharing",
     "The author believes that people should share what they have."},
    {"In my view, while wealth should be sought, parents must teach patience.", "patience",
     "The author believes that parents must teach patience."},
    /* Judgements. */
    {"It is wrong to cheat a customer.", "honesty", "The author believes that it is wrong to cheat a customer."},
    {"It's very important for children to learn patience.", "patience",
     "The author believes that it is very important for children to learn patience."},
    /* What is valued. */
    {"I value honesty in my friends.", "honesty", "The author values honesty in their own friends."},
    {"Honesty matters.", "honesty", "The author values honesty."},
    {"To me, freedom of speech is essential.", "freedom of speech", "The author values freedom of speech."},
    {"Gender equality is of course debated, yet social responsibility is crucial.", "social responsibility",
     "The author values social responsibility."},
    {"Shared meals foster a sense of belonging.", "belonging", "The author values belonging."},
    /* A contrast keeps the final stance. */
    {"Some people believe that competition should come first, but children should learn to cooperate.", "cooperation",
     "The author believes that children should learn to cooperate."},
    /* Not the author's, not stated, not a norm. */
    {"Some people think that animals should be kept in zoos.", NULL, NULL},
    {"It is often said that children should obey their parents.", NULL, NULL},
    {"Critics argue that the law must change.", NULL, NULL},
    {"According to my uncle, honesty is essential.", NULL, NULL},
    {"Should we always be honest?", NULL, NULL},
    {"Nobody knows whether people should trust their leaders.", NULL, NULL},
    {"I do not believe in loyalty.", NULL, NULL},
    {"Wealth is not important.", NULL, NULL},
    {"You do not need to be honest.", NULL, NULL},
    {"It is not important to win with honesty.", NULL, NULL},
    {"He must have been honest with her.", NULL, NULL},
    {"For example, a worker should be honest with a customer.", NULL, NULL},
    {"\"You must be honest,\" said the old man.", NULL, NULL},
    {"It should be kept honest.", NULL, NULL},
    {"The bus was late and the weather was cold.", NULL, NULL},
    {"", NULL, NULL},
};

static void recognizes_single_sentences(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof single / sizeof single[0]; i++) {
    dove_recognition r = recognize("en", single[i].text);
    assert_int_equal(r.status, DOVE_OK);
    if (single[i].name == NULL) {
      if (r.count > 0) fail_msg("'%s' gave '%s'", single[i].text, r.expressions[0].description);
      assert_true(r.reason[0] != '\0');
    } else {
      if (r.count != 1) fail_msg("%zu expressions from '%s'", r.count, single[i].text);
      assert_string_equal(r.expressions[0].code_name, single[i].name);
      if (single[i].description != NULL) assert_string_equal(r.expressions[0].description, single[i].description);
    }
    dove_recognition_free(&r);
  }
}

/* Evidence counts code points, not bytes, and is the clause itself. */
static void evidence_is_where_it_says(void **state) {
  (void)state;
  static const char text[] =
      "Café “naïveté” — été 🙂. However, every citizen must be honest; rain fell. I value trust.";
  static const char *const spans[] = {"every citizen must be honest", "I value trust"};
  dove_recognition r = recognize("en-GB", text);
  assert_int_equal(r.count, 2);
  for (size_t i = 0; i < 2; i++) {
    const size_t start = dove_utf8_offset(text, strlen(text), (size_t)r.expressions[i].evidence_start);
    const size_t end = dove_utf8_offset(text, strlen(text), (size_t)r.expressions[i].evidence_end);
    assert_int_equal(end - start, strlen(spans[i]));
    assert_memory_equal(text + start, spans[i], end - start);
    assert_true(r.expressions[i].strength > 0.0 && r.expressions[i].strength <= 1.0);
  }
  dove_recognition_free(&r);
}

static void splits_sentences_sensibly(void **state) {
  (void)state;
  static const struct {
    const char *text;
    size_t count;
  } cases[] = {
      {"Dr. Smith of the U.S. mission agrees. People should be honest", 1}, /* abbreviations, no full stop */
      {"We should be fair.We must be patient!", 2},                         /* a forgotten space */
      {"We should be fair... and kind. We must be patient…", 2},            /* ellipses */
      {"Our rules:\n- People should be honest\n- People must be patient\n- We should help the weak", 3},
      {"People should be\nhonest with their\nfriends.", 1}, /* lines broken inside a sentence */
      {"(We should be patient.) \"Trust matters,\" I said.", 0},
  };
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    dove_recognition r = recognize("en", cases[i].text);
    if (r.count != cases[i].count) fail_msg("%zu from '%s'", r.count, cases[i].text);
    dove_recognition_free(&r);
  }
}

static void repeats_count_once(void **state) {
  (void)state;
  dove_recognition r = recognize("en",
                                 "Students should work hard. I believe that students should work hard. In conclusion, "
                                 "students should work hard.");
  assert_int_equal(r.count, 1);
  dove_recognition_free(&r);
}

/* At most `limit`, the strongest, in the order of the text. */
static void keeps_the_strongest(void **state) {
  (void)state;
  dove_recognizer two;
  assert_int_equal(dove_recognizer_open_rules(2, &two, NULL), DOVE_OK);
  const dove_recognizer_document document = {
      .id = "d",
      .lang = "en",
      .text = "Clubs foster loyalty. I deeply value honesty. Walks provide beauty. People must be patient."};
  dove_recognition r;
  assert_int_equal(dove_recognizer_recognize(&two, &document, 1, &r, NULL, NULL), DOVE_OK);
  assert_int_equal(r.count, 2);
  assert_string_equal(r.expressions[0].code_name, "honesty");
  assert_string_equal(r.expressions[1].code_name, "patience");
  dove_recognition_free(&r);
  dove_recognizer_close(&two);
}

static void refuses_other_languages(void **state) {
  (void)state;
  static const struct {
    const char *lang, *text;
    dove_status status;
  } cases[] = {
      {"ko", "People should be honest.", DOVE_INPUT},
      {"zh-CN", "人应该诚实。", DOVE_INPUT},
      {"", "人应该诚实。", DOVE_INPUT},
      {NULL, "사람은 정직해야 한다.", DOVE_INPUT},
      {"", "Die Menschen sollten immer ehrlich zu ihren Freunden sein.", DOVE_INPUT},
      {"", "People should be honest with the friends that they have.", DOVE_OK},
      {"EN_us", "People should be honest.", DOVE_OK},
      {"eng", "People should be honest.", DOVE_OK},
      {"enm", "People should be honest.", DOVE_INPUT},
  };
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    dove_recognition r = recognize(cases[i].lang, cases[i].text);
    assert_int_equal(r.status, cases[i].status);
    if (r.status != DOVE_OK) {
      assert_non_null(strstr(r.reason, "'d1'"));
      assert_non_null(strstr(r.reason, "import"));
    }
    dove_recognition_free(&r);
  }
}

/* Anything may be in a text: no crash, no endless loop. */
static void survives_odd_texts(void **state) {
  (void)state;
  static const char *const texts[] = {"\xff\xfe should \xc3",
                                      "....!!!???",
                                      "\n\n\n",
                                      "should",
                                      "I",
                                      "we must",
                                      "it is important to",
                                      "People should \x1b[31m be honest \xe2\x80\xae now.",
                                      "\"\"\"(((((",
                                      "i value",
                                      "the importance of",
                                      "No.",
                                      "-"};
  for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
    dove_recognition r = recognize("en", texts[i]);
    assert_int_equal(r.status, DOVE_OK);
    dove_recognition_free(&r);
  }
  char *longest = malloc(1 << 18);
  for (size_t i = 0; i + 8 < 1 << 18; i += 7) memcpy(longest + i, "should ", 8);
  longest[(1 << 18) - 1] = '\0';
  longest[((1 << 18) - 2) / 7 * 7] = '\0';
  dove_recognition r = recognize("en", longest);
  assert_int_equal(r.status, DOVE_OK);
  dove_recognition_free(&r);
  free(longest);
}

static bool always(void *user) {
  (void)user;
  return true;
}

static void can_be_stopped(void **state) {
  (void)state;
  const dove_recognizer_document document = {.id = "d", .lang = "en", .text = "People should be honest."};
  const dove_progress progress = {.cancelled = always};
  dove_recognition r;
  assert_int_equal(dove_recognizer_recognize(&recognizer, &document, 1, &r, &progress, NULL), DOVE_CANCELLED);
  assert_int_equal(r.status, DOVE_CANCELLED);
  dove_recognition_free(&r);
}

static void lexicon_is_in_order(void **state) {
  (void)state;
  /* The first, a middle and the last of the sorted modifiers are found, so binary search works on the list. */
  assert_true(value_lexicon_is_modifier("academic"));
  assert_true(value_lexicon_is_modifier("financial"));
  assert_true(value_lexicon_is_modifier("intercultural"));
  assert_true(value_lexicon_is_modifier("workplace"));
  assert_false(value_lexicon_is_modifier("green"));
  assert_string_equal(value_lexicon_find("truthful").name, "honesty");
  assert_string_equal(value_lexicon_find("cooperating").name, "cooperation");
  assert_true(value_lexicon_find("fairness").is_noun);
  assert_false(value_lexicon_find("fair").is_noun);
  assert_null(value_lexicon_find("table").name);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(recognizes_single_sentences), cmocka_unit_test(evidence_is_where_it_says),
      cmocka_unit_test(splits_sentences_sensibly),   cmocka_unit_test(repeats_count_once),
      cmocka_unit_test(keeps_the_strongest),         cmocka_unit_test(refuses_other_languages),
      cmocka_unit_test(survives_odd_texts),          cmocka_unit_test(can_be_stopped),
      cmocka_unit_test(lexicon_is_in_order),
  };
  return cmocka_run_group_tests(tests, set_up, tear_down);
}
