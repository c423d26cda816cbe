#include "cli/usage.h"

#include <math.h>
#include <stdlib.h>

#include "cli/output.h"
#include "cli/project.h"
#include "dove/buffer.h"
#include "dove/memory.h"
#include "dove/model_usage.h"

const cli_option cli_usage_options[] = {
    {.name = "first",
     .kind = CLI_TEXT,
     .value = "SIDE",
     .help = "a culture, a model (\"cedar · Korean\" in a role), people or models: its means with intervals"},
    {.name = "second",
     .kind = CLI_TEXT,
     .value = "SIDE",
     .help = "the side that is taken from the first: their differences, with intervals"},
    CLI_RUN("with the codebook of this run (default: the current codebook)"),
    CLI_ITERATION("the iteration of --run (default: the one in use)"),
    {.name = NULL},
};

/* ---- All groups ---- */

static bool is_coded(const dove_usage_group *group) { return group->documents > 0; }

static void write_matrix(const dove_usage_matrix *matrix) {
  dove_json_writer writer = dove_json_writer_on(stdout);
  dove_json_object_begin(&writer, false);
  dove_json_key(&writer, "groups");
  dove_json_array_begin(&writer, false);
  for (size_t g = 0; g < matrix->groups; g++) {
    if (!is_coded(&matrix->group[g])) continue;
    dove_json_object_begin(&writer, true);
    dove_json_member_text(&writer, "name", matrix->group[g].name);
    dove_json_member_bool(&writer, "human", matrix->group[g].human);
    dove_json_member_integer(&writer, "documents", matrix->group[g].documents);
    dove_json_object_end(&writer);
  }
  dove_json_array_end(&writer);
  dove_json_key(&writer, "codes");
  dove_json_array_begin(&writer, false);
  for (size_t k = 0; k < matrix->codes; k++) {
    dove_json_object_begin(&writer, true);
    dove_json_member_integer(&writer, "id", matrix->ids[k]);
    dove_json_member_text(&writer, "name", matrix->names[k]);
    dove_json_key(&writer, "means");
    dove_json_array_begin(&writer, true);
    for (size_t g = 0; g < matrix->groups; g++) {
      if (is_coded(&matrix->group[g])) dove_json_number(&writer, matrix->mean[g * matrix->codes + k]);
    }
    dove_json_array_end(&writer);
    dove_json_object_end(&writer);
  }
  dove_json_array_end(&writer);
  dove_json_object_end(&writer);
}

/* Headings and their alignment for the groups; both are freed with free(). */
static bool head(const dove_usage_matrix *matrix, const char ***headings, char **aligned) {
  size_t columns = 0;
  *headings = dove_alloc(matrix->groups + 1, sizeof **headings);
  *aligned = dove_alloc_zero(matrix->groups + 2, 1);
  if (*headings == NULL || *aligned == NULL) return false;
  (*headings)[columns] = "mean q in %";
  (*aligned)[columns++] = 'l';
  for (size_t g = 0; g < matrix->groups; g++) {
    if (!is_coded(&matrix->group[g])) continue;
    (*headings)[columns] = matrix->group[g].name;
    (*aligned)[columns++] = 'r';
  }
  return true;
}

static dove_status print_matrix(const dove_usage_matrix *matrix, dove_error *error) {
  const char **headings = NULL;
  char *aligned = NULL;
  if (!head(matrix, &headings, &aligned)) {
    free(headings);
    free(aligned);
    return dove_fail_memory(error, "printing the usage of codes");
  }
  cli_table table;
  cli_table_begin(&table, aligned, headings);
  for (size_t k = 0; k < matrix->codes; k++) {
    cli_table_text(&table, matrix->names[k]);
    for (size_t g = 0; g < matrix->groups; g++) {
      if (is_coded(&matrix->group[g])) cli_table_printf(&table, "%.1f", 100 * matrix->mean[g * matrix->codes + k]);
    }
  }
  const dove_status status = cli_table_print(&table, stdout, error);
  free(headings);
  free(aligned);
  return status;
}

/* ---- Two sides ---- */

static dove_status find_side(const dove_usage_matrix *matrix, const char *name, int *side, dove_error *error) {
  if (name == NULL) {
    *side = DOVE_SIDE_NONE;
    return DOVE_OK;
  }
  if (dove_side_find(matrix, name, side)) return DOVE_OK;
  dove_buffer there = {0};
  for (int i = DOVE_SIDE_MODELS; i < (int)matrix->groups; i++) {
    dove_buffer_printf(&there, "%s%s", there.length > 0 ? ", " : "", dove_side_name(matrix, i));
  }
  dove_fail(error, DOVE_NOT_FOUND, "there is no side '%s'; there are %s", name, dove_buffer_text(&there));
  dove_buffer_free(&there);
  return DOVE_NOT_FOUND;
}

