#include <stdlib.h>
#include <string.h>

#include "cli/compute.h"
#include "cli/files.h"
#include "cli/output.h"
#include "dove/assign.h"
#include "dove/clock.h"
#include "dove/hdbscan.h"
#include "dove/memory.h"
#include "dove/npy.h"
#include "dove/umap.h"

/* ---- cluster ---- */

typedef struct clustering {
  dove_matrix points;
  dove_matrix embedding; /* of UMAP, empty with --no-umap */
  dove_umap_timing timing;
  double hdbscan_seconds;
  dove_hdbscan result;
} clustering;

static dove_status reduce(const cli_call *call, clustering *job, dove_metric metric, const dove_progress *progress,
                          dove_error *error) {
  dove_umap_options options = dove_umap_defaults();
  options.dimensions = (size_t)cli_integer(call, "umap-dim", (int64_t)options.dimensions);
  options.neighbors = (size_t)cli_integer(call, "neighbors", (int64_t)options.neighbors);
  options.min_dist = cli_real(call, "min-dist", options.min_dist);
  options.metric = metric;
  options.seed = (uint64_t)cli_integer(call, "seed", 1);
  return dove_umap(dove_matrix_as_view(&job->points), &options, &job->embedding, &job->timing, progress, error);
}

static dove_status cluster(const cli_call *call, clustering *job, const dove_progress *progress, dove_error *error) {
  const bool with_umap = !cli_flag(call, "no-umap");
  const char *metric_name = cli_text(call, "metric", with_umap ? "cosine" : "euclidean");
  const dove_metric metric = strcmp(metric_name, "cosine") == 0 ? DOVE_METRIC_COSINE : DOVE_METRIC_EUCLIDEAN;
  if (with_umap) {
    const dove_status status = reduce(call, job, metric, progress, error);
    if (status != DOVE_OK) return status;
  } else if (metric == DOVE_METRIC_COSINE) {
    dove_normalize_rows(job->points.data, job->points.rows, job->points.columns);
  }
  dove_hdbscan_options options = DOVE_HDBSCAN_DEFAULTS;
  options.min_cluster_size = (uint32_t)cli_integer(call, "min-cluster-size", options.min_cluster_size);
  options.min_samples = (uint32_t)cli_integer(call, "min-samples", options.min_samples);
  const dove_matrix *from = with_umap ? &job->embedding : &job->points;
  const double started = dove_clock_seconds();
  const dove_status status =
      dove_hdbscan_run(from->data, from->rows, from->columns, &options, progress, &job->result, error);
  job->hdbscan_seconds = dove_clock_seconds() - started;
  return status;
}

static dove_status write_files(const cli_call *call, const clustering *job, dove_error *error) {
  const char *labels = cli_text(call, "output", NULL), *embedding = cli_text(call, "embedding", NULL);
  dove_status status = DOVE_OK;
  if (labels != NULL) status = cli_write_labels(labels, job->result.labels, job->result.count, error);
  if (status == DOVE_OK && embedding != NULL) {
    status = cli_write_floats(embedding, dove_matrix_as_view(&job->embedding), error);
  }
  return status;
}

static void print_clustering(const cli_call *call, const clustering *job) {
  const double umap = job->timing.graph + job->timing.start + job->timing.layout;
  if (!call->json) {
    printf("%zu points, %u clusters, %zu noise\nseconds: neighbours %.3f, UMAP %.3f, HDBSCAN %.3f\n", job->result.count,
           (unsigned)job->result.clusters, job->result.noise, job->timing.neighbors, umap, job->hdbscan_seconds);
    return;
  }
  dove_json_writer writer = dove_json_writer_on(stdout);
  dove_json_object_begin(&writer, false);
  dove_json_member_integer(&writer, "n", (int64_t)job->result.count);
  dove_json_member_integer(&writer, "clusters", job->result.clusters);
  dove_json_member_integer(&writer, "noise", (int64_t)job->result.noise);
  dove_json_key(&writer, "seconds");
  dove_json_object_begin(&writer, true);
  dove_json_member_number(&writer, "knn", job->timing.neighbors);
  dove_json_member_number(&writer, "umap", umap);
  dove_json_member_number(&writer, "hdbscan", job->hdbscan_seconds);
  dove_json_object_end(&writer);
  dove_json_object_end(&writer);
}

