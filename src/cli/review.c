/* `dove review PROJECT WHAT`: what reviewers make of a codebook, from the command line. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cli/output.h"
#include "cli/project.h"
#include "cli/verb.h"
#include "dove/clock.h"
#include "dove/overrides.h"
#include "dove/person.h"
#include "dove/preview.h"
#include "dove/store_runs.h"

static dove_status run_review(const cli_call *call, dove_error *error);

static const cli_option review_options[] = {
    {.name = "as", .kind = CLI_TEXT, .value = "NAME", .help = "the reviewer (default: the name that is remembered)"},
    CLI_ID("decision", "ID",
           "agree, disagree, comment, veto: the decision, by its id in 'dove export PROJECT decisions'"),
    {.name = "code", .kind = CLI_TEXT, .value = "CODE", .help = "merge, split, rename: a code by name or id"},
    {.name = "into", .kind = CLI_TEXT, .value = "CODE", .help = "merge: the code that takes it in"},
    {.name = "name", .kind = CLI_TEXT, .value = "TEXT", .help = "rename: the new name"},
    {.name = "note", .kind = CLI_TEXT, .value = "TEXT", .help = "a remark that is kept with it"},
    CLI_RUN("the run (default: the current; list: all)"),
    CLI_ITERATION("merge, split, rename: codes of C^t (default: the codebook in use)"),
    CLI_ID("review", "ID", "withdraw, restore: which"),
    {.name = "all", .kind = CLI_FLAG, .help = "list: what was withdrawn too"},
    {.name = "dry-run", .kind = CLI_FLAG, .help = "veto, merge, split, rename: only show what it would do"},
    {.name = "rules",
     .kind = CLI_FLAG,
     .help = "with --dry-run: let the rules act in the same step (a veto always does)"},
    {.name = NULL},
};

const cli_verb cli_review_verbs[] = {
    {.name = "review",
     .arguments = "PROJECT WHAT",
     .words = "list agree disagree comment veto merge split rename withdraw restore",
     .summary = "enters and lists what reviewers make of decisions and codes",
     .details =
         "A veto, a merge, a split or a new name is kept until a run is built with it: 'dove build PROJECT "
         "--with-overrides'. The run that it is about stays as it is. --dry-run shows first what it would do to S "
         "and its terms, to coverage (mean and share of expressions whose best cosine to a code is 0.5 or more), "
         "to redundancy (cosine of each code to its nearest neighbour, mean and largest), to judgments and to "
         "scores.",
     .options = review_options,
     .least = 2,
     .most = 2,
     .traits = CLI_JSON | CLI_THREADS | CLI_COMPUTES,
     .run = run_review},
    {.name = NULL},
};

/* ---- list ---- */

static void write_review(dove_json_writer *writer, const dove_store_override *row) {
  dove_json_object_begin(writer, false);
  dove_json_member_integer(writer, "review", row->id);
  dove_json_member_text(writer, "uuid", row->uuid);
  dove_json_member_text(writer, "kind", dove_review_kind_name(row->kind));
  dove_json_member_integer(writer, "run", row->run);
  dove_json_member_integer(writer, "t", row->t);
  if (row->decision != 0) dove_json_member_integer(writer, "decision", row->decision);
  if (row->code != 0) dove_json_member_integer(writer, "code", row->code);
  if (row->code != 0) dove_json_member_text(writer, "code_name", row->code_name);
  if (row->other != 0) dove_json_member_integer(writer, "into", row->other);
  if (row->other != 0) dove_json_member_text(writer, "into_name", row->other_name);
  if (row->kind == DOVE_REVIEW_RENAME) dove_json_member_text(writer, "name", row->name);
  dove_json_member_text(writer, "note", row->note);
  dove_json_member_text(writer, "author", row->author);
  dove_json_member_integer(writer, "time", row->time);
  dove_json_member_bool(writer, "withdrawn", row->withdrawn != 0);
  dove_json_member_integer(writer, "runs_built", row->uses);
  if (row->uses > 0) {
    dove_json_member_integer(writer, "last_run", row->last_run);
    dove_json_member_bool(writer, "applied", row->applied);
  }
  dove_json_object_end(writer);
}

