/* The verbs that make a project, look at it, and take things out of it. */
#include "cli/project.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/batch.h"
#include "cli/files.h"
#include "cli/info.h"
#include "cli/output.h"
#include "cli/verb.h"
#include "dove/annotation.h"
#include "dove/export.h"
#include "dove/project_settings.h"
#include "dove/settings.h"
#include "dove/store_check.h"
#include "dove/store_project.h"
#include "dove/store_search.h"

static dove_status run_new(const cli_call *call, dove_error *error);
static dove_status run_config(const cli_call *call, dove_error *error);
static dove_status run_export(const cli_call *call, dove_error *error);
static dove_status run_check(const cli_call *call, dove_error *error);

static const cli_option new_options[] = {
    {.name = "preset",
     .kind = CLI_CHOICE,
     .value = "NAME",
     .choices = "paper",
     .help = "settings to start with: paper (refinement stops when S > 1)"},
    {.name = "set", .kind = CLI_TEXT, .value = "KEY=VALUE", .repeated = true, .help = "a setting"},
    {.name = NULL},
};

static const cli_option check_options[] = {
    {.name = "repair", .kind = CLI_FLAG, .help = "make the search index anew from the texts, then check"},
    {.name = NULL},
};

static const cli_option config_options[] = {
    {.name = "reset", .kind = CLI_FLAG, .help = "put KEY back to its default"},
    {.name = NULL},
};

static const cli_option export_options[] = {
    {.name = "output",
     .letter = 'o',
     .kind = CLI_FILE,
     .value = "FILE",
     .help = "write to FILE (complete or not at all)"},
    {.name = "format",
     .kind = CLI_CHOICE,
     .value = "NAME",
     .choices = "json jsonl csv npy md html qdc qdpx doccano label-studio prodigy",
     .help = "json, jsonl, csv or npy (default: jsonl for documents and expressions, otherwise json); of codebook also "
             "md, html and qdc; of spans qdpx (default), doccano, label-studio, prodigy or csv; of annotations any "
             "of them but npy, md, html and qdc"},
    {.name = "round",
     .kind = CLI_TEXT,
     .value = "R",
     .help = "annotations: of this round, by number, name or uuid (default: all)"},
    CLI_RUN("this codebook run, of scores this score run (default: the current one)"),
    CLI_ITERATION("this iteration of the run (default: the one in use)"),
    {.name = "explain", .kind = CLI_FLAG, .help = "scores: with their codes and flows"},
    {.name = "role",
     .kind = CLI_CHOICE,
     .value = "ROLE",
     .choices = "recognizer embedder namer decoder examinee judge translator",
     .help = "batch: the requests of this role (default: recognizer)"},
    {.name = "model", .kind = CLI_TEXT, .value = "NAME", .help = "batch: the examinee's model, as for 'dove generate'"},
    {.name = "playing", .kind = CLI_TEXT, .value = "ROLE", .help = "batch: the role that the examinee plays"},
    {.name = "samples",
     .kind = CLI_INTEGER,
     .value = "N",
     .low = 1,
     .high = 1000,
     .help = "batch: the examinee's documents for each topic (default: 1)"},
    {.name = "answers",
     .kind = CLI_CHOICE,
     .value = "WHICH",
     .choices = "all none",
     .help = "bundle: all (default) keeps the models' answers, so that running it again asks nobody; none drops them"},
    {.name = NULL},
};

