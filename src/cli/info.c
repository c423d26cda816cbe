#include "cli/info.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cli/output.h"
#include "cli/project.h"
#include "cli/spending.h"
#include "dove/csv.h"
#include "dove/model.h"
#include "dove/project_settings.h"
#include "dove/store_verdicts.h"

/* ---- Settings ---- */

void cli_write_setting_value(dove_json_writer *writer, const char *value) {
  double number;
  if (dove_csv_number(value, &number)) {
    dove_json_number(writer, number);
  } else {
    dove_json_text(writer, value);
  }
}

void cli_write_settings(dove_json_writer *writer, const dove_settings *settings) {
  dove_json_object_begin(writer, false);
  for (size_t i = 0; i < dove_setting_count(); i++) {
    const dove_setting_info info = dove_setting_at(i);
    char value[512];
    if (dove_settings_get(settings, info.key, value, sizeof value, NULL) != DOVE_OK) continue;
    dove_json_key(writer, info.key);
    cli_write_setting_value(writer, value);
  }
  dove_json_object_end(writer);
}

/* ---- What there is ---- */

typedef struct project_facts {
  const dove_overview *overview;
  dove_view view;
  const dove_store_iteration *iteration; /* NULL without a codebook */
  dove_settings settings;
  dove_store_verdict_counts verdicts;
  int64_t translations; /* documents with one */
  dove_store_ledger ledger;
} project_facts;

static dove_status gather(dove_model *model, project_facts *facts, dove_error *error) {
  dove_store *store = dove_model_store(model);
  dove_status status = dove_model_overview(model, &facts->overview, error);
  if (status == DOVE_OK) status = dove_project_settings_load(store, &facts->settings, error);
  if (status == DOVE_OK) status = dove_store_verdict_counts_read(store, &facts->verdicts, error);
  if (status == DOVE_OK) status = dove_store_translation_count(store, &facts->translations, error);
  if (status == DOVE_OK) {
    facts->view = dove_model_view(model);
    facts->iteration = dove_model_iteration(model);
  }
  return status;
}

static void write_labels(dove_json_writer *writer, const char *key, const dove_store_label_list *labels) {
  dove_json_key(writer, key);
  dove_json_object_begin(writer, true);
  for (size_t i = 0; i < labels->count; i++) {
    if (labels->rows[i].documents > 0) {
      dove_json_member_integer(writer, labels->rows[i].name, labels->rows[i].documents);
    }
  }
  dove_json_object_end(writer);
}

static void write_codebook(dove_json_writer *writer, const project_facts *facts) {
  dove_json_key(writer, "codebook");
  if (facts->iteration == NULL) {
    dove_json_null(writer);
    return;
  }
  dove_json_object_begin(writer, false);
  dove_json_member_integer(writer, "run", facts->view.run);
  dove_json_member_integer(writer, "t", facts->view.t);
  dove_json_member_integer(writer, "iterations", facts->view.iterations);
  dove_json_member_integer(writer, "codes", facts->iteration->codes);
  dove_json_member_number(writer, "S", facts->iteration->S);
  dove_json_member_number(writer, "sigma2", facts->iteration->sigma2);
  dove_json_member_number(writer, "perplexity", facts->iteration->perplexity);
  dove_json_object_end(writer);
}

static void write_embedder(dove_json_writer *writer, const dove_overview *overview) {
  dove_json_key(writer, "embedder");
  if (overview->embedder[0] == '\0') {
    dove_json_null(writer);
    return;
  }
  dove_json_object_begin(writer, false);
  dove_json_member_text(writer, "name", overview->embedder);
  dove_json_member_integer(writer, "dimension", overview->dimension);
  dove_json_object_end(writer);
}

/* Questions with how many documents have each of their labels. */
static void write_verdicts(dove_json_writer *writer, const dove_store_verdict_counts *counts) {
  dove_json_key(writer, "verdicts");
  dove_json_object_begin(writer, false);
  for (size_t i = 0; i < counts->count; i++) {
    const dove_store_verdict_count *row = &counts->rows[i];
    const bool first = i == 0 || strcmp(counts->rows[i - 1].question, row->question) != 0;
    const bool last = i + 1 == counts->count || strcmp(counts->rows[i + 1].question, row->question) != 0;
    if (first) {
      dove_json_key(writer, row->question);
      dove_json_object_begin(writer, true);
    }
    dove_json_member_integer(writer, row->label, row->documents);
    if (last) dove_json_object_end(writer);
  }
  dove_json_object_end(writer);
}

static void print_json(const project_facts *facts) {
  const dove_store_counts *counts = &facts->overview->counts;
  dove_json_writer writer = dove_json_writer_on(stdout);
  dove_json_object_begin(&writer, false);
  dove_json_key(&writer, "documents");
  dove_json_object_begin(&writer, false);
  dove_json_member_integer(&writer, "total", counts->documents);
  dove_json_member_integer(&writer, "human", counts->documents_human);
  dove_json_member_integer(&writer, "model", counts->documents_model);
  write_labels(&writer, "by_culture", &facts->overview->cultures);
  write_labels(&writer, "by_source", &facts->overview->sources);
  dove_json_object_end(&writer);
  dove_json_member_integer(&writer, "topics", counts->topics);
  dove_json_member_integer(&writer, "expressions", counts->expressions);
  dove_json_member_integer(&writer, "expressions_embedded", counts->expressions_embedded);
  write_embedder(&writer, facts->overview);
  write_codebook(&writer, facts);
  dove_json_member_integer(&writer, "runs", counts->runs);
  dove_json_member_integer(&writer, "scores", counts->scores);
  write_verdicts(&writer, &facts->verdicts);
  dove_json_member_integer(&writer, "translations", facts->translations);
  cli_write_ledger(&writer, &facts->ledger);
  dove_json_key(&writer, "settings");
  cli_write_settings(&writer, &facts->settings);
  dove_json_object_end(&writer);
}

