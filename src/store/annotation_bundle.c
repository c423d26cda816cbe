#include "dove/store_annotation_bundle.h"

#include <stdlib.h>
#include <string.h>

#include "store/annotation_merge.h"
#include "store/annotation_rows.h"

uint64_t dove_code_fingerprint(const dove_query *query, int name_column, int centroid_column) {
  const unsigned char *name = sqlite3_column_text(query->statement, name_column);
  const size_t length = name == NULL ? 0 : strlen((const char *)name);
  const uint64_t start = dove_store_fingerprint(0, length == 0 ? (const void *)"" : name, length);
  const void *centroid = sqlite3_column_blob(query->statement, centroid_column);
  const size_t size = (size_t)sqlite3_column_bytes(query->statement, centroid_column);
  return dove_store_fingerprint(start, centroid == NULL ? "" : centroid, size);
}

static dove_code_reference column_code(const dove_query *query, int column, dove_pool *pool) {
  if (dove_column_is_null(query, column)) return (dove_code_reference){.name = ""};
  return (dove_code_reference){.id = dove_column_int(query, column),
                               .name = dove_column_text(query, column + 1, pool),
                               .fingerprint = dove_code_fingerprint(query, column + 1, column + 2)};
}

/* The rounds that are asked for, as a table `wanted`; for rounds alone, with those that they come from. */
#define WANTED "WITH wanted (id) AS (SELECT id FROM annotation_round WHERE (? = 0 OR id = ?)) "
#define WANTED_WITH_PARENTS                                                                                        \
  "WITH RECURSIVE wanted (id) AS (SELECT id FROM annotation_round WHERE (? = 0 OR id = ?)"                         \
  " UNION SELECT r.parent_id FROM wanted AS w JOIN annotation_round AS r ON r.id = w.id WHERE r.parent_id IS NOT " \
  "NULL) "

static void fill_annotator(const dove_query *query, void *row, dove_pool *pool) {
  *(dove_bundle_annotator *)row =
      (dove_bundle_annotator){.name = dove_column_text(query, 0, pool), .created = dove_column_int(query, 1)};
}

static void fill_round(const dove_query *query, void *row, dove_pool *pool) {
  dove_bundle_round *round = row;
  *round = (dove_bundle_round){
      .uuid = dove_column_text(query, 0, pool),
      .name = dove_column_text(query, 1, pool),
      .parent = dove_column_text(query, 2, pool),
      .iteration = dove_column_int(query, 4),
      .iteration_time = dove_column_int(query, 5),
      .rule = dove_column_text(query, 6, pool),
      .instruction = dove_column_text(query, 7, pool),
      .settings = dove_column_text(query, 8, pool),
      .seed = (uint64_t)dove_column_int(query, 9),
      .created = dove_column_int(query, 10),
      .closed = dove_column_int(query, 11),
  };
  dove_annotation_target_parse(dove_column_text(query, 3, pool), &round->target);
}

static void fill_item(const dove_query *query, void *row, dove_pool *pool) {
  *(dove_bundle_item *)row = (dove_bundle_item){
      .uuid = dove_column_text(query, 0, pool),
      .round = dove_column_text(query, 1, pool),
      .position = dove_column_int(query, 2),
      .document = dove_column_text(query, 3, pool),
      .code = column_code(query, 4, pool),
  };
}

static void fill_judgment(const dove_query *query, void *row, dove_pool *pool) {
  *(dove_bundle_judgment *)row = (dove_bundle_judgment){
      .uuid = dove_column_text(query, 0, pool),
      .item = dove_column_text(query, 1, pool),
      .annotator = dove_column_text(query, 2, pool),
      .question = dove_column_question(query, 3),
      .answer = dove_column_answer(query, 4),
      .other = column_code(query, 5, pool),
      .shown = dove_column_int(query, 8) != 0,
      .note = dove_column_text(query, 9, pool),
      .time = dove_column_int(query, 10),
  };
}