const cli_verb cli_project_verbs[] = {
    {.name = "new",
     .arguments = "PROJECT",
     .words = "",
     .summary = "makes a project",
     .details = "A file that is there already is never replaced.",
     .options = new_options,
     .least = 1,
     .most = 1,
     .run = run_new},
    {.name = "config",
     .arguments = "PROJECT [KEY [VALUE]]",
     .words = "",
     .summary = "lists, reads or sets a setting",
     .details = "Unknown keys and values out of range are refused.",
     .options = config_options,
     .least = 1,
     .most = 3,
     .traits = CLI_JSON,
     .run = run_config},
    {.name = "info",
     .arguments = "PROJECT",
     .words = "",
     .summary = "shows what a project holds, and its settings",
     .details = "",
     .least = 1,
     .most = 1,
     .traits = CLI_JSON,
     .run = cli_run_info},
    {.name = "check",
     .arguments = "PROJECT",
     .words = "",
     .summary = "checks a project's integrity",
     .details = "Reads the whole file. Ends with code 5 when there is damage; notes are not damage.",
     .options = check_options,
     .least = 1,
     .most = 1,
     .traits = CLI_JSON,
     .run = run_check},
    {.name = "export",
     .arguments = "PROJECT WHAT",
     .words =
         "documents expressions vectors codebook coding decisions iterations scores spans annotations batch bundle",
     .summary = "writes what a project holds, for other programs",
     .details =
         "Spans are documents with their coded spans, for other tools (positions are code points). Annotations are "
         "rounds, items, judgments, consensus and reviews, which 'dove import --as annotations' takes back in every "
         "format. A "
         "batch is what models would be asked, for a provider's Batch API; 'dove import --as batch' takes the results. "
         "A bundle is a compact copy of the project for showing, without the places of keys.",
     .options = export_options,
     .least = 2,
     .most = 2,
     .traits = CLI_JSON,
     .run = run_export},
    {.name = NULL},
};

/* ---- Opening ---- */

dove_status cli_check_project(const char *path, dove_error *error) {
  struct stat status;
  if (stat(path, &status) == 0) return DOVE_OK;
  if (errno == ENOENT || errno == ENOTDIR) {
    return dove_fail(error, DOVE_PROJECT, "there is no project '%s'; 'dove new %s' makes one", path, path);
  }
  return dove_fail(error, DOVE_PROJECT, "cannot open the project '%s': %s", path, strerror(errno));
}

dove_status cli_open_project(const char *path, dove_store **store, dove_error *error) {
  const dove_status status = cli_check_project(path, error);
  return status == DOVE_OK ? dove_store_open(path, store, error) : status;
}

/* ---- new ---- */

/* Splits KEY=VALUE; the key goes to `key`. */
static dove_status split_pair(const char *pair, char *key, size_t size, const char **value, dove_error *error) {
  const char *equals = strchr(pair, '=');
  if (equals == NULL || (size_t)(equals - pair) >= size) {
    return dove_fail(error, DOVE_USAGE, "--set takes KEY=VALUE, not '%s'", pair);
  }
  memcpy(key, pair, (size_t)(equals - pair));
  key[equals - pair] = '\0';
  *value = equals + 1;
  return DOVE_OK;
}

/* Preset and --set, tried on the defaults; stored too when there is a store. */
static dove_status apply_settings(const cli_call *call, dove_settings *settings, dove_store *store, dove_error *error) {
  const char *preset = cli_text(call, "preset", NULL);
  dove_status status = DOVE_OK;
  if (preset != NULL) {
    for (const char *const *pair = dove_settings_preset(preset); status == DOVE_OK && *pair != NULL; pair += 2) {
      status = dove_settings_set(settings, pair[0], pair[1], error);
      if (status == DOVE_OK && store != NULL) status = dove_store_setting_set(store, pair[0], pair[1], error);
    }
  }
  for (size_t i = 0; status == DOVE_OK && i < cli_count(call, "set"); i++) {
    char key[64];
    const char *value = NULL;
    status = split_pair(cli_item(call, "set", i), key, sizeof key, &value, error);
    if (status == DOVE_OK) status = dove_settings_set(settings, key, value, error);
    if (status == DOVE_OK && store != NULL) {
      status = dove_store_setting_set(store, dove_setting_canonical(key), value, error);
    }
  }
  return status;
}