static void print_labels(const char *heading, const dove_store_label_list *labels) {
  printf("%s", heading);
  const char *separator = "";
  for (size_t i = 0; i < labels->count; i++) {
    if (labels->rows[i].documents == 0 || labels->rows[i].name[0] == '\0') continue;
    fputs(separator, stdout);
    cli_put_text(stdout, labels->rows[i].name);
    printf(" %lld", (long long)labels->rows[i].documents);
    separator = ", ";
  }
  fputc('\n', stdout);
}

static const char *next_verb(dove_next_step next) {
  switch (next) {
    case DOVE_NEXT_IMPORT: return "dove import";
    case DOVE_NEXT_EXTRACT: return "dove extract";
    case DOVE_NEXT_EMBED: return "dove embed";
    case DOVE_NEXT_BUILD: return "dove build";
    case DOVE_NEXT_SCORE: return "dove score";
    case DOVE_NEXT_NOTHING: return NULL;
  }
  return NULL;
}

static void print_changed_settings(const dove_settings *settings) {
  dove_settings defaults;
  dove_settings_defaults(&defaults);
  const char *separator = "settings      ";
  for (size_t i = 0; i < dove_setting_count(); i++) {
    const dove_setting_info info = dove_setting_at(i);
    char value[512], preset[512];
    if (dove_settings_get(settings, info.key, value, sizeof value, NULL) != DOVE_OK) continue;
    if (dove_settings_get(&defaults, info.key, preset, sizeof preset, NULL) != DOVE_OK) continue;
    if (strcmp(value, preset) == 0) continue;
    printf("%s%s = ", separator, info.key);
    cli_put_text(stdout, value);
    separator = ", ";
  }
  fputs(separator[0] == ',' ? "; the others have their defaults\n" : "settings      all defaults\n", stdout);
}

/* A line for each question: "subjectivity  subjective 70, mixed 10". */
static void print_verdicts(const dove_store_verdict_counts *counts) {
  for (size_t i = 0; i < counts->count; i++) {
    const dove_store_verdict_count *row = &counts->rows[i];
    const bool first = i == 0 || strcmp(counts->rows[i - 1].question, row->question) != 0;
    if (first && i > 0) fputc('\n', stdout);
    if (first) printf("  %-12s", row->question);
    fputs(first ? " " : ", ", stdout);
    cli_put_text(stdout, row->label);
    printf(" %lld", (long long)row->documents);
  }
  if (counts->count > 0) fputc('\n', stdout);
}

static void print_text(const char *path, const project_facts *facts) {
  const dove_store_counts *counts = &facts->overview->counts;
  fputs("project       ", stdout);
  cli_put_text(stdout, path);
  printf("\ndocuments     %lld: %lld by people, %lld by models; %lld topics\n", (long long)counts->documents,
         (long long)counts->documents_human, (long long)counts->documents_model, (long long)counts->topics);
  print_labels("  cultures    ", &facts->overview->cultures);
  print_labels("  sources     ", &facts->overview->sources);
  print_verdicts(&facts->verdicts);
  if (facts->translations > 0) printf("  translated   %lld\n", (long long)facts->translations);
  printf("expressions   %lld, %lld of them embedded\n", (long long)counts->expressions,
         (long long)counts->expressions_embedded);
  if (facts->overview->embedder[0] != '\0') {
    fputs("embedder      ", stdout);
    cli_put_text(stdout, facts->overview->embedder);
    printf(", %d dimensions\n", facts->overview->dimension);
  }
  if (facts->iteration != NULL) {
    printf("codebook      run %lld, iteration %lld of 0 … %lld: %lld codes, S %.4f, σ² %.4f, perplexity %.2f\n",
           (long long)facts->view.run, (long long)facts->view.t, (long long)facts->view.iterations - 1,
           (long long)facts->iteration->codes, facts->iteration->S, facts->iteration->sigma2,
           facts->iteration->perplexity);
  }
  printf("scores        %lld\n", (long long)counts->scores);
  cli_print_ledger(&facts->ledger);
  print_changed_settings(&facts->settings);
  const char *next = next_verb(facts->overview->next);
  if (next != NULL) printf("next          %s\n", next);
}

dove_status cli_print_info(const cli_call *call, const char *path, dove_error *error) {
  dove_model *model = NULL;
  project_facts found = {0};
  dove_status status = cli_check_project(path, error);
  if (status == DOVE_OK) status = dove_model_open(path, &model, error);
  if (status != DOVE_OK) return status;
  status = gather(model, &found, error);
  if (status == DOVE_OK) status = dove_store_ledger_read(dove_model_store(model), 0, &found.ledger, error);
  if (status == DOVE_OK && call->json) print_json(&found);
  if (status == DOVE_OK && !call->json) print_text(path, &found);
  dove_store_verdict_counts_free(&found.verdicts);
  dove_store_ledger_free(&found.ledger);
  dove_model_close(model);
  return status;
}

dove_status cli_run_info(const cli_call *call, dove_error *error) {
  return cli_print_info(call, call->arguments[0], error);
}