static void describe_state(cli_table *table, const dove_store_override *row) {
  if (row->withdrawn != 0) {
    cli_table_text(table, "withdrawn");
  } else if (row->uses > 0) {
    cli_table_printf(table, "%s run %lld", row->applied ? "applied in" : "impossible in", (long long)row->last_run);
  } else {
    cli_table_text(table, dove_review_acts(row->kind) ? "stands" : "");
  }
}

static dove_status print_reviews(const dove_store_override_list *list, dove_error *error) {
  cli_table table;
  cli_table_begin(&table, "rrrlllll", (const char *[]){"review", "run", "t", "what", "by", "when", "state", "note"});
  for (size_t i = 0; i < list->count; i++) {
    const dove_store_override *row = &list->rows[i];
    char when[32];
    dove_buffer what = {0};
    dove_clock_format(row->time, when, sizeof when);
    dove_override_describe(row, &what);
    cli_table_printf(&table, "%lld", (long long)row->id);
    cli_table_printf(&table, "%lld", (long long)row->run);
    cli_table_printf(&table, "%lld", (long long)row->t);
    cli_table_text(&table, dove_buffer_text(&what));
    cli_table_text(&table, row->author);
    cli_table_text(&table, when);
    describe_state(&table, row);
    cli_table_text(&table, row->note);
    dove_buffer_free(&what);
  }
  return cli_table_print(&table, stdout, error);
}

/* The run of --run, else the current one; 0 when there is none. */
static int64_t run_of(const cli_call *call, dove_store *store, int64_t *t) {
  dove_store_current current = {0};
  dove_error ignored;
  int64_t run = cli_integer(call, "run", 0);
  const dove_status status = run == 0 ? dove_store_current_codebook(store, &current, &ignored)
                                      : dove_store_codebook_of_run(store, run, -1, &current, &ignored);
  if (status == DOVE_OK) run = current.run;
  if (t != NULL) *t = current.t;
  return run;
}

static dove_status list_reviews(const cli_call *call, dove_store *store, dove_error *error) {
  const bool all = cli_flag(call, "all");
  const dove_store_override_query query = {.run = cli_integer(call, "run", 0), .t = -1, .standing = !all};
  dove_store_override_list list = {0};
  dove_status status = dove_store_override_list_read(store, &query, &list, error);
  if (status == DOVE_OK && call->json) {
    dove_json_writer writer = dove_json_writer_on(stdout);
    dove_json_array_begin(&writer, false);
    for (size_t i = 0; i < list.count; i++) write_review(&writer, &list.rows[i]);
    dove_json_array_end(&writer);
  } else if (status == DOVE_OK) {
    status = print_reviews(&list, error);
  }
  dove_store_override_list_free(&list);
  return status;
}

/* ---- preview ---- */

static void write_side(dove_json_writer *writer, const char *key, const dove_preview_side *side) {
  dove_json_key(writer, key);
  dove_json_object_begin(writer, false);
  dove_json_member_integer(writer, "codes", (int64_t)side->codes);
  dove_json_member_number(writer, "S", side->objective.score);
  dove_json_member_number(writer, "distortion", side->objective.distortion);
  dove_json_member_number(writer, "conditional_entropy", side->objective.conditional_entropy);
  dove_json_member_number(writer, "marginal_entropy", side->objective.marginal_entropy);
  dove_json_member_number(writer, "sigma2", side->objective.sigma2);
  dove_json_member_number(writer, "mean_cosine", side->mean_cosine);
  dove_json_member_number(writer, "covered", side->covered);
  dove_json_member_number(writer, "mean_neighbour", side->mean_neighbour);
  dove_json_member_number(writer, "largest_neighbour", side->largest_neighbour);
  dove_json_object_end(writer);
}

