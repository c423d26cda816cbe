/* The codebook as a document to read: Markdown, or one HTML page. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "dove/buffer.h"
#include "dove/memory.h"
#include "dove/store_codes.h"
#include "dove/text.h"
#include "method/annotation/code_agreement.h"
#include "method/code_portrait.h"
#include "method/export/export_kinds.h"

typedef struct page {
  FILE *file;
  bool html;
  bool failed; /* memory ran out */
} page;

/* White space becomes single spaces: a quote is one line. */
static char *one_line(const char *text) {
  dove_buffer out = {0};
  bool gap = false;
  for (const char *at = text; *at != '\0'; at++) {
    const bool space = strchr(" \t\r\n", *at) != NULL;
    if (!space && gap && out.length > 0) dove_buffer_add_char(&out, ' ');
    if (!space) dove_buffer_add_char(&out, *at);
    gap = space;
  }
  char *visible = out.failed ? NULL : dove_text_visible(dove_buffer_text(&out), out.length);
  dove_buffer_free(&out);
  return visible;
}

static const char *html_escape(char c) {
  switch (c) {
    case '&': return "&amp;";
    case '<': return "&lt;";
    case '>': return "&gt;";
    case '"': return "&quot;";
    default: return NULL;
  }
}

/* Text of the project, which is never markup. */
static void put_text(page *p, const char *text) {
  char *line = one_line(text);
  p->failed = p->failed || line == NULL;
  for (const char *at = line; at != NULL && *at != '\0'; at++) {
    const char *escaped = p->html ? html_escape(*at) : NULL;
    if (escaped != NULL) {
      fputs(escaped, p->file);
      continue;
    }
    if (!p->html && strchr("\\`*_{}[]<>#|~&!", *at) != NULL) fputc('\\', p->file);
    fputc(*at, p->file);
  }
  free(line);
}

static void put_begin(page *p, const export_job *job, const dove_store_iteration *iteration) {
  if (p->html) {
    fputs(
        "<!DOCTYPE html>\n<html>\n<head>\n<meta charset=\"utf-8\">\n<title>Codebook</title>\n<style>\n"
        "body { max-width: 46em; margin: 2em auto; padding: 0 1em; font-family: sans-serif; line-height: 1.5; }\n"
        "blockquote { margin: .5em 0; padding-left: 1em; border-left: 3px solid #999; }\n"
        ".about { color: #555; }\n</style>\n</head>\n<body>\n<h1>Codebook</h1>\n<p class=\"about\">",
        p->file);
  } else {
    fputs("# Codebook\n\n", p->file);
  }
  fprintf(p->file, "Run %lld, iteration %lld: %lld codes, S %.4f, %lld expressions of %lld documents.",
          (long long)job->at.run, (long long)job->at.t, (long long)iteration->codes, iteration->S,
          (long long)iteration->expressions, (long long)iteration->documents);
  fputs(p->html ? "</p>\n" : "\n", p->file);
}

static void put_heading(page *p, const dove_store_code *code) {
  if (p->html) {
    fprintf(p->file, "<section id=\"code-%lld\">\n<h2>", (long long)code->id);
  } else {
    fputs("\n## ", p->file);
  }
  put_text(p, code->name);
  fputs(p->html ? "</h2>\n" : "\n\n", p->file);
}

static void put_definition(page *p, const char *definition) {
  if (definition[0] == '\0') return;
  fputs(p->html ? "<p>" : "", p->file);
  put_text(p, definition);
  fputs(p->html ? "</p>\n" : "\n\n", p->file);
}

static void put_item(page *p, bool begin) {
  if (p->html) {
    fputs(begin ? "<li>" : "</li>\n", p->file);
  } else {
    fputs(begin ? "- " : "\n", p->file);
  }
}

static void put_usage(page *p, const dove_store_code *code) {
  put_item(p, true);
  fprintf(p->file, "Usage: n %.2f", code->usage.n);
  if (!isnan(code->usage.z)) fprintf(p->file, " (z %+.2f)", code->usage.z);
  fprintf(p->file, ", %lld expressions, recognised in %lld documents", (long long)code->usage.members,
          (long long)code->documents);
  put_item(p, false);
}