static void fill_code(const dove_query *query, void *row, dove_pool *pool) {
  *(dove_bundle_code *)row = (dove_bundle_code){
      .uuid = dove_column_text(query, 0, pool),
      .annotator = dove_column_text(query, 1, pool),
      .round = dove_column_text(query, 2, pool),
      .document = dove_column_text(query, 3, pool),
      .name = dove_column_text(query, 4, pool),
      .note = dove_column_text(query, 5, pool),
      .span_start = dove_column_int(query, 6),
      .span_end = dove_column_int(query, 7),
      .withdrawn = dove_column_int(query, 8) != 0,
      .time = dove_column_int(query, 9),
  };
}

static void fill_consensus(const dove_query *query, void *row, dove_pool *pool) {
  *(dove_bundle_consensus *)row = (dove_bundle_consensus){
      .item = dove_column_text(query, 0, pool),
      .question = dove_column_question(query, 1),
      .answer = dove_column_answer(query, 2),
      .note = dove_column_text(query, 3, pool),
      .author = dove_column_text(query, 4, pool),
      .time = dove_column_int(query, 5),
  };
}

static void fill_review(const dove_query *query, void *row, dove_pool *pool) {
  dove_bundle_review *review = row;
  *review = (dove_bundle_review){
      .uuid = dove_column_text(query, 0, pool),
      .run = dove_column_int(query, 2),
      .run_time = dove_column_int(query, 3),
      .t = dove_column_int(query, 4),
      .decision = dove_column_int(query, 5),
      .decision_time = dove_column_int(query, 6),
      .code = column_code(query, 7, pool),
      .other = column_code(query, 10, pool),
      .name = dove_column_text(query, 13, pool),
      .note = dove_column_text(query, 14, pool),
      .author = dove_column_text(query, 15, pool),
      .time = dove_column_int(query, 16),
      .withdrawn = dove_column_int(query, 17) != 0,
      .changed = dove_column_int(query, 18),
  };
  dove_review_kind_parse(dove_column_text(query, 1, pool), &review->kind);
}

static const char annotators_sql[] = WANTED
    "SELECT name, created FROM annotator AS a WHERE EXISTS (SELECT 1 FROM judgment AS j JOIN annotation_item AS i"
    " ON i.id = j.item_id JOIN wanted AS w ON w.id = i.round_id WHERE j.annotator_id = a.id) OR EXISTS (SELECT 1"
    " FROM annotator_code AS n JOIN wanted AS w ON w.id = n.round_id WHERE n.annotator_id = a.id) ORDER BY name";
static const char rounds_sql[] = WANTED_WITH_PARENTS
    "SELECT r.uuid, r.name, p.uuid, r.target, r.iteration_id, t.time, r.rule, r.instruction, r.settings, r.seed,"
    " r.created, r.closed FROM annotation_round AS r JOIN wanted AS w ON w.id = r.id"
    " LEFT JOIN annotation_round AS p ON p.id = r.parent_id LEFT JOIN iteration AS t ON t.id = r.iteration_id"
    " ORDER BY r.created, r.uuid";
static const char items_sql[] = WANTED
    "SELECT i.uuid, r.uuid, i.position, d.external_id, c.id, c.name, c.centroid FROM annotation_item AS i"
    " JOIN wanted AS w ON w.id = i.round_id JOIN annotation_round AS r ON r.id = i.round_id"
    " LEFT JOIN document AS d ON d.id = i.document_id LEFT JOIN code AS c ON c.id = i.code_id"
    " ORDER BY r.created, r.uuid, i.position, i.uuid";
static const char judgments_sql[] = WANTED
    "SELECT j.uuid, i.uuid, a.name, j.question, j.answer, c.id, c.name, c.centroid, j.shown, j.note, j.time"
    " FROM judgment AS j JOIN annotation_item AS i ON i.id = j.item_id JOIN wanted AS w ON w.id = i.round_id"
    " JOIN annotator AS a ON a.id = j.annotator_id LEFT JOIN code AS c ON c.id = j.other_code_id"
    " ORDER BY i.uuid, a.name, j.question, j.time, j.uuid";
static const char codes_sql[] = WANTED
    "SELECT n.uuid, a.name, r.uuid, d.external_id, n.name, n.note, ifnull(n.span_start, -1),"
    " ifnull(n.span_end, -1), n.withdrawn, n.time FROM annotator_code AS n JOIN wanted AS w ON w.id = n.round_id"
    " JOIN annotation_round AS r ON r.id = n.round_id JOIN annotator AS a ON a.id = n.annotator_id"
    " JOIN document AS d ON d.id = n.document_id ORDER BY n.time, n.uuid";