static void write_scores(dove_json_writer *writer, const dove_preview *preview) {
  dove_json_key(writer, "scores");
  dove_json_array_begin(writer, false);
  for (size_t i = 0; i < preview->score_count; i++) {
    const dove_preview_score *row = &preview->scores[i];
    dove_json_object_begin(writer, true);
    dove_json_member_text(writer, "model", row->model);
    dove_json_member_text(writer, "culture", row->culture);
    dove_json_member_text(writer, "role", row->role);
    dove_json_member_number(writer, "before", row->before);
    dove_json_member_number(writer, "after", row->after);
    dove_json_member_number(writer, "stored", row->stored);
    dove_json_member_number(writer, "low", row->low);
    dove_json_member_number(writer, "high", row->high);
    dove_json_object_end(writer);
  }
  dove_json_array_end(writer);
}

static void write_preview(const dove_preview *preview) {
  dove_json_writer writer = dove_json_writer_on(stdout);
  dove_json_object_begin(&writer, false);
  dove_json_member_integer(&writer, "t", preview->t);
  dove_json_member_bool(&writer, "rules", preview->rules);
  dove_json_member_bool(&writer, "possible", preview->entries[0].applied);
  dove_json_member_text(&writer, "reason", preview->entries[0].reason);
  dove_json_member_number(&writer, "S_stored", preview->stored_score);
  write_side(&writer, "before", &preview->before);
  write_side(&writer, "after", &preview->after);
  dove_json_member_text(&writer, "gone", preview->names_gone);
  dove_json_member_text(&writer, "new", preview->names_new);
  dove_json_member_integer(&writer, "judgments", preview->judgments);
  dove_json_member_integer(&writer, "judgments_stale", preview->judgments_stale);
  dove_json_member_integer(&writer, "score_run", preview->score_run);
  write_scores(&writer, preview);
  dove_json_object_end(&writer);
}

static void add_line(cli_table *table, const char *label, double before, double after) {
  cli_table_text(table, label);
  cli_table_printf(table, "%.4f", before);
  cli_table_printf(table, "%.4f", after);
  cli_table_printf(table, "%+.4f", after - before);
}

static dove_status print_sides(const dove_preview *preview, dove_error *error) {
  const dove_preview_side *a = &preview->before, *b = &preview->after;
  const double m = (double)a->objective.codes_per_document;
  cli_table table;
  cli_table_begin(&table, "lrrr", (const char *[]){"", "before", "after", "change"});
  cli_table_text(&table, "K");
  cli_table_printf(&table, "%zu", a->codes);
  cli_table_printf(&table, "%zu", b->codes);
  cli_table_printf(&table, "%+lld", (long long)b->codes - (long long)a->codes);
  add_line(&table, "S", a->objective.score, b->objective.score);
  add_line(&table, "  -distortion", -a->objective.distortion, -b->objective.distortion);
  add_line(&table, "  +beta1 M H(z|x)", a->objective.beta1 * m * a->objective.conditional_entropy,
           b->objective.beta1 * m * b->objective.conditional_entropy);
  add_line(&table, "  -beta2 M H(z)", -a->objective.beta2 * m * a->objective.marginal_entropy,
           -b->objective.beta2 * m * b->objective.marginal_entropy);
  add_line(&table, "coverage: mean cosine", a->mean_cosine, b->mean_cosine);
  add_line(&table, "coverage: share with cosine >= 0.5", a->covered, b->covered);
  add_line(&table, "redundancy: mean nearest cosine", a->mean_neighbour, b->mean_neighbour);
  add_line(&table, "redundancy: largest nearest cosine", a->largest_neighbour, b->largest_neighbour);
  return cli_table_print(&table, stdout, error);
}

static dove_status print_scores(const dove_preview *preview, dove_error *error) {
  cli_table table;
  if (preview->score_count == 0) return DOVE_OK;
  printf("scores (%%), with the interval of score run %lld\n", (long long)preview->score_run);
  cli_table_begin(&table, "lllrrrl",
                  (const char *[]){"model", "culture", "role", "before", "after", "change", "interval"});
  for (size_t i = 0; i < preview->score_count; i++) {
    const dove_preview_score *row = &preview->scores[i];
    cli_table_text(&table, row->model);
    cli_table_text(&table, row->culture);
    cli_table_text(&table, row->role);
    cli_table_printf(&table, "%.2f", row->before);
    cli_table_printf(&table, "%.2f", row->after);
    cli_table_printf(&table, "%+.2f", row->after - row->before);
    if (isfinite(row->low)) {
      cli_table_printf(&table, "%.2f … %.2f", row->low, row->high);
    } else {
      cli_table_text(&table, "");
    }
  }
  return cli_table_print(&table, stdout, error);
}

