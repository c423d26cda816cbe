#include "cli/code.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cli/output.h"
#include "cli/project.h"
#include "dove/buffer.h"
#include "dove/coding.h"
#include "dove/embed.h"
#include "dove/project_settings.h"
#include "dove/roles.h"
#include "dove/store_runs.h"
#include "dove/text.h"

enum { TEXT_LIMIT = 64 << 20 };

const cli_option cli_code_options[] = {
    {.name = "text", .kind = CLI_FILE, .value = "FILE", .help = "code this text, - for standard input; it is not kept"},
    {.name = "lang", .kind = CLI_TEXT, .value = "TAG", .help = "language of the text (default: judged by its script)"},
    {.name = NULL},
};

/* ---- One text ---- */

static dove_status read_stream(FILE *file, const char *name, dove_buffer *text, dove_error *error) {
  char block[1 << 16];
  size_t length;
  while ((length = fread(block, 1, sizeof block, file)) > 0) {
    if (text->length + length > TEXT_LIMIT) {
      return dove_fail(error, DOVE_INPUT, "'%s' is longer than %d MiB", name, TEXT_LIMIT >> 20);
    }
    dove_buffer_add(text, block, length);
  }
  if (ferror(file)) return dove_fail(error, DOVE_INPUT, "cannot read '%s': %s", name, strerror(errno));
  if (text->failed) return dove_fail_memory(error, "reading a text");
  if (text->length == 0) return dove_fail(error, DOVE_INPUT, "'%s' is empty", name);
  const size_t valid = dove_utf8_valid_prefix(text->data, text->length);
  if (valid < text->length) {
    return dove_fail(error, DOVE_INPUT, "'%s' is not UTF-8 text: byte %zu", name, valid + 1);
  }
  return DOVE_OK;
}

static dove_status read_text(const char *path, dove_buffer *text, dove_error *error) {
  if (strcmp(path, "-") == 0) return read_stream(stdin, "standard input", text, error);
  FILE *file = fopen(path, "re");
  if (file == NULL) return dove_fail(error, DOVE_INPUT, "cannot read '%s': %s", path, strerror(errno));
  const dove_status status = read_stream(file, path, text, error);
  fclose(file);
  return status;
}

static void write_expression(dove_json_writer *writer, const dove_value_expression *expression,
                             const dove_codebook *codebook, uint32_t code) {
  dove_json_object_begin(writer, true);
  dove_json_member_text(writer, "code_name", expression->code_name);
  dove_json_member_text(writer, "description", expression->description);
  dove_json_member_integer(writer, "evidence_start", (int64_t)expression->evidence_start);
  dove_json_member_integer(writer, "evidence_end", (int64_t)expression->evidence_end);
  dove_json_key(writer, "code");
  if (code == UINT32_MAX) {
    dove_json_null(writer);
  } else {
    dove_json_integer(writer, codebook->codes[code].id);
  }
  dove_json_object_end(writer);
}

static void print_text_json(const dove_text_coding *coding, const dove_codebook *codebook) {
  dove_json_writer writer = dove_json_writer_on(stdout);
  dove_json_object_begin(&writer, false);
  dove_json_key(&writer, "recognised");
  dove_json_array_begin(&writer, false);
  for (size_t i = 0; i < coding->recognised_count; i++) {
    const dove_codebook_code *code = &codebook->codes[coding->recognised[i]];
    dove_json_object_begin(&writer, true);
    dove_json_member_integer(&writer, "id", code->id);
    dove_json_member_text(&writer, "name", code->name);
    dove_json_member_number(&writer, "q", coding->recognised_q[i]);
    dove_json_object_end(&writer);
  }
  dove_json_array_end(&writer);
  dove_json_key(&writer, "expressions");
  dove_json_array_begin(&writer, false);
  for (size_t i = 0; i < coding->recognition.count; i++) {
    write_expression(&writer, &coding->recognition.expressions[i], codebook, coding->expression_codes[i]);
  }
  dove_json_array_end(&writer);
  dove_json_object_end(&writer);
}