static const char consensus_sql[] = WANTED
    "SELECT i.uuid, x.question, x.answer, x.note, x.author, x.time FROM consensus AS x"
    " JOIN annotation_item AS i ON i.id = x.item_id JOIN wanted AS w ON w.id = i.round_id"
    " ORDER BY i.uuid, x.question, x.time";
/* They belong to no round: all of them, or none. One whose run was removed is about nothing that a copy could have. */
static const char reviews_sql[] =
    "SELECT o.uuid, o.kind, r.id, r.created, o.t, d.id, i.time, c.id, c.name, c.centroid, x.id, x.name, x.centroid,"
    " o.name, o.note, o.author, o.time, o.withdrawn IS NOT NULL, o.changed FROM reviewer_override AS o"
    " JOIN codebook_run AS r ON r.id = o.run_id LEFT JOIN decision AS d ON d.id = o.decision_id"
    " LEFT JOIN iteration AS i ON i.id = d.iteration_id LEFT JOIN code AS c ON c.id = o.code_id"
    " LEFT JOIN code AS x ON x.id = o.other_code_id WHERE (? = 0 AND ? = 0) ORDER BY o.time, o.uuid";

static dove_status read_part(dove_store *store, const char *sql, int64_t round, size_t row_size, dove_row_fill *fill,
                             void **rows, size_t *count, void **strings, dove_error *error) {
  dove_query query;
  dove_rows collected;
  dove_query_open(&query, store, sql, error);
  dove_query_int(&query, round);
  dove_query_int(&query, round);
  const dove_status status = dove_query_collect(&query, row_size, fill, &collected);
  *rows = collected.rows;
  *count = collected.count;
  *strings = collected.strings;
  return status;
}

dove_status dove_store_bundle_read(dove_store *store, int64_t round, dove_annotation_bundle *bundle,
                                   dove_error *error) {
  *bundle = (dove_annotation_bundle){0};
  void *rows[DOVE_BUNDLE_PARTS] = {0};
  size_t counts[DOVE_BUNDLE_PARTS] = {0};
  const struct {
    const char *sql;
    size_t row_size;
    dove_row_fill *fill;
  } parts[DOVE_BUNDLE_PARTS] = {{annotators_sql, sizeof *bundle->annotators, fill_annotator},
                                {rounds_sql, sizeof *bundle->rounds, fill_round},
                                {items_sql, sizeof *bundle->items, fill_item},
                                {judgments_sql, sizeof *bundle->judgments, fill_judgment},
                                {codes_sql, sizeof *bundle->codes, fill_code},
                                {consensus_sql, sizeof *bundle->consensus, fill_consensus},
                                {reviews_sql, sizeof *bundle->reviews, fill_review}};
  dove_status status = DOVE_OK;
  for (size_t i = 0; i < DOVE_BUNDLE_PARTS && status == DOVE_OK; i++) {
    status = read_part(store, parts[i].sql, round, parts[i].row_size, parts[i].fill, &rows[i], &counts[i],
                       &bundle->strings[i], error);
  }
  bundle->annotators = rows[0], bundle->annotator_count = counts[0];
  bundle->rounds = rows[1], bundle->round_count = counts[1];
  bundle->items = rows[2], bundle->item_count = counts[2];
  bundle->judgments = rows[3], bundle->judgment_count = counts[3];
  bundle->codes = rows[4], bundle->code_count = counts[4];
  bundle->consensus = rows[5], bundle->consensus_count = counts[5];
  bundle->reviews = rows[6], bundle->review_count = counts[6];
  if (status != DOVE_OK) dove_store_bundle_free(bundle);
  return status;
}

void dove_store_bundle_free(dove_annotation_bundle *bundle) {
  void *const rows[DOVE_BUNDLE_PARTS] = {bundle->annotators, bundle->rounds,    bundle->items,  bundle->judgments,
                                         bundle->codes,      bundle->consensus, bundle->reviews};
  for (size_t i = 0; i < DOVE_BUNDLE_PARTS; i++) dove_rows_free(rows[i], bundle->strings[i]);
  *bundle = (dove_annotation_bundle){0};
}
