#include "dove/store_check.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "dove/memory.h"
#include "store/internal.h"

enum { FINDINGS_MAX = 200 };

typedef struct checker {
  dove_store *store;
  dove_store_report *report;
  size_t room;
  dove_error *error;
} checker;

__attribute__((format(printf, 3, 4))) static dove_status add_finding(checker *check, dove_store_finding_kind kind,
                                                                     const char *format, ...) {
  dove_store_report *report = check->report;
  if (kind == DOVE_STORE_FINDING_ERROR) report->errors++;
  if (report->count >= FINDINGS_MAX) return DOVE_OK;
  char text[512];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(text, sizeof text, format, arguments);
  va_end(arguments);
  dove_pool *pool = report->strings;
  if (!dove_grow((void **)&report->rows, &check->room, report->count + 1, sizeof *report->rows)) pool->failed = true;
  const char *kept = pool->failed ? "" : dove_pool_text(pool, text);
  if (pool->failed) return dove_fail_memory(check->error, "checking the project");
  report->rows[report->count++] = (dove_store_finding){.kind = kind, .text = kept};
  return DOVE_OK;
}

/* A column as text that is never NULL, valid until the next step. */
static const char *word(const dove_query *query, int column) {
  const unsigned char *text = sqlite3_column_text(query->statement, column);
  return text == NULL ? "" : (const char *)text;
}

static dove_status check_file(checker *check) {
  dove_query query;
  dove_query_open(&query, check->store, "PRAGMA integrity_check(100)", check->error);
  while (dove_query_step(&query)) {
    if (strcmp(word(&query, 0), "ok") == 0) continue;
    dove_query_fail(&query, add_finding(check, DOVE_STORE_FINDING_ERROR, "the file is damaged: %s", word(&query, 0)));
  }
  return dove_query_close(&query);
}

static dove_status check_references(checker *check) {
  dove_query query;
  dove_query_open(&query, check->store,
                  "SELECT \"table\", parent, count(*) FROM pragma_foreign_key_check GROUP BY \"table\", parent",
                  check->error);
  while (dove_query_step(&query)) {
    dove_query_fail(&query, add_finding(check, DOVE_STORE_FINDING_ERROR,
                                        "%lld rows of table %s refer to rows of %s that do not exist",
                                        (long long)dove_column_int(&query, 2), word(&query, 0), word(&query, 1)));
  }
  return dove_query_close(&query);
}

/* FTS5 compares index and texts when asked by a special INSERT, which a read-only project does not take. */
static dove_status check_search(checker *check) {
  static const struct {
    const char *sql, *what;
  } tables[] = {
      {"INSERT INTO document_search (document_search, rank) VALUES ('integrity-check', 1)", "documents"},
      {"INSERT INTO expression_search (expression_search, rank) VALUES ('integrity-check', 1)", "expressions"},
  };
  if (check->store->read_only) {
    return add_finding(check, DOVE_STORE_FINDING_NOTE,
                       "the search index was not checked, because the project cannot be written");
  }
  for (size_t i = 0; i < sizeof tables / sizeof tables[0]; i++) {
    const int result = sqlite3_exec(check->store->database, tables[i].sql, NULL, NULL, NULL);
    dove_status status = DOVE_OK;
    if ((result & 0xff) == SQLITE_CORRUPT) {
      status = add_finding(
          check, DOVE_STORE_FINDING_ERROR,
          "the search index of the %s is out of step with them: 'dove check PROJECT --repair' makes it anew",
          tables[i].what);
    } else if (result != SQLITE_OK) {
      status = dove_store_failure(check->store, result, "check", check->error);
    }
    if (status != DOVE_OK) return status;
  }
  return DOVE_OK;
}

