#include "store/schema.h"

#include <stdio.h>

#include "store/internal.h"

/* Version 1. dove-project(5) explains every table and column; keep the two together.
 * Identifiers that blobs refer to are AUTOINCREMENT, so that none is ever given twice, and stay within 32 bits. */

static const char *const version_1[] = {
    /* The project itself. */
    "CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID",
    "CREATE TABLE setting (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID",
    "CREATE TABLE prompt (name TEXT PRIMARY KEY, text TEXT NOT NULL, changed INTEGER NOT NULL) STRICT, WITHOUT ROWID",

    /* Labels of documents. */
    "CREATE TABLE culture (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE CHECK (name <> '')) STRICT",
    "CREATE TABLE source (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE CHECK (name <> ''),"
    " human INTEGER NOT NULL GENERATED ALWAYS AS (name = 'human') STORED) STRICT",
    "CREATE TABLE topic (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE CHECK (name <> '')) STRICT",
    "CREATE TABLE role (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE CHECK (name <> '')) STRICT",

    /* Documents. The texts have a table of their own, so that lists do not drag them along. */
    "CREATE TABLE document ("
    " id INTEGER PRIMARY KEY AUTOINCREMENT CHECK (id BETWEEN 1 AND 4294967295),"
    " external_id TEXT NOT NULL UNIQUE CHECK (external_id <> ''),"
    " culture_id INTEGER REFERENCES culture,"
    " source_id INTEGER NOT NULL REFERENCES source,"
    " topic_id INTEGER REFERENCES topic,"
    " role_id INTEGER REFERENCES role,"
    " lang TEXT NOT NULL DEFAULT '',"
    " characters INTEGER NOT NULL CHECK (characters > 0),"
    " expressions INTEGER NOT NULL DEFAULT 0 CHECK (expressions >= 0),"
    " added INTEGER NOT NULL) STRICT",
    "CREATE INDEX document_by_culture ON document (culture_id)",
    "CREATE INDEX document_by_source ON document (source_id)",
    "CREATE INDEX document_by_topic ON document (topic_id)",
    "CREATE INDEX document_by_role ON document (role_id) WHERE role_id IS NOT NULL",
    "CREATE TABLE document_text ("
    " document_id INTEGER PRIMARY KEY REFERENCES document ON DELETE CASCADE,"
    " text TEXT NOT NULL CHECK (text <> ''),"
    " metadata TEXT CHECK (metadata IS NULL OR json_valid(metadata))) STRICT",
    "CREATE TABLE translation ("
    " document_id INTEGER NOT NULL REFERENCES document ON DELETE CASCADE,"
    " lang TEXT NOT NULL, text TEXT NOT NULL, model TEXT NOT NULL, time INTEGER NOT NULL,"
    " PRIMARY KEY (document_id, lang, model)) STRICT",

    "CREATE TABLE verdict ("
    " document_id INTEGER NOT NULL REFERENCES document ON DELETE CASCADE,"
    " question TEXT NOT NULL CHECK (question IN ('subjectivity', 'plausibility', 'topic')),"
    " label TEXT NOT NULL, answer TEXT NOT NULL CHECK (json_valid(answer)),"
    " model TEXT NOT NULL, prompt TEXT NOT NULL, time INTEGER NOT NULL,"
    " PRIMARY KEY (document_id, question)) STRICT",

    /* Value expressions. */
    "CREATE TABLE value_expression ("
    " id INTEGER PRIMARY KEY AUTOINCREMENT CHECK (id BETWEEN 1 AND 4294967295),"
    " document_id INTEGER NOT NULL REFERENCES document ON DELETE CASCADE,"
    " ordinal INTEGER NOT NULL CHECK (ordinal >= 0),"
    " code_name TEXT NOT NULL CHECK (code_name <> ''),"
    " description TEXT NOT NULL CHECK (description <> ''),"
    " evidence TEXT,"
    " evidence_start INTEGER,"
    " evidence_end INTEGER,"
    " origin TEXT NOT NULL CHECK (origin IN ('imported', 'embedded', 'model')),"
    " added INTEGER NOT NULL,"
    " UNIQUE (document_id, ordinal),"
    " CHECK ((evidence_start IS NULL) = (evidence_end IS NULL)),"
    " CHECK (evidence_start IS NULL OR (evidence_start >= 0 AND evidence_start < evidence_end))) STRICT",
    "CREATE TABLE recognition ("
    " document_id INTEGER PRIMARY KEY REFERENCES document ON DELETE CASCADE,"
    " recognizer TEXT NOT NULL, reason TEXT, time INTEGER NOT NULL) STRICT",

    /* Search, over the texts where they are. */
    "CREATE VIRTUAL TABLE document_search USING fts5"
    " (text, content = 'document_text', content_rowid = 'document_id', tokenize = 'trigram')",
    "CREATE VIRTUAL TABLE expression_search USING fts5"
    " (code_name, description, evidence, content = 'value_expression', content_rowid = 'id', tokenize = 'trigram')",
    /* Words gather in memory, up to so many bytes, before they are written, which spares a fifth of the work. */
    "INSERT INTO document_search (document_search, rank) VALUES ('hashsize', 16777216)",
    "INSERT INTO expression_search (expression_search, rank) VALUES ('hashsize', 16777216)",
    "CREATE TRIGGER document_text_added AFTER INSERT ON document_text BEGIN"
    " INSERT INTO document_search (rowid, text) VALUES (new.document_id, new.text); END",
    "CREATE TRIGGER document_text_removed AFTER DELETE ON document_text BEGIN"
    " INSERT INTO document_search (document_search, rowid, text) VALUES ('delete', old.document_id, old.text); END",
    "CREATE TRIGGER document_text_changed AFTER UPDATE OF text ON document_text BEGIN"
    " INSERT INTO document_search (document_search, rowid, text) VALUES ('delete', old.document_id, old.text);"
    " INSERT INTO document_search (rowid, text) VALUES (new.document_id, new.text); END",
    "CREATE TRIGGER value_expression_added AFTER INSERT ON value_expression BEGIN"
    " UPDATE document SET expressions = expressions + 1 WHERE id = new.document_id;"
    " INSERT INTO expression_search (rowid, code_name, description, evidence)"
    " VALUES (new.id, new.code_name, new.description, new.evidence); END",
    "CREATE TRIGGER value_expression_removed AFTER DELETE ON value_expression BEGIN"
    " UPDATE document SET expressions = expressions - 1 WHERE id = old.document_id;"
    " INSERT INTO expression_search (expression_search, rowid, code_name, description, evidence)"
    " VALUES ('delete', old.id, old.code_name, old.description, old.evidence);"
    " UPDATE vector_block SET present = present & ~(1 << (old.id & 31))"
    " WHERE owner = 'expression' AND block = old.id >> 5; END",
    "CREATE TRIGGER value_expression_changed AFTER UPDATE OF code_name, description, evidence ON value_expression BEGIN"
    " INSERT INTO expression_search (expression_search, rowid, code_name, description, evidence)"
    " VALUES ('delete', old.id, old.code_name, old.description, old.evidence);"
    " INSERT INTO expression_search (rowid, code_name, description, evidence)"
    " VALUES (new.id, new.code_name, new.description, new.evidence); END",

    /* Embedders and vectors: 32 vectors a block, slot i for the owner with id = 32 × block + i. */
    "CREATE TABLE embedder ("
    " id INTEGER PRIMARY KEY AUTOINCREMENT,"
    " name TEXT NOT NULL CHECK (name <> ''),"
    " dimension INTEGER NOT NULL CHECK (dimension BETWEEN 1 AND 65536),"
    " fitted BLOB,"
    " active INTEGER NOT NULL DEFAULT 0 CHECK (active IN (0, 1)),"
    " created INTEGER NOT NULL) STRICT",
    "CREATE UNIQUE INDEX embedder_active ON embedder (active) WHERE active = 1",
    "CREATE TABLE vector_block ("
    " id INTEGER PRIMARY KEY,"
    " embedder_id INTEGER NOT NULL REFERENCES embedder ON DELETE CASCADE,"
    " owner TEXT NOT NULL CHECK (owner IN ('expression', 'document')),"
    " block INTEGER NOT NULL CHECK (block >= 0),"
    " present INTEGER NOT NULL CHECK (present BETWEEN 0 AND 4294967295),"
    " UNIQUE (owner, block, embedder_id)) STRICT",
    "CREATE INDEX vector_block_by_embedder ON vector_block (embedder_id, owner, block)",
    "CREATE TABLE vector_data ("
    " block_id INTEGER PRIMARY KEY REFERENCES vector_block ON DELETE CASCADE,"
    " vectors BLOB NOT NULL) STRICT",
    "CREATE TRIGGER document_removed AFTER DELETE ON document BEGIN"
    " UPDATE vector_block SET present = present & ~(1 << (old.id & 31))"
    " WHERE owner = 'document' AND block = old.id >> 5; END",

    /* Codebook runs and iterations. */
    "CREATE TABLE codebook_run ("
    " id INTEGER PRIMARY KEY AUTOINCREMENT,"
    " created INTEGER NOT NULL,"
    " ended INTEGER,"
    " settings TEXT NOT NULL CHECK (json_valid(settings)),"
    " seed INTEGER NOT NULL,"
    " status TEXT NOT NULL CHECK (status IN ('running', 'finished', 'cancelled', 'failed')),"
    " embedder_id INTEGER NOT NULL REFERENCES embedder,"
    " parent_id INTEGER REFERENCES codebook_run ON DELETE SET NULL,"
    " parent_t INTEGER,"
    " is_current INTEGER NOT NULL DEFAULT 0 CHECK (is_current IN (0, 1)),"
    " chosen_t INTEGER,"
    " initial TEXT NOT NULL DEFAULT '',"
    " stopped_by TEXT NOT NULL DEFAULT '') STRICT",
    "CREATE UNIQUE INDEX codebook_run_current ON codebook_run (is_current) WHERE is_current = 1",
    "CREATE TABLE iteration ("
    " id INTEGER PRIMARY KEY AUTOINCREMENT,"
    " run_id INTEGER REFERENCES codebook_run ON DELETE SET NULL,"
    " t INTEGER NOT NULL CHECK (t >= 0),"
    " codes INTEGER NOT NULL CHECK (codes > 0),"
    " m INTEGER NOT NULL CHECK (m > 0),"
    " s REAL, distortion REAL, conditional_entropy REAL, marginal_entropy REAL,"
    " beta1 REAL, beta2 REAL, sigma2 REAL, sigma_rule TEXT NOT NULL,"
    " perplexity REAL, renyi2 REAL, repeat_bound REAL,"
    " splits INTEGER NOT NULL, merges INTEGER NOT NULL, recreated INTEGER NOT NULL,"
    " documents INTEGER NOT NULL, expressions INTEGER NOT NULL,"
    " stopped_by TEXT NOT NULL DEFAULT '',"
    " seconds REAL, time INTEGER NOT NULL) STRICT",
    "CREATE TABLE run_iteration ("
    " run_id INTEGER NOT NULL REFERENCES codebook_run ON DELETE CASCADE,"
    " t INTEGER NOT NULL,"
    " iteration_id INTEGER NOT NULL REFERENCES iteration ON DELETE CASCADE,"
    " PRIMARY KEY (run_id, t)) STRICT, WITHOUT ROWID",
    "CREATE INDEX run_iteration_by_iteration ON run_iteration (iteration_id)",

    /* Codes. */
    "CREATE TABLE code ("
    " id INTEGER PRIMARY KEY AUTOINCREMENT CHECK (id BETWEEN 1 AND 4294967295),"
    " name TEXT NOT NULL CHECK (name <> ''),"
    " description TEXT NOT NULL DEFAULT '',"
    " origin TEXT NOT NULL CHECK (origin IN ('initial', 'noise', 'split', 'merge', 'rename')),"
    " centroid BLOB NOT NULL CHECK (length(centroid) > 0 AND length(centroid) % 4 = 0)) STRICT",
    "CREATE TABLE code_parent ("
    " code_id INTEGER NOT NULL REFERENCES code ON DELETE CASCADE,"
    " parent_id INTEGER NOT NULL REFERENCES code,"
    " PRIMARY KEY (code_id, parent_id), CHECK (parent_id < code_id)) STRICT, WITHOUT ROWID",
    "CREATE INDEX code_parent_by_parent ON code_parent (parent_id)",
    "CREATE TABLE run_code ("
    " run_id INTEGER NOT NULL REFERENCES codebook_run ON DELETE CASCADE,"
    " code_id INTEGER NOT NULL REFERENCES code,"
    " born_t INTEGER NOT NULL CHECK (born_t >= 0),"
    " died_t INTEGER CHECK (died_t IS NULL OR died_t > born_t),"
    " PRIMARY KEY (run_id, code_id)) STRICT, WITHOUT ROWID",
    "CREATE INDEX run_code_by_code ON run_code (code_id)",
    "CREATE TABLE code_usage ("
    " iteration_id INTEGER NOT NULL REFERENCES iteration ON DELETE CASCADE,"
    " ordinal INTEGER NOT NULL CHECK (ordinal >= 0),"
    " code_id INTEGER NOT NULL REFERENCES code,"
    " n REAL, z REAL, d REAL, members INTEGER NOT NULL,"
    " action TEXT NOT NULL DEFAULT '',"
    " PRIMARY KEY (iteration_id, ordinal), UNIQUE (iteration_id, code_id)) STRICT, WITHOUT ROWID",
    "CREATE INDEX code_usage_by_code ON code_usage (code_id)",
    "CREATE TABLE code_members ("
    " iteration_id INTEGER NOT NULL,"
    " ordinal INTEGER NOT NULL,"
    " members BLOB NOT NULL CHECK (length(members) % 8 = 0),"
    " PRIMARY KEY (iteration_id, ordinal),"
    " FOREIGN KEY (iteration_id, ordinal) REFERENCES code_usage ON DELETE CASCADE) STRICT",

    /* Coding of documents. */
    "CREATE TABLE coding ("
    " iteration_id INTEGER NOT NULL REFERENCES iteration ON DELETE CASCADE,"
    " document_id INTEGER NOT NULL REFERENCES document ON DELETE CASCADE,"
    " q BLOB NOT NULL CHECK (length(q) % 8 = 0),"
    " expressions BLOB NOT NULL CHECK (length(expressions) % 12 = 0),"
    " PRIMARY KEY (iteration_id, document_id)) STRICT, WITHOUT ROWID",
    "CREATE INDEX coding_by_document ON coding (document_id)",
    "CREATE TABLE recognised ("
    " iteration_id INTEGER NOT NULL,"
    " document_id INTEGER NOT NULL,"
    " rank INTEGER NOT NULL CHECK (rank >= 0),"
    " code_id INTEGER NOT NULL,"
    " q REAL NOT NULL CHECK (q > 0),"
    " PRIMARY KEY (iteration_id, document_id, rank),"
    " FOREIGN KEY (iteration_id, document_id) REFERENCES coding ON DELETE CASCADE,"
    " FOREIGN KEY (iteration_id, code_id) REFERENCES code_usage (iteration_id, code_id) ON DELETE CASCADE)"
    " STRICT, WITHOUT ROWID",
    "CREATE INDEX recognised_by_code ON recognised (iteration_id, code_id, q)",

    /* Decisions, and what reviewers make of them. */
    "CREATE TABLE decision ("
    " id INTEGER PRIMARY KEY AUTOINCREMENT,"
    " iteration_id INTEGER NOT NULL REFERENCES iteration ON DELETE CASCADE,"
    " t INTEGER NOT NULL,"
    " ordinal INTEGER NOT NULL,"
    " kind TEXT NOT NULL CHECK (kind IN ('split', 'merge', 'recreate')),"
    " done INTEGER NOT NULL CHECK (done IN (0, 1)),"
    " rule TEXT NOT NULL,"
    " reason TEXT NOT NULL DEFAULT '',"
    " reviewer TEXT NOT NULL DEFAULT '',"
    " n REAL, z REAL, d REAL, d_previous REAL,"
    " neighbour_id INTEGER REFERENCES code,"
    " neighbour_cosine REAL,"
    " UNIQUE (iteration_id, t, ordinal)) STRICT",
    "CREATE INDEX decision_by_neighbour ON decision (neighbour_id) WHERE neighbour_id IS NOT NULL",
    "CREATE TABLE decision_code ("
    " decision_id INTEGER NOT NULL REFERENCES decision ON DELETE CASCADE,"
    " side TEXT NOT NULL CHECK (side IN ('before', 'after')),"
    " position INTEGER NOT NULL,"
    " code_id INTEGER NOT NULL REFERENCES code,"
    " name TEXT NOT NULL,"
    " size INTEGER,"
    " PRIMARY KEY (decision_id, side, position)) STRICT, WITHOUT ROWID",
    "CREATE INDEX decision_code_by_code ON decision_code (code_id)",
    "CREATE TABLE reviewer_override ("
    " id INTEGER PRIMARY KEY AUTOINCREMENT,"
    " uuid TEXT NOT NULL UNIQUE,"
    " run_id INTEGER REFERENCES codebook_run ON DELETE SET NULL,"
    " t INTEGER NOT NULL CHECK (t >= 0),"
    " decision_id INTEGER REFERENCES decision ON DELETE SET NULL,"
    " kind TEXT NOT NULL CHECK (kind IN ('veto', 'merge', 'split', 'rename', 'comment', 'agree', 'disagree')),"
    " code_id INTEGER REFERENCES code,"
    " other_code_id INTEGER REFERENCES code,"
    " name TEXT NOT NULL DEFAULT '',"
    " note TEXT NOT NULL DEFAULT '',"
    " author TEXT NOT NULL CHECK (author <> ''),"
    " time INTEGER NOT NULL,"
    " withdrawn INTEGER,"
    " changed INTEGER NOT NULL) STRICT",
    "CREATE INDEX reviewer_override_by_decision ON reviewer_override (decision_id) WHERE decision_id IS NOT NULL",
    "CREATE INDEX reviewer_override_by_run ON reviewer_override (run_id, t)",
    "CREATE TABLE override_use ("
    " override_id INTEGER NOT NULL REFERENCES reviewer_override,"
    " run_id INTEGER NOT NULL REFERENCES codebook_run ON DELETE CASCADE,"
    " applied INTEGER NOT NULL CHECK (applied IN (0, 1)),"
    " PRIMARY KEY (override_id, run_id)) STRICT, WITHOUT ROWID",

    /* Where expressions lie on the map. */
    "CREATE TABLE projection ("
    " id INTEGER PRIMARY KEY AUTOINCREMENT,"
    " embedder_id INTEGER NOT NULL REFERENCES embedder ON DELETE CASCADE,"
    " settings TEXT NOT NULL CHECK (json_valid(settings)),"
    " seed INTEGER NOT NULL, created INTEGER NOT NULL,"
    " points BLOB NOT NULL CHECK (length(points) % 12 = 0)) STRICT",

    /* Scores. */
    "CREATE TABLE score_run ("
    " id INTEGER PRIMARY KEY AUTOINCREMENT,"
    " iteration_id INTEGER NOT NULL REFERENCES iteration ON DELETE CASCADE,"
    " run_id INTEGER REFERENCES codebook_run ON DELETE SET NULL,"
    " t INTEGER NOT NULL,"
    " settings TEXT NOT NULL CHECK (json_valid(settings)),"
    " seed INTEGER NOT NULL,"
    " status TEXT NOT NULL CHECK (status IN ('running', 'finished', 'cancelled', 'failed')),"
    " created INTEGER NOT NULL,"
    " ended INTEGER) STRICT",
    "CREATE TABLE score ("
    " id INTEGER PRIMARY KEY AUTOINCREMENT,"
    " score_run_id INTEGER NOT NULL REFERENCES score_run ON DELETE CASCADE,"
    " model TEXT NOT NULL, culture TEXT NOT NULL, role TEXT NOT NULL DEFAULT '',"
    " divergence REAL, score REAL, percent REAL, low REAL, high REAL, ceiling REAL,"
    " documents_human INTEGER NOT NULL, documents_model INTEGER NOT NULL,"
    " value_ab REAL, value_aa REAL, value_bb REAL, mass REAL, gap REAL,"
    " iterations INTEGER NOT NULL, converged INTEGER NOT NULL CHECK (converged IN (0, 1)),"
    " UNIQUE (score_run_id, model, culture, role)) STRICT",
    "CREATE TABLE score_code ("
    " score_id INTEGER NOT NULL REFERENCES score ON DELETE CASCADE,"
    " position INTEGER NOT NULL,"
    " code_id INTEGER NOT NULL REFERENCES code,"
    " human REAL NOT NULL, model REAL NOT NULL,"
    " transported_from REAL NOT NULL, transported_to REAL NOT NULL,"
    " PRIMARY KEY (score_id, position)) STRICT, WITHOUT ROWID",
    "CREATE TABLE score_flow ("
    " score_id INTEGER NOT NULL REFERENCES score ON DELETE CASCADE,"
    " position INTEGER NOT NULL,"
    " from_id INTEGER NOT NULL REFERENCES code,"
    " to_id INTEGER NOT NULL REFERENCES code,"
    " mass REAL NOT NULL, cost REAL NOT NULL,"
    " PRIMARY KEY (score_id, position)) STRICT, WITHOUT ROWID",
    "CREATE TABLE score_difference ("
    " score_id INTEGER NOT NULL REFERENCES score ON DELETE CASCADE,"
    " against_id INTEGER NOT NULL REFERENCES score ON DELETE CASCADE,"
    " difference REAL NOT NULL, low REAL NOT NULL, high REAL NOT NULL,"
    " replicates INTEGER NOT NULL, seed INTEGER NOT NULL, created INTEGER NOT NULL,"
    " PRIMARY KEY (score_id, against_id)) STRICT, WITHOUT ROWID",
    /* Room for studies that are made on the project. */
    "CREATE TABLE study ("
    " id INTEGER PRIMARY KEY AUTOINCREMENT,"
    " kind TEXT NOT NULL, settings TEXT NOT NULL CHECK (json_valid(settings)),"
    " result TEXT CHECK (result IS NULL OR json_valid(result)),"
    " seed INTEGER NOT NULL,"
    " status TEXT NOT NULL CHECK (status IN ('running', 'finished', 'cancelled', 'failed')),"
    " created INTEGER NOT NULL, ended INTEGER) STRICT",

    /* Jobs. */
    "CREATE TABLE job ("
    " id INTEGER PRIMARY KEY AUTOINCREMENT,"
    " kind TEXT NOT NULL,"
    " arguments TEXT NOT NULL CHECK (json_valid(arguments)),"
    " state TEXT NOT NULL CHECK (state IN ('queued', 'running', 'done', 'failed', 'cancelled', 'interrupted')),"
    " stage TEXT NOT NULL DEFAULT '',"
    " message TEXT NOT NULL DEFAULT '',"
    " done REAL NOT NULL DEFAULT 0,"
    " total REAL NOT NULL DEFAULT 0,"
    " created INTEGER NOT NULL, started INTEGER, ended INTEGER,"
    " heartbeat INTEGER, host TEXT, pid INTEGER, process_start INTEGER) STRICT",
    "CREATE INDEX job_active ON job (state) WHERE state IN ('queued', 'running')",
    "CREATE TABLE job_log ("
    " id INTEGER PRIMARY KEY,"
    " job_id INTEGER NOT NULL REFERENCES job ON DELETE CASCADE,"
    " time INTEGER NOT NULL, text TEXT NOT NULL) STRICT",
    "CREATE INDEX job_log_by_job ON job_log (job_id)",

    /* Requests to endpoints, with what they cost. */
    "CREATE TABLE request_cache ("
    " id INTEGER PRIMARY KEY,"
    " key BLOB NOT NULL UNIQUE CHECK (length(key) = 32),"
    " role TEXT NOT NULL, endpoint TEXT NOT NULL, model TEXT NOT NULL,"
    " request TEXT NOT NULL, reply TEXT,"
    " status TEXT NOT NULL CHECK (status IN ('sent', 'answered', 'failed')),"
    " failure TEXT NOT NULL DEFAULT '',"
    " http_status INTEGER, attempts INTEGER NOT NULL DEFAULT 0,"
    " tokens_in INTEGER, tokens_out INTEGER, cost REAL,"
    " created INTEGER NOT NULL, answered INTEGER,"
    " job_id INTEGER REFERENCES job ON DELETE SET NULL) STRICT",
    "CREATE INDEX request_cache_failed ON request_cache (role) WHERE status <> 'answered'",
    "CREATE INDEX request_cache_failed_in ON request_cache (job_id) WHERE status = 'failed'",
    "CREATE TABLE ledger ("
    " id INTEGER PRIMARY KEY,"
    " job_id INTEGER REFERENCES job ON DELETE SET NULL,"
    " time INTEGER NOT NULL,"
    " role TEXT NOT NULL, endpoint TEXT NOT NULL, model TEXT NOT NULL,"
    " requests INTEGER NOT NULL, cached INTEGER NOT NULL,"
    " failed INTEGER NOT NULL, attempts INTEGER NOT NULL, refusals INTEGER NOT NULL,"
    " tokens_in INTEGER NOT NULL, tokens_out INTEGER NOT NULL,"
    " estimated INTEGER NOT NULL, guessed_in INTEGER NOT NULL,"
    " cost REAL, expected_cost REAL,"
    " expected_in INTEGER NOT NULL DEFAULT 0, expected_out INTEGER NOT NULL DEFAULT 0) STRICT",
    "CREATE INDEX ledger_by_job ON ledger (job_id)",

    /* Annotation. Judgments are only ever added; judgment_current shows the last of each. */
    "CREATE TABLE annotator (id INTEGER PRIMARY KEY, uuid TEXT NOT NULL UNIQUE,"
    " name TEXT NOT NULL UNIQUE CHECK (name <> ''), created INTEGER NOT NULL) STRICT",
    "CREATE TABLE annotation_round ("
    " id INTEGER PRIMARY KEY, uuid TEXT NOT NULL UNIQUE,"
    " name TEXT NOT NULL, target TEXT NOT NULL CHECK (target IN ('document', 'code')),"
    " parent_id INTEGER REFERENCES annotation_round,"
    " iteration_id INTEGER REFERENCES iteration,"
    " rule TEXT NOT NULL, seed INTEGER NOT NULL, instruction TEXT NOT NULL,"
    " settings TEXT NOT NULL CHECK (json_valid(settings)),"
    " created INTEGER NOT NULL, closed INTEGER) STRICT",
    "CREATE TABLE annotation_item ("
    " id INTEGER PRIMARY KEY,"
    " uuid TEXT NOT NULL UNIQUE,"
    " round_id INTEGER NOT NULL REFERENCES annotation_round,"
    " position INTEGER NOT NULL,"
    " document_id INTEGER REFERENCES document,"
    " code_id INTEGER REFERENCES code,"
    " UNIQUE (round_id, position),"
    " CHECK (document_id IS NOT NULL OR code_id IS NOT NULL)) STRICT",
    "CREATE INDEX annotation_item_by_document ON annotation_item (document_id)",
    "CREATE INDEX annotation_item_by_code ON annotation_item (code_id)",
    "CREATE TABLE judgment ("
    " id INTEGER PRIMARY KEY AUTOINCREMENT,"
    " uuid TEXT NOT NULL UNIQUE,"
    " item_id INTEGER NOT NULL REFERENCES annotation_item,"
    " annotator_id INTEGER NOT NULL REFERENCES annotator,"
    " question TEXT NOT NULL CHECK (question IN ('present', 'meaningful', 'redundant')),"
    " answer TEXT NOT NULL CHECK (answer IN ('yes', 'no', 'skip', 'flag', 'withdrawn')),"
    " other_code_id INTEGER REFERENCES code,"
    " shown INTEGER NOT NULL DEFAULT 0 CHECK (shown IN (0, 1)),"
    " note TEXT NOT NULL DEFAULT '',"
    " time INTEGER NOT NULL) STRICT",
    "CREATE INDEX judgment_by_item ON judgment (item_id, annotator_id, question, time)",
    "CREATE INDEX judgment_by_annotator ON judgment (annotator_id, id)",
    "CREATE VIEW judgment_current AS SELECT * FROM judgment AS j WHERE NOT EXISTS ("
    " SELECT 1 FROM judgment AS later WHERE later.item_id = j.item_id AND later.annotator_id = j.annotator_id"
    " AND later.question = j.question AND (later.time, later.uuid) > (j.time, j.uuid))",
    "CREATE TABLE annotator_code ("
    " id INTEGER PRIMARY KEY AUTOINCREMENT, uuid TEXT NOT NULL UNIQUE,"
    " annotator_id INTEGER NOT NULL REFERENCES annotator,"
    " round_id INTEGER REFERENCES annotation_round,"
    " document_id INTEGER NOT NULL REFERENCES document,"
    " name TEXT NOT NULL, span_start INTEGER, span_end INTEGER,"
    " note TEXT NOT NULL DEFAULT '', withdrawn INTEGER NOT NULL DEFAULT 0, time INTEGER NOT NULL) STRICT",
    "CREATE INDEX annotator_code_by_document ON annotator_code (document_id)",
    /* SQLite 3.40's integrity check wants the key's columns first where there is no rowid. */
    "CREATE TABLE consensus ("
    " item_id INTEGER NOT NULL REFERENCES annotation_item,"
    " question TEXT NOT NULL CHECK (question IN ('present', 'meaningful', 'redundant')),"
    " time INTEGER NOT NULL,"
    " answer TEXT NOT NULL CHECK (answer IN ('yes', 'no', 'withdrawn')),"
    " note TEXT NOT NULL DEFAULT '', author TEXT NOT NULL,"
    " PRIMARY KEY (item_id, question, time)) STRICT, WITHOUT ROWID",

    /* What a person entered, to be undone and done again. */
    "CREATE TABLE undo_log ("
    " id INTEGER PRIMARY KEY AUTOINCREMENT,"
    " author TEXT NOT NULL, time INTEGER NOT NULL, kind TEXT NOT NULL,"
    " forward TEXT NOT NULL CHECK (json_valid(forward)),"
    " backward TEXT NOT NULL CHECK (json_valid(backward)),"
    " undone INTEGER NOT NULL DEFAULT 0 CHECK (undone IN (0, 1))) STRICT",
};

