/* 10,000 documents through a chat endpoint that answers in 50 ms, 64 at once: the share of the ideal 1,280 requests a
 * second, and the memory that it takes. The server is a process of its own. `--serve MS` only serves: it prints its
 * port and ends with its input. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench.h"
#include "dove/recognise.h"
#include "dove/roles.h"
#include "dove/store_documents.h"
#include "endpoint_server.h"

enum { DOCUMENTS = 10000, AT_ONCE = 64 };

static const double delay = 0.05;

static dove_error error;

static void must(dove_status status) {
  if (status == DOVE_OK) return;
  fprintf(stderr, "bench_endpoint: %s\n", error.message);
  exit(1);
}

static int serve(double seconds) {
  bench_server *server = calloc(1, sizeof *server);
  const int port = server != NULL ? server_open(server, seconds, STDIN_FILENO) : -1;
  if (port < 0) return 1;
  printf("%d\n", port);
  fflush(stdout);
  server_serve(server);
  free(server);
  return 0;
}

/* The server in a child; *end is closed to end it. */
static pid_t start_server(int *port, int *end) {
  int in[2], out[2];
  if (pipe(in) != 0 || pipe(out) != 0) exit(1);
  const pid_t child = fork();
  if (child == 0) {
    dup2(in[0], STDIN_FILENO);
    dup2(out[1], STDOUT_FILENO);
    close(in[1]);
    close(out[0]);
    _exit(serve(delay));
  }
  close(in[0]);
  close(out[1]);
  FILE *file = fdopen(out[0], "r");
  if (child < 0 || file == NULL || fscanf(file, "%d", port) != 1) exit(1);
  fclose(file);
  *end = in[1];
  return child;
}

/* About 1,200 bytes each, like a comment under an article. */
static void add_documents(dove_store *store) {
  char text[2048], id[32];
  must(dove_store_begin(store, &error));
  for (int i = 0; i < DOCUMENTS; i++) {
    size_t used = (size_t)snprintf(text, sizeof text, "Document %d. Our streets must be safe for everybody.", i);
    while (used < 1200)
      used +=
          (size_t)snprintf(text + used, sizeof text - used, " What was said there on day %zu is worth a look.", used);
    snprintf(id, sizeof id, "d%05d", i);
    const dove_store_new_document row = {
        .external_id = id, .culture = "US", .source = "human", .lang = "en", .topic = "streets", .text = text};
    must(dove_store_document_add(store, &row, NULL, &error));
  }
  must(dove_store_commit(store, &error));
}

static void set(dove_settings *settings, const char *key, const char *value) {
  must(dove_settings_set(settings, key, value, &error));
}

int main(int argc, char **argv) {
  if (argc == 3 && strcmp(argv[1], "--serve") == 0) return serve(strtod(argv[2], NULL) / 1000);
  char folder[] = "/tmp/dove-bench-XXXXXX", path[64], url[64];
  int port = 0, end = -1;
  if (mkdtemp(folder) == NULL) return 1;
  setenv("DOVE_SHARE", ".", 0); /* the prompts of the tree */
  snprintf(path, sizeof path, "%s/b.dove", folder);
  const pid_t server = start_server(&port, &end);
  snprintf(url, sizeof url, "http://127.0.0.1:%d/v1", port);

  dove_store *store = NULL;
  dove_settings settings;
  dove_recognizer recognizer;
  dove_recognise_options options = {0};
  dove_recognise_report report;
  must(dove_store_create(path, &store, &error));
  add_documents(store);
  dove_settings_defaults(&settings);
  set(&settings, "recognizer.url", url);
  set(&settings, "recognizer.model", "bench");
  set(&settings, "recognizer.concurrency", "64");
  must(dove_project_recognizer(store, &settings, &recognizer, &options.from_model, &error));
  const double started = dove_clock_seconds();
  must(dove_recognise(store, &recognizer, &options, &report, NULL, &error));
  const double seconds = dove_clock_seconds() - started;
  dove_recognizer_close(&recognizer);
  dove_store_close(store);
  close(end);
  waitpid(server, NULL, 0);

  struct rusage used;
  getrusage(RUSAGE_SELF, &used);
  const double ideal = AT_ONCE / delay, rate = DOCUMENTS / seconds;
  printf("%d documents, %d at once, %.0f ms each: %.0f a second, %.1f %% of the ideal %.0f (at least 90)\n", DOCUMENTS,
         AT_ONCE, 1000 * delay, rate, 100 * rate / ideal, ideal);
  printf("at the most %ld MB of memory (at most 200)\n", used.ru_maxrss / 1024);
  const char *const tails[] = {"", "-wal", "-shm"};
  for (size_t i = 0; i < sizeof tails / sizeof tails[0]; i++) {
    char file[96];
    snprintf(file, sizeof file, "%s%s", path, tails[i]);
    unlink(file);
  }
  rmdir(folder);
  return report.done == DOCUMENTS ? 0 : 1;
}