static void print_names(const char *label, const char *names) {
  if (names[0] == '\0') return;
  fputs(label, stdout);
  cli_put_text(stdout, names);
  fputc('\n', stdout);
}

static dove_status print_preview(const dove_preview *preview, dove_error *error) {
  if (!preview->entries[0].applied) print_names("impossible: ", preview->entries[0].reason);
  print_names("gone: ", preview->names_gone);
  print_names("new: ", preview->names_new);
  dove_status status = print_sides(preview, error);
  printf("%lld of %lld judgments would go stale\n", (long long)preview->judgments_stale, (long long)preview->judgments);
  return status == DOVE_OK ? print_scores(preview, error) : status;
}

static dove_status preview(const cli_call *call, dove_store *store, const dove_store_new_override *entry,
                           dove_error *error) {
  const dove_preview_request request = {.run = entry->run,
                                        .t = entry->t,
                                        .rules = entry->kind == DOVE_REVIEW_VETO || cli_flag(call, "rules"),
                                        .entries = entry,
                                        .count = 1};
  dove_preview made;
  dove_status status = dove_preview_make(store, &request, &made, cli_progress_begin(call), error);
  cli_progress_end();
  if (status == DOVE_OK && call->json) {
    write_preview(&made);
  } else if (status == DOVE_OK) {
    status = print_preview(&made, error);
  }
  dove_preview_free(&made);
  return status;
}

/* ---- entering ---- */

/* The run of a decision: that of --run, else the newest that shows it. */
static dove_status find_decision(const cli_call *call, dove_store *store, dove_review_kind kind,
                                 dove_store_new_override *entry, dove_error *error) {
  dove_status status = cli_require(call, "decision", error);
  if (status != DOVE_OK) return status;
  const int64_t id = cli_integer(call, "decision", 0), run = run_of(call, store, NULL);
  const dove_store_decision_query query = {
      .run = run, .t = -1, .kind = -1, .show = DOVE_STORE_DONE_AND_LEFT, .limit = INT64_MAX};
  dove_store_decision_list list = {0};
  bool found = false;
  status = dove_store_decision_page(store, &query, &list, error);
  for (size_t i = 0; i < list.count && status == DOVE_OK; i++) {
    if (list.rows[i].id != id) continue;
    found = true;
    status = dove_review_of_decision(&list.rows[i], run, kind, entry, error);
  }
  dove_store_decision_list_free(&list);
  if (status != DOVE_OK || found) return status;
  return dove_fail(error, DOVE_NOT_FOUND, "run %lld has no decision %lld; 'dove export PROJECT decisions' lists them",
                   (long long)run, (long long)id);
}

static dove_status find_codes(const cli_call *call, dove_store *store, dove_review_kind kind,
                              dove_store_new_override *entry, dove_error *error) {
  int64_t t = 0;
  *entry = (dove_store_new_override){.kind = kind, .run = run_of(call, store, &t)};
  t = cli_integer(call, "at", t);
  entry->t = t + 1;
  dove_status status = cli_require(call, "code", error);
  if (status == DOVE_OK && kind == DOVE_REVIEW_MERGE) status = cli_require(call, "into", error);
  if (status == DOVE_OK && kind == DOVE_REVIEW_RENAME) status = cli_require(call, "name", error);
  if (status == DOVE_OK)
    status = dove_override_find_code(store, entry->run, t, cli_text(call, "code", ""), &entry->code, error);
  if (status == DOVE_OK && kind == DOVE_REVIEW_MERGE)
    status = dove_override_find_code(store, entry->run, t, cli_text(call, "into", ""), &entry->other, error);
  if (kind == DOVE_REVIEW_RENAME) entry->name = cli_text(call, "name", NULL);
  return status;
}