static void put_lineage(page *p, const dove_store_code *code, const dove_store_lineage *lineage) {
  static const char *const origins[] = {[DOVE_STORE_CODE_INITIAL] = "there from the beginning",
                                        [DOVE_STORE_CODE_NOISE] = "founded by a single expression",
                                        [DOVE_STORE_CODE_SPLIT] = "split",
                                        [DOVE_STORE_CODE_MERGE] = "merged",
                                        [DOVE_STORE_CODE_RENAME] = "renamed"};
  const char *before = " from ";
  put_item(p, true);
  fprintf(p->file, "Lineage: %s (t %lld)", origins[code->origin], (long long)code->born_t);
  for (size_t i = 0; i < lineage->count; i++) {
    if (lineage->rows[i].code != code->id || lineage->rows[i].parent == 0) continue;
    for (size_t j = 0; j < lineage->count; j++) {
      if (lineage->rows[j].code != lineage->rows[i].parent) continue;
      fputs(before, p->file);
      put_text(p, lineage->rows[j].name);
      before = ", ";
      break;
    }
  }
  put_item(p, false);
}

static void put_agreement(page *p, const code_agreement *agreement, const char *code) {
  dove_buffer text = {0};
  code_agreement_describe(agreement, code, &text);
  p->failed = p->failed || text.failed;
  if (text.length > 0) {
    put_item(p, true);
    fputs("Annotators: ", p->file);
    put_text(p, dove_buffer_text(&text));
    put_item(p, false);
  }
  dove_buffer_free(&text);
}

static void put_quotes(page *p, const code_portrait *portrait) {
  for (size_t i = 0; i < portrait->quote_count; i++) {
    const code_quote *quote = &portrait->quotes[i];
    fputs(p->html ? "<blockquote>" : "\n> ", p->file);
    put_text(p, quote->text);
    fputs(p->html ? " <span class=\"about\">– " : " – ", p->file);
    put_text(p, quote->group);
    fputs(", ", p->file);
    put_text(p, quote->document);
    fputs(p->html ? "</span></blockquote>\n" : "\n", p->file);
  }
}

static dove_status put_code(page *p, const export_job *job, const dove_store_code *code,
                            const dove_store_lineage *lineage, const code_agreement *agreement, dove_error *error) {
  code_portrait portrait;
  const dove_status status = code_portrait_read(job->store, job->at.iteration, code->id, &portrait, error);
  if (status == DOVE_OK) {
    put_heading(p, code);
    put_definition(p, portrait.definition);
    fputs(p->html ? "<ul>\n" : "", p->file);
    put_usage(p, code);
    put_lineage(p, code, lineage);
    put_agreement(p, agreement, code->name);
    fputs(p->html ? "</ul>\n" : "", p->file);
    put_quotes(p, &portrait);
    fputs(p->html ? "</section>\n" : "", p->file);
  }
  code_portrait_free(&portrait);
  return status;
}

/* The most used codes first. */
static dove_status read_codes(const export_job *job, int64_t codes, dove_store_code_list *list, dove_error *error) {
  const dove_store_code_query query = {
      .run = job->at.run, .t = job->at.t, .sort = DOVE_STORE_CODE_BY_USAGE, .descending = true, .limit = codes};
  return dove_store_code_page(job->store, &query, list, error);
}

dove_status export_codebook_page(const export_job *job, dove_error *error) {
  page p = {.file = job->file, .html = job->format == DOVE_EXPORT_HTML};
  dove_store_iteration iteration = {0};
  dove_store_lineage lineage = {0};
  dove_store_code_list list = {0};
  code_agreement agreement = {0};
  dove_status status = dove_store_iteration_read(job->store, job->at.run, job->at.t, &iteration, error);
  if (status == DOVE_OK) status = dove_store_lineage_read(job->store, job->at.run, 0, &lineage, error);
  if (status == DOVE_OK) status = read_codes(job, iteration.codes, &list, error);
  if (status == DOVE_OK) status = code_agreement_read(job->store, &agreement, job->progress, error);
  if (status == DOVE_OK) put_begin(&p, job, &iteration);
  for (size_t k = 0; k < list.count && status == DOVE_OK; k++) {
    status = export_tell(job, (double)k, (double)list.count, error);
    if (status == DOVE_OK) status = put_code(&p, job, &list.rows[k], &lineage, &agreement, error);
  }
  if (status == DOVE_OK && p.html) fputs("</body>\n</html>\n", p.file);
  code_agreement_free(&agreement);
  dove_store_code_list_free(&list);
  dove_store_lineage_free(&lineage);
  return status == DOVE_OK && p.failed ? dove_fail_memory(error, "exporting a codebook") : status;
}