dove_status cli_compute_cluster(const cli_call *call, dove_error *error) {
  if (cli_has(call, "embedding") && cli_flag(call, "no-umap")) {
    return dove_fail(error, DOVE_USAGE, "--embedding writes UMAP's coordinates; it makes no sense with --no-umap");
  }
  clustering job = {0};
  dove_status status = cli_check_input(call->arguments[0], error);
  if (status == DOVE_OK && cli_has(call, "output")) status = cli_check_output(cli_text(call, "output", NULL), error);
  if (status == DOVE_OK) status = dove_array_read(call->arguments[0], false, &job.points, error);
  if (status == DOVE_OK) {
    status = cluster(call, &job, cli_progress_begin(call), error);
    cli_progress_end();
  }
  if (status == DOVE_OK) status = write_files(call, &job, error);
  if (status == DOVE_OK) print_clustering(call, &job);
  dove_hdbscan_free(&job.result);
  dove_matrix_free(&job.embedding);
  dove_matrix_free(&job.points);
  return status;
}

/* ---- assign ---- */

static void print_assignment(const cli_call *call, const double *q, size_t rows, size_t codes, bool with_q) {
  if (!call->json) {
    for (size_t i = 0; with_q && i < rows * codes; i++) printf("%.9g%c", q[i], (i + 1) % codes == 0 ? '\n' : ',');
    return;
  }
  dove_json_writer writer = dove_json_writer_on(stdout);
  dove_json_object_begin(&writer, false);
  dove_json_member_integer(&writer, "n", (int64_t)rows);
  dove_json_member_integer(&writer, "codes", (int64_t)codes);
  if (with_q) {
    dove_json_key(&writer, "q");
    dove_json_array_begin(&writer, false);
    for (size_t i = 0; i < rows; i++) {
      dove_json_array_begin(&writer, true);
      for (size_t k = 0; k < codes; k++) dove_json_number(&writer, q[i * codes + k]);
      dove_json_array_end(&writer);
    }
    dove_json_array_end(&writer);
  }
  dove_json_object_end(&writer);
}

static dove_status assign(const cli_call *call, const dove_matrix_double *points, const dove_matrix_double *centroids,
                          dove_error *error) {
  if (points->columns != centroids->columns) {
    return dove_fail(error, DOVE_INPUT, "'%s' has vectors of %zu numbers, the centroids have %zu", call->arguments[0],
                     points->columns, centroids->columns);
  }
  const char *output = cli_text(call, "output", NULL);
  const size_t codes = centroids->rows;
  double *q = codes > 0 && points->rows > SIZE_MAX / codes ? NULL : dove_alloc(points->rows * codes, sizeof *q);
  if (q == NULL) return dove_fail_memory(error, "assigning");
  dove_status status = dove_assign_double(points->data, points->rows, centroids->data, codes, points->columns,
                                          cli_real(call, "sigma2", 1.0), q, error);
  if (status == DOVE_OK && output != NULL) status = cli_write_matrix(output, q, points->rows, codes, error);
  if (status == DOVE_OK) print_assignment(call, q, points->rows, codes, output == NULL);
  free(q);
  return status;
}

dove_status cli_compute_assign(const cli_call *call, dove_error *error) {
  dove_matrix_double points = {0}, centroids = {0};
  dove_status status = cli_require(call, "centroids", error);
  if (status == DOVE_OK) status = cli_require(call, "sigma2", error);
  if (status == DOVE_OK && cli_has(call, "output")) status = cli_check_output(cli_text(call, "output", NULL), error);
  if (status == DOVE_OK) status = cli_check_input(call->arguments[0], error);
  if (status == DOVE_OK) status = cli_check_input(cli_text(call, "centroids", NULL), error);
  if (status == DOVE_OK) status = dove_array_read_double(call->arguments[0], false, &points, error);
  if (status == DOVE_OK) status = dove_array_read_double(cli_text(call, "centroids", NULL), false, &centroids, error);
  if (status == DOVE_OK) status = assign(call, &points, &centroids, error);
  dove_matrix_double_free(&points);
  dove_matrix_double_free(&centroids);
  return status;
}