static void write_contrast(const dove_usage_matrix *matrix, const int side[2], const dove_usage_contrast *contrast) {
  dove_json_writer writer = dove_json_writer_on(stdout);
  dove_json_object_begin(&writer, false);
  dove_json_member_text(&writer, "first", dove_side_name(matrix, side[0]));
  dove_json_member_text(&writer, "second", dove_side_name(matrix, side[1]));
  dove_json_member_integer(&writer, "documents_first", (int64_t)contrast->documents_first);
  dove_json_member_integer(&writer, "documents_second", (int64_t)contrast->documents_second);
  dove_json_member_integer(&writer, "topics", (int64_t)contrast->topics);
  dove_json_key(&writer, "codes");
  dove_json_array_begin(&writer, false);
  for (size_t k = 0; k < contrast->codes; k++) {
    const dove_contrast *code = &contrast->code[k];
    dove_json_object_begin(&writer, true);
    dove_json_member_integer(&writer, "id", matrix->ids[k]);
    dove_json_member_text(&writer, "name", matrix->names[k]);
    dove_json_member_number(&writer, "first", code->first);
    dove_json_member_number(&writer, "second", code->second);
    dove_json_member_number(&writer, "difference", code->difference);
    dove_json_member_number(&writer, "low", code->low);
    dove_json_member_number(&writer, "high", code->high);
    dove_json_object_end(&writer);
  }
  dove_json_array_end(&writer);
  dove_json_object_end(&writer);
}

static void add_points(cli_table *table, double value) {
  if (isnan(value)) {
    cli_table_text(table, "–");
  } else {
    cli_table_printf(table, "%+.1f", 100 * value);
  }
}

static dove_status print_contrast(const dove_usage_matrix *matrix, const int side[2],
                                  const dove_usage_contrast *contrast, dove_error *error) {
  cli_table table;
  cli_table_begin(&table, "lrrrrr",
                  (const char *[]){"mean q in %", dove_side_name(matrix, side[0]), dove_side_name(matrix, side[1]),
                                   "difference", "low", "high"});
  for (size_t k = 0; k < contrast->codes; k++) {
    const dove_contrast *code = &contrast->code[k];
    cli_table_text(&table, matrix->names[k]);
    cli_table_printf(&table, "%.1f", 100 * code->first);
    cli_table_printf(&table, "%.1f", 100 * code->second);
    add_points(&table, code->difference);
    add_points(&table, code->low);
    add_points(&table, code->high);
  }
  return cli_table_print(&table, stdout, error);
}

static dove_status tell_sides(const cli_call *call, dove_model *model, const dove_usage_matrix *matrix,
                              dove_error *error) {
  int side[2];
  dove_usage_contrast contrast = {0};
  dove_status status = find_side(matrix, cli_text(call, "first", NULL), &side[0], error);
  if (status == DOVE_OK) status = find_side(matrix, cli_text(call, "second", NULL), &side[1], error);
  if (status == DOVE_OK) status = dove_model_contrast(model, side[0], side[1], &contrast, error);
  if (status == DOVE_OK && call->json) {
    write_contrast(matrix, side, &contrast);
  } else if (status == DOVE_OK) {
    status = print_contrast(matrix, side, &contrast, error);
  }
  dove_usage_contrast_free(&contrast);
  return status;
}

/* ---- The verb ---- */

static dove_status choose_codebook(const cli_call *call, dove_model *model, dove_error *error) {
  if (!cli_has(call, "run")) return DOVE_OK;
  dove_store_current chosen;
  const dove_status status = dove_store_codebook_of_run(dove_model_store(model), cli_integer(call, "run", 0),
                                                        cli_integer(call, "at", -1), &chosen, error);
  return status == DOVE_OK ? dove_model_view_set(model, chosen.run, chosen.t, error) : status;
}

static dove_status tell(const cli_call *call, dove_model *model, dove_error *error) {
  const dove_usage_matrix *matrix = NULL;
  dove_status status = choose_codebook(call, model, error);
  if (status == DOVE_OK) status = dove_model_usage(model, &matrix, error);
  if (status != DOVE_OK) return status;
  if (cli_has(call, "first")) return tell_sides(call, model, matrix, error);
  if (!call->json) return print_matrix(matrix, error);
  write_matrix(matrix);
  return DOVE_OK;
}

dove_status cli_run_usage(const cli_call *call, dove_error *error) {
  if (cli_has(call, "at") && !cli_has(call, "run")) return dove_fail(error, DOVE_USAGE, "--at goes with --run");
  if (cli_has(call, "second") && !cli_has(call, "first"))
    return dove_fail(error, DOVE_USAGE, "--second goes with --first");
  dove_model *model = NULL;
  dove_status status = cli_check_project(call->arguments[0], error);
  if (status == DOVE_OK) status = dove_model_open(call->arguments[0], &model, error);
  if (status == DOVE_OK) status = tell(call, model, error);
  dove_model_close(model);
  return status;
}