static dove_status print_text(const dove_text_coding *coding, const dove_codebook *codebook, dove_error *error) {
  cli_table table;
  cli_table_begin(&table, "rl", (const char *[]){"q", "code"});
  for (size_t i = 0; i < coding->recognised_count; i++) {
    cli_table_printf(&table, "%.3f", coding->recognised_q[i]);
    cli_table_text(&table, codebook->codes[coding->recognised[i]].name);
  }
  dove_status status = cli_table_print(&table, stdout, error);
  if (status != DOVE_OK) return status;
  fputc('\n', stdout);
  cli_table_begin(&table, "ll", (const char *[]){"code", "expression"});
  for (size_t i = 0; i < coding->recognition.count; i++) {
    const uint32_t code = coding->expression_codes[i];
    cli_table_text(&table, code == UINT32_MAX ? "–" : codebook->codes[code].name);
    cli_table_text(&table, coding->recognition.expressions[i].description);
  }
  return cli_table_print(&table, stdout, error);
}

/* What coding a text takes. */
typedef struct coder {
  dove_settings settings;
  dove_codebook codebook;
  dove_recognizer recognizer;
  bool from_model;
  dove_embedder embedder;
} coder;

static dove_status open_coder(dove_store *store, coder *tools, dove_error *error) {
  dove_store_current current;
  dove_status status = dove_project_settings_load(store, &tools->settings, error);
  if (status == DOVE_OK) status = dove_store_current_codebook(store, &current, error);
  if (status == DOVE_OK) status = dove_codebook_load(store, current.run, current.t, &tools->codebook, error);
  if (status == DOVE_OK) status = dove_project_embedder(store, &tools->settings, false, &tools->embedder, error);
  if (status == DOVE_OK)
    status = dove_project_recognizer(store, &tools->settings, &tools->recognizer, &tools->from_model, error);
  return status;
}

static void close_coder(coder *tools) {
  if (tools->recognizer.operations != NULL) dove_recognizer_close(&tools->recognizer);
  if (tools->embedder.operations != NULL) dove_embedder_close(&tools->embedder);
  dove_codebook_free(&tools->codebook);
}

static dove_status code_text(const cli_call *call, dove_store *store, const char *text, dove_error *error) {
  coder tools = {0};
  dove_text_coding coding = {0};
  dove_status status = open_coder(store, &tools, error);
  if (status == DOVE_OK) {
    status = dove_code_text(&tools.codebook, &tools.recognizer, &tools.embedder, &tools.settings, text,
                            cli_text(call, "lang", NULL), &coding, cli_progress_begin(call), error);
    cli_progress_end();
  }
  if (status == DOVE_OK && call->json) print_text_json(&coding, &tools.codebook);
  if (status == DOVE_OK && !call->json) status = print_text(&coding, &tools.codebook, error);
  dove_text_coding_free(&coding);
  close_coder(&tools);
  return status;
}

/* ---- All documents ---- */

static dove_status code_documents(const cli_call *call, dove_store *store, dove_error *error) {
  dove_store_current current;
  dove_coding coding = {0};
  dove_status status = dove_store_current_codebook(store, &current, error);
  if (status != DOVE_OK) return status;
  status = dove_code_documents(store, current.run, current.t, NULL, 0, &coding, cli_progress_begin(call), error);
  cli_progress_end();
  if (status == DOVE_OK && call->json) {
    dove_json_writer writer = dove_json_writer_on(stdout);
    dove_json_object_begin(&writer, false);
    dove_json_member_integer(&writer, "run", current.run);
    dove_json_member_integer(&writer, "t", current.t);
    dove_json_member_integer(&writer, "documents", (int64_t)coding.documents);
    dove_json_member_integer(&writer, "coded_now", (int64_t)coding.coded_now);
    dove_json_member_integer(&writer, "uncoded", (int64_t)coding.uncoded);
    dove_json_object_end(&writer);
  } else if (status == DOVE_OK && !call->quiet) {
    printf("%zu documents are coded, %zu of them now; %zu have no expression with a vector\n", coding.documents,
           coding.coded_now, coding.uncoded);
  }
  dove_coding_free(&coding);
  return status;
}

dove_status cli_run_code(const cli_call *call, dove_error *error) {
  const char *path = cli_text(call, "text", NULL);
  if (path == NULL && cli_has(call, "lang")) return dove_fail(error, DOVE_USAGE, "--lang goes with --text");
  dove_store *store = NULL;
  dove_buffer text = {0};
  dove_status status = path != NULL ? read_text(path, &text, error) : DOVE_OK;
  if (status == DOVE_OK) status = cli_open_project(call->arguments[0], &store, error);
  if (status == DOVE_OK) {
    status = path != NULL ? code_text(call, store, dove_buffer_text(&text), error) : code_documents(call, store, error);
  }
  dove_store_close(store);
  dove_buffer_free(&text);
  return status;
}