/* What the tables mean: each statement gives the rows that break a rule, with one example's id; none should. */
static const struct rule {
  const char *sql; /* two columns: how many, and the smallest id */
  const char *text;
} rules[] = {
    {"SELECT count(*), min(d.id) FROM document AS d LEFT JOIN (SELECT document_id, count(*) AS n FROM value_expression"
     " GROUP BY document_id) AS e ON e.document_id = d.id WHERE d.expressions <> ifnull(e.n, 0)",
     "documents have a wrong number of expressions"},
    {"SELECT count(*), min(id) FROM document WHERE id NOT IN (SELECT document_id FROM document_text)",
     "documents have no text"},
    {"SELECT count(*), min(d.id) FROM document AS d JOIN document_text AS x ON x.document_id = d.id"
     " WHERE length(x.text) <> d.characters",
     "documents have a wrong length"},
    {"SELECT count(*), min(e.id) FROM value_expression AS e JOIN document AS d ON d.id = e.document_id"
     " WHERE e.evidence_end > d.characters",
     "expressions have evidence beyond the end of their document"},
    {"SELECT count(*), min(b.id) FROM vector_block AS b JOIN embedder AS m ON m.id = b.embedder_id"
     " LEFT JOIN vector_data AS x ON x.block_id = b.id WHERE x.block_id IS NULL OR length(x.vectors) <> 128 * "
     "m.dimension",
     "blocks of vectors are missing or have the wrong size"},
    {"WITH slot (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM slot WHERE i < 31)"
     " SELECT count(*), min(32 * b.block + i) FROM vector_block AS b, slot WHERE b.present >> i & 1"
     " AND CASE b.owner WHEN 'expression' THEN NOT EXISTS (SELECT 1 FROM value_expression WHERE id = 32 * b.block + i)"
     " ELSE NOT EXISTS (SELECT 1 FROM document WHERE id = 32 * b.block + i) END",
     "vectors belong to nothing"},
    {"SELECT count(*), min(k.id) FROM code AS k JOIN run_code AS l ON l.code_id = k.id JOIN codebook_run AS r"
     " ON r.id = l.run_id JOIN embedder AS m ON m.id = r.embedder_id WHERE length(k.centroid) <> 4 * m.dimension",
     "codes have a centroid of the wrong dimension"},
    {"SELECT count(*), min(run_id) FROM (SELECT run_id FROM run_iteration GROUP BY run_id"
     " HAVING min(t) <> 0 OR count(*) <> max(t) + 1)",
     "codebook runs lack an iteration"},
    {"SELECT count(*), min(i.id) FROM iteration AS i WHERE i.codes <>"
     " (SELECT count(*) FROM code_usage WHERE iteration_id = i.id)",
     "iterations have a wrong number of codes"},
    {"SELECT count(*), min(u.code_id) FROM run_iteration AS ri JOIN code_usage AS u"
     " ON u.iteration_id = ri.iteration_id WHERE NOT EXISTS (SELECT 1 FROM run_code AS l WHERE l.run_id = ri.run_id"
     " AND l.code_id = u.code_id AND l.born_t <= ri.t AND (l.died_t IS NULL OR l.died_t > ri.t))",
     "codes are used outside their life"},
    {"SELECT count(*), min(l.code_id) FROM run_iteration AS ri JOIN run_code AS l ON l.run_id = ri.run_id"
     " AND l.born_t <= ri.t AND (l.died_t IS NULL OR l.died_t > ri.t) WHERE NOT EXISTS"
     " (SELECT 1 FROM code_usage WHERE iteration_id = ri.iteration_id AND code_id = l.code_id)",
     "living codes are missing from their codebook"},
    {"SELECT count(*), min(u.code_id) FROM code_usage AS u LEFT JOIN code_members AS m"
     " ON m.iteration_id = u.iteration_id AND m.ordinal = u.ordinal"
     " WHERE u.members <> ifnull(length(m.members) / 8, 0)",
     "codes have a wrong number of members"},
    {"SELECT count(*), min(r.id) FROM codebook_run AS r WHERE chosen_t IS NOT NULL AND NOT EXISTS"
     " (SELECT 1 FROM run_iteration WHERE run_id = r.id AND t = r.chosen_t)",
     "codebook runs have a chosen iteration that does not exist"},
};

static dove_status check_rule(checker *check, const struct rule *rule) {
  dove_query query;
  dove_query_open(&query, check->store, rule->sql, check->error);
  if (dove_query_step(&query) && dove_column_int(&query, 0) > 0) {
    dove_query_fail(
        &query, add_finding(check, DOVE_STORE_FINDING_ERROR, "%lld %s (the first is number %lld)",
                            (long long)dove_column_int(&query, 0), rule->text, (long long)dove_column_int(&query, 1)));
  }
  return dove_query_close(&query);
}

/* What is unfinished, which is no damage. */
static const struct note {
  const char *sql; /* the ids */
  const char *thing, *state;
} notes[] = {
    {"SELECT id FROM codebook_run WHERE status = 'running'", "codebook run", "is not finished: it can be resumed"},
    {"SELECT id FROM score_run WHERE status = 'running'", "score run", "is not finished: it can be resumed"},
    {"SELECT id FROM job WHERE state = 'interrupted'", "job", "was interrupted: it can be started again"},
};

static dove_status check_unfinished(checker *check, const struct note *note) {
  dove_query query;
  dove_query_open(&query, check->store, note->sql, check->error);
  while (dove_query_step(&query)) {
    dove_query_fail(&query, add_finding(check, DOVE_STORE_FINDING_NOTE, "%s %lld %s", note->thing,
                                        (long long)dove_column_int(&query, 0), note->state));
  }
  return dove_query_close(&query);
}

static dove_status check_all(checker *check, const dove_progress *progress) {
  dove_status (*const parts[])(checker *) = {check_file, check_references, check_search};
  const size_t part_count = sizeof parts / sizeof parts[0], rule_count = sizeof rules / sizeof rules[0];
  const size_t steps = part_count + rule_count + sizeof notes / sizeof notes[0];
  for (size_t i = 0; i < steps; i++) {
    if (dove_progress_cancelled(progress)) return dove_fail(check->error, DOVE_CANCELLED, "the check was stopped");
    dove_status status;
    if (i < part_count) {
      status = parts[i](check);
    } else if (i < part_count + rule_count) {
      status = check_rule(check, &rules[i - part_count]);
    } else {
      status = check_unfinished(check, &notes[i - part_count - rule_count]);
    }
    if (status != DOVE_OK) return status;
    dove_progress_report(progress, "check", (double)(i + 1), (double)steps);
  }
  return DOVE_OK;
}

dove_status dove_store_check(dove_store *store, const dove_progress *progress, dove_store_report *report,
                             dove_error *error) {
  *report = (dove_store_report){.strings = dove_alloc_zero(1, sizeof(dove_pool))};
  if (report->strings == NULL) return dove_fail_memory(error, "checking the project");
  checker check = {.store = store, .report = report, .error = error};
  const dove_status status = check_all(&check, progress);
  if (status != DOVE_OK) dove_store_report_free(report);
  return status;
}

void dove_store_report_free(dove_store_report *report) {
  dove_rows_free(report->rows, report->strings);
  *report = (dove_store_report){0};
}