static dove_status run_new(const cli_call *call, dove_error *error) {
  const char *path = call->arguments[0];
  dove_settings settings;
  dove_settings_defaults(&settings);
  dove_store *store = NULL;
  dove_status status = apply_settings(call, &settings, NULL, error);
  if (status == DOVE_OK) status = dove_store_create(path, &store, error);
  if (status != DOVE_OK) return status;
  status = dove_store_begin_durable(store, error);
  if (status == DOVE_OK) status = apply_settings(call, &settings, store, error);
  if (status == DOVE_OK) status = dove_store_commit(store, error);
  dove_store_close(store);
  if (status != DOVE_OK) {
    unlink(path);
  } else if (!call->quiet) {
    fputs("made ", stdout);
    cli_put_text(stdout, path);
    fputs("; 'dove import' fills it\n", stdout);
  }
  return status;
}

/* ---- config ---- */

static dove_status list_settings(const cli_call *call, const dove_settings *settings, dove_error *error) {
  if (call->json) {
    dove_json_writer writer = dove_json_writer_on(stdout);
    cli_write_settings(&writer, settings);
    return DOVE_OK;
  }
  cli_table table;
  cli_table_begin(&table, "lllll", (const char *[]){"key", "value", "default", "range", "meaning"});
  for (size_t i = 0; i < dove_setting_count(); i++) {
    const dove_setting_info info = dove_setting_at(i);
    char value[512];
    const dove_status status = dove_settings_get(settings, info.key, value, sizeof value, error);
    if (status != DOVE_OK) return status;
    cli_table_text(&table, info.key);
    cli_table_text(&table, value);
    cli_table_text(&table, info.preset);
    cli_table_text(&table, info.range);
    cli_table_text(&table, info.help);
  }
  return cli_table_print(&table, stdout, error);
}

static dove_status print_setting(const cli_call *call, const dove_settings *settings, const char *key,
                                 dove_error *error) {
  char value[512];
  const dove_status status = dove_settings_get(settings, key, value, sizeof value, error);
  if (status != DOVE_OK) return status;
  if (!call->json) {
    cli_put_text(stdout, value);
    fputc('\n', stdout);
    return DOVE_OK;
  }
  dove_json_writer writer = dove_json_writer_on(stdout);
  dove_json_object_begin(&writer, false);
  dove_json_member_text(&writer, "key", dove_setting_canonical(key));
  dove_json_key(&writer, "value");
  cli_write_setting_value(&writer, value);
  dove_json_object_end(&writer);
  return DOVE_OK;
}

static dove_status change_setting(const cli_call *call, dove_store *store, dove_settings *settings, const char *key,
                                  const char *value, dove_error *error) {
  dove_status status = value != NULL ? dove_settings_set(settings, key, value, error) : DOVE_OK;
  const char *canonical = dove_setting_canonical(key);
  if (status == DOVE_OK && canonical == NULL) {
    status = dove_fail(error, DOVE_USAGE, "there is no setting '%s'; 'dove config PROJECT' lists them", key);
  }
  if (status == DOVE_OK) status = dove_store_setting_set(store, canonical, value, error);
  if (status == DOVE_OK) status = dove_project_settings_load(store, settings, error);
  if (status == DOVE_OK && call->json) status = print_setting(call, settings, key, error);
  return status;
}

static dove_status run_config(const cli_call *call, dove_error *error) {
  const char *key = call->argument_count > 1 ? call->arguments[1] : NULL;
  const char *value = call->argument_count > 2 ? call->arguments[2] : NULL;
  const bool reset = cli_flag(call, "reset");
  if (reset && (key == NULL || value != NULL)) return dove_fail(error, DOVE_USAGE, "--reset takes a KEY and no VALUE");
  dove_store *store = NULL;
  dove_settings settings;
  dove_status status = cli_open_project(call->arguments[0], &store, error);
  if (status != DOVE_OK) return status;
  status = dove_project_settings_load(store, &settings, error);
  if (status == DOVE_OK && key == NULL) {
    status = list_settings(call, &settings, error);
  } else if (status == DOVE_OK && value == NULL && !reset) {
    status = print_setting(call, &settings, key, error);
  } else if (status == DOVE_OK) {
    status = change_setting(call, store, &settings, key, value, error);
  }
  dove_store_close(store);
  return status;
}

