#include "cli/spending.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cli/output.h"

void cli_take_spending(const cli_call *call, dove_job_request *request) {
  for (size_t i = 0; i < call->given_count; i++) {
    const cli_given *given = &call->given[i];
    if (strcmp(given->option->name, "budget") == 0) request->budget = cli_real(call, "budget", -1);
    if (strcmp(given->option->name, "retry-failed") == 0) request->failed_only = true;
  }
}

/* ---- A dry run ---- */

static void print_range(const char *what, const dove_token_range *range, bool exact) {
  if (exact) {
    printf("%s %lld tokens, counted by the server", what, (long long)range->about);
  } else if (range->most < 0) {
    printf("%s about %lld tokens, no limit is set", what, (long long)range->about);
  } else {
    printf("%s about %lld tokens (%lld … %lld)", what, (long long)range->about, (long long)range->least,
           (long long)range->most);
  }
}

static void print_plan_cost(const dove_ledger_row *row) {
  if (!row->priced) {
    printf("  cost unknown: '%s.price_in' and '%s.price_out' are not set\n", row->role, row->role);
  } else if (isnan(row->plan_most)) {
    printf("  cost about %.6g, at least %.6g; '%s.max_tokens' would bound it\n", row->plan_about, row->plan_least,
           row->role);
  } else {
    printf("  cost about %.6g (%.6g … %.6g)\n", row->plan_about, row->plan_least, row->plan_most);
  }
}

static void print_plan_row(const dove_ledger_row *row) {
  printf("%s ", row->role);
  cli_put_text(stdout, row->model);
  printf(": %llu requests would be sent, %llu are answered in the cache", (unsigned long long)row->requests,
         (unsigned long long)row->cached);
  if (row->left > 0) printf(", %llu are left: they did not fail", (unsigned long long)row->left);
  printf("\n");
  if (row->requests == 0) return;
  print_range("  in", &row->plan_in, row->plan_exact);
  if (row->plan_out.most != 0) print_range("; out", &row->plan_out, false);
  printf("\n");
  print_plan_cost(row);
}

void cli_print_plan(const dove_job_result *result) {
  for (size_t i = 0; i < result->spending_count; i++) print_plan_row(&result->spending[i]);
}

/* ---- JSON ---- */

static void write_range(dove_json_writer *writer, const char *key, const dove_token_range *range, bool exact) {
  dove_json_key(writer, key);
  dove_json_object_begin(writer, true);
  dove_json_member_integer(writer, "least", range->least);
  dove_json_member_integer(writer, "about", range->about);
  dove_json_key(writer, "most");
  if (range->most < 0) {
    dove_json_null(writer);
  } else {
    dove_json_integer(writer, range->most);
  }
  dove_json_member_bool(writer, "exact", exact);
  dove_json_object_end(writer);
}

static void write_plan_row(dove_json_writer *writer, const dove_ledger_row *row) {
  dove_json_member_integer(writer, "would_send", (int64_t)row->requests);
  dove_json_member_integer(writer, "cached", (int64_t)row->cached);
  dove_json_member_integer(writer, "left", (int64_t)row->left);
  write_range(writer, "tokens_in", &row->plan_in, row->plan_exact && row->requests > 0);
  write_range(writer, "tokens_out", &row->plan_out, row->plan_out.most == 0);
  dove_json_key(writer, "cost");
  dove_json_object_begin(writer, true);
  dove_json_member_number(writer, "least", row->priced ? row->plan_least : (double)NAN);
  dove_json_member_number(writer, "about", row->priced ? row->plan_about : (double)NAN);
  dove_json_member_number(writer, "most", row->priced ? row->plan_most : (double)NAN);
  dove_json_object_end(writer);
}

static void write_done(dove_json_writer *writer, const dove_store_ledger_row *row) {
  dove_json_member_integer(writer, "answered", row->requests);
  dove_json_member_integer(writer, "cached", row->cached);
  dove_json_member_integer(writer, "failed", row->failed);
  dove_json_member_integer(writer, "attempts", row->attempts);
  dove_json_member_integer(writer, "refusals", row->refusals);
  dove_json_member_integer(writer, "tokens_in", row->tokens_in);
  dove_json_member_integer(writer, "tokens_out", row->tokens_out);
  dove_json_member_integer(writer, "estimated", row->estimated);
  dove_json_member_number(writer, "cost", row->cost);
  dove_json_member_number(writer, "expected_cost", row->expected);
  dove_json_member_integer(writer, "expected_tokens_in", row->expected_in);
  dove_json_member_integer(writer, "expected_tokens_out", row->expected_out);
}

static void begin_row(dove_json_writer *writer, const char *role, const char *endpoint, const char *model) {
  dove_json_object_begin(writer, false);
  dove_json_member_text(writer, "role", role);
  dove_json_member_text(writer, "endpoint", endpoint);
  dove_json_member_text(writer, "model", model);
}

void cli_write_spending(dove_json_writer *writer, const dove_job_result *result, bool dry_run) {
  dove_json_key(writer, "requests");
  dove_json_array_begin(writer, false);
  for (size_t i = 0; i < result->spending_count; i++) {
    const dove_ledger_row *row = &result->spending[i];
    begin_row(writer, row->role, row->endpoint, row->model);
    if (dry_run) {
      write_plan_row(writer, row);
    } else {
      const dove_store_ledger_row done = {.requests = (int64_t)row->requests,
                                          .cached = (int64_t)row->cached,
                                          .failed = (int64_t)row->failed,
                                          .attempts = (int64_t)row->attempts,
                                          .refusals = (int64_t)row->refusals,
                                          .tokens_in = row->tokens_in,
                                          .tokens_out = row->tokens_out,
                                          .estimated = (int64_t)row->estimated,
                                          .cost = row->priced ? row->cost : (double)NAN,
                                          .expected = row->priced ? row->expected : (double)NAN,
                                          .expected_in = row->expected_in,
                                          .expected_out = row->expected_out};
      write_done(writer, &done);
    }
    dove_json_object_end(writer);
  }
  dove_json_array_end(writer);
}

/* ---- The project's ledger ---- */

void cli_write_ledger(dove_json_writer *writer, const dove_store_ledger *ledger) {
  dove_json_key(writer, "requests");
  dove_json_array_begin(writer, false);
  for (size_t i = 0; i < ledger->count; i++) {
    begin_row(writer, ledger->rows[i].role, ledger->rows[i].endpoint, ledger->rows[i].model);
    write_done(writer, &ledger->rows[i]);
    dove_json_object_end(writer);
  }
  dove_json_array_end(writer);
}

static void print_ledger_row(const char *heading, const dove_store_ledger_row *row) {
  printf("%-14s", heading);
  cli_put_text(stdout, row->role);
  fputc(' ', stdout);
  cli_put_text(stdout, row->model);
  printf(": %lld answered, %lld from the cache, %lld failed; %s%lld tokens in, %lld out", (long long)row->requests,
         (long long)row->cached, (long long)row->failed, row->estimated > 0 ? "about " : "", (long long)row->tokens_in,
         (long long)row->tokens_out);
  if (!isnan(row->cost)) printf("; cost %.6g, expected %.6g", row->cost, row->expected);
  printf("\n");
}

void cli_print_ledger(const dove_store_ledger *ledger) {
  double total = 0;
  for (size_t i = 0; i < ledger->count; i++) {
    print_ledger_row(i == 0 ? "requests" : "", &ledger->rows[i]);
    if (!isnan(ledger->rows[i].cost)) total += ledger->rows[i].cost;
  }
  if (ledger->count > 1 && total > 0) printf("%-14scost of all: %.6g\n", "", total);
}