static const dove_store_patch patches[] = {
    {.version = 1, .statements = version_1, .count = sizeof version_1 / sizeof version_1[0]},
};

const dove_store_patches dove_store_all_patches = {patches, sizeof patches / sizeof patches[0]};

int dove_store_newest_version(const dove_store_patches *list) { return list->rows[list->count - 1].version; }

int dove_store_schema_version(void) { return dove_store_newest_version(&dove_store_all_patches); }

static dove_status run(sqlite3 *database, const char *sql, const char *path, dove_error *error) {
  const int result = sqlite3_exec(database, sql, NULL, NULL, NULL);
  return result == SQLITE_OK ? DOVE_OK : dove_sqlite_failure(database, result, path, "bring up to date", error);
}

static dove_status apply_one(sqlite3 *database, const dove_store_patch *patch, const char *path, dove_error *error) {
  for (size_t i = 0; i < patch->count; i++) {
    const dove_status status = run(database, patch->statements[i], path, error);
    if (status != DOVE_OK) return status;
  }
  char pragma[48]; /* PRAGMA takes no bound values */
  snprintf(pragma, sizeof pragma, "PRAGMA user_version = %d", patch->version);
  return run(database, pragma, path, error);
}

dove_status dove_store_apply_patches(sqlite3 *database, const dove_store_patches *list, int version, const char *path,
                                     dove_error *error) {
  dove_status status = run(database, "BEGIN IMMEDIATE", path, error);
  if (status != DOVE_OK) return status;
  for (size_t i = 0; i < list->count && status == DOVE_OK; i++) {
    if (list->rows[i].version > version) status = apply_one(database, &list->rows[i], path, error);
  }
  if (status == DOVE_OK) status = run(database, "COMMIT", path, error);
  if (status != DOVE_OK && sqlite3_get_autocommit(database) == 0) {
    sqlite3_exec(database, "ROLLBACK", NULL, NULL, NULL);
  }
  return status;
}