/* ---- export ---- */

static dove_status read_export_options(const cli_call *call, dove_export_options *options, dove_error *error) {
  *options = (dove_export_options){.path = cli_text(call, "output", NULL), .stream = stdout};
  if (!dove_export_what_parse(call->arguments[1], &options->what)) {
    return dove_fail(error, DOVE_USAGE, "there is no export of '%s'; it is one of: %s", call->arguments[1],
                     call->verb->words);
  }
  const char *format = cli_text(call, "format", call->json ? "json" : NULL);
  if (format != NULL && !dove_export_format_parse(format, &options->format)) {
    return dove_fail(error, DOVE_USAGE, "there is no format '%s'", format);
  }
  if (options->what == DOVE_EXPORT_SCORES) {
    options->score_run = cli_integer(call, "run", 0);
  } else {
    options->codebook_run = cli_integer(call, "run", 0);
  }
  options->has_iteration = cli_has(call, "at");
  options->iteration = cli_integer(call, "at", 0);
  options->explain = cli_flag(call, "explain");
  return options->path != NULL ? cli_check_output(options->path, error) : DOVE_OK;
}

static dove_status run_export(const cli_call *call, dove_error *error) {
  dove_export_options options;
  dove_store *store = NULL;
  if (strcmp(call->arguments[1], "batch") == 0) return cli_export_batch(call, error);
  if (strcmp(call->arguments[1], "bundle") == 0) return cli_export_bundle(call, error);
  dove_status status = read_export_options(call, &options, error);
  if (status == DOVE_OK) status = cli_open_project(call->arguments[0], &store, error);
  if (status == DOVE_OK && cli_has(call, "round"))
    status = dove_annotation_round_find(store, cli_text(call, "round", NULL), &options.round, error);
  if (status == DOVE_OK) status = dove_export(store, &options, cli_progress_begin(call), error);
  cli_progress_end();
  dove_store_close(store);
  return status;
}

/* ---- check ---- */

static void print_report_json(const dove_store_report *report) {
  dove_json_writer writer = dove_json_writer_on(stdout);
  dove_json_object_begin(&writer, false);
  dove_json_member_bool(&writer, "sound", report->errors == 0);
  dove_json_key(&writer, "findings");
  dove_json_array_begin(&writer, false);
  for (size_t i = 0; i < report->count; i++) {
    dove_json_object_begin(&writer, true);
    dove_json_member_text(&writer, "kind", report->rows[i].kind == DOVE_STORE_FINDING_ERROR ? "error" : "note");
    dove_json_member_text(&writer, "text", report->rows[i].text);
    dove_json_object_end(&writer);
  }
  dove_json_array_end(&writer);
  dove_json_object_end(&writer);
}

static void print_report(const dove_store_report *report) {
  for (size_t i = 0; i < report->count; i++) {
    fputs(report->rows[i].kind == DOVE_STORE_FINDING_ERROR ? "error: " : "note: ", stdout);
    cli_put_text(stdout, report->rows[i].text);
    fputc('\n', stdout);
  }
  if (report->errors == 0) puts("the project is sound");
}

static dove_status run_check(const cli_call *call, dove_error *error) {
  dove_store *store = NULL;
  dove_store_report report = {0};
  dove_status status = cli_open_project(call->arguments[0], &store, error);
  if (status != DOVE_OK) return status;
  if (cli_flag(call, "repair")) status = dove_store_search_rebuild(store, error);
  if (status == DOVE_OK) status = dove_store_check(store, cli_progress_begin(call), &report, error);
  cli_progress_end();
  if (status == DOVE_OK) {
    if (call->json) {
      print_report_json(&report);
    } else {
      print_report(&report);
    }
    if (report.errors > 0) {
      status = dove_fail(error, DOVE_PROJECT, "'%s' is damaged: %zu errors", call->arguments[0], report.errors);
    }
  }
  dove_store_report_free(&report);
  dove_store_close(store);
  return status;
}