/* --as, else the name that is remembered; freed with free(). */
static dove_status find_author(const cli_call *call, char **author, dove_error *error) {
  const char *given = cli_text(call, "as", NULL);
  *author = given != NULL ? strdup(given) : dove_person_name();
  if (*author != NULL) return DOVE_OK;
  return given != NULL ? dove_fail_memory(error, "entering a review") : cli_require(call, "as", error);
}

static dove_status say_entered(const cli_call *call, dove_store *store, int64_t id, dove_error *error) {
  const dove_store_override_query query = {.t = -1, .id = id};
  dove_store_override_list list = {0};
  const dove_status status = dove_store_override_list_read(store, &query, &list, error);
  if (status == DOVE_OK && list.count == 1 && call->json) {
    dove_json_writer writer = dove_json_writer_on(stdout);
    write_review(&writer, &list.rows[0]);
  } else if (status == DOVE_OK && list.count == 1 && !call->quiet) {
    dove_buffer words = {0};
    dove_override_describe(&list.rows[0], &words);
    printf("review %lld: ", (long long)id);
    cli_put_text(stdout, dove_buffer_text(&words));
    fputc('\n', stdout);
    dove_buffer_free(&words);
  }
  dove_store_override_list_free(&list);
  return status;
}

static dove_status enter(const cli_call *call, dove_store *store, dove_store_new_override *entry, dove_error *error) {
  char *author = NULL;
  int64_t id = 0;
  dove_status status = dove_override_check(store, entry, error);
  if (status == DOVE_OK) status = find_author(call, &author, error);
  entry->author = author;
  if (status == DOVE_OK) status = dove_store_override_add(store, entry, &id, error);
  if (status == DOVE_OK) status = say_entered(call, store, id, error);
  free(author);
  return status;
}

static dove_status review(const cli_call *call, dove_store *store, dove_review_kind kind, dove_error *error) {
  const bool of_decision = kind <= DOVE_REVIEW_VETO;
  dove_store_new_override entry;
  dove_status status =
      of_decision ? find_decision(call, store, kind, &entry, error) : find_codes(call, store, kind, &entry, error);
  if (status != DOVE_OK) return status;
  entry.note = cli_text(call, "note", NULL);
  if (!cli_flag(call, "dry-run")) return enter(call, store, &entry, error);
  if (!dove_review_acts(kind))
    return dove_fail(error, DOVE_USAGE, "'%s' changes no codebook: there is nothing to show", call->arguments[1]);
  status = dove_override_check(store, &entry, error);
  return status == DOVE_OK ? preview(call, store, &entry, error) : status;
}

static dove_status withdraw(const cli_call *call, dove_store *store, bool withdrawn, dove_error *error) {
  char *author = NULL;
  dove_status status = cli_require(call, "review", error);
  if (status == DOVE_OK) status = find_author(call, &author, error);
  if (status == DOVE_OK)
    status = dove_store_override_withdraw(store, cli_integer(call, "review", 0), withdrawn, author, error);
  free(author);
  return status;
}

static dove_status run_on(const cli_call *call, dove_store *store, dove_error *error) {
  const char *what = call->arguments[1];
  dove_review_kind kind;
  if (strcmp(what, "list") == 0) return list_reviews(call, store, error);
  if (strcmp(what, "withdraw") == 0) return withdraw(call, store, true, error);
  if (strcmp(what, "restore") == 0) return withdraw(call, store, false, error);
  if (dove_review_kind_parse(what, &kind)) return review(call, store, kind, error);
  return dove_fail(error, DOVE_USAGE, "'dove review PROJECT' has no '%s'; it has: %s", what, call->verb->words);
}

static dove_status run_review(const cli_call *call, dove_error *error) {
  dove_store *store = NULL;
  dove_status status = cli_open_project(call->arguments[0], &store, error);
  if (status == DOVE_OK) status = run_on(call, store, error);
  dove_store_close(store);
  return status;
}
