#include "dove/settings.h"

#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "dove/secret.h"
#include "dove/text.h"

typedef enum setting_kind {
  KIND_INTEGER,
  KIND_REAL,
  KIND_CHOICE,
  KIND_TEXT,
  KIND_SIGMA,
  KIND_TAU1,
  KIND_URL,
  KIND_KEY,
} setting_kind;

typedef struct setting {
  dove_setting_info info;
  setting_kind kind;
  size_t offset;       /* of the field in dove_settings */
  double low, high;    /* of numbers, inclusive */
  const char *choices; /* space-separated, in the order of the enumeration */
} setting;

#define FIELD(name) offsetof(dove_settings, name)

/* Where the model of a role is, and what it costs. */
#define ROLE(role, own)                                                                                         \
  {{#role ".url", "", "", "https://HOST/…, or empty",                                                           \
    "base address of the " #role "'s endpoint; empty: endpoint.url, where " #role ".model is set, else " own},  \
   KIND_URL,                                                                                                    \
   FIELD(role.url),                                                                                             \
   0,                                                                                                           \
   0,                                                                                                           \
   NULL},                                                                                                       \
      {{#role ".model", "", "", "a name", "the model that is asked; empty and no url: " own},                   \
       KIND_TEXT,                                                                                               \
       FIELD(role.model),                                                                                       \
       0,                                                                                                       \
       0,                                                                                                       \
       NULL},                                                                                                   \
      {{#role ".key", "", "", "$NAME, file:PATH or command:WORDS", "where the API key is; it is never stored"}, \
       KIND_KEY,                                                                                                \
       FIELD(role.key),                                                                                         \
       0,                                                                                                       \
       0,                                                                                                       \
       NULL},                                                                                                   \
      {{#role ".concurrency", "", "256", "1 … 1024", "requests at once, at the most"},                          \
       KIND_INTEGER,                                                                                            \
       FIELD(role.concurrency),                                                                                 \
       1,                                                                                                       \
       1024,                                                                                                    \
       NULL},                                                                                                   \
      {{#role ".price_in", "", "0", "0 … 1000000", "price of a million tokens that are sent"},                  \
       KIND_REAL,                                                                                               \
       FIELD(role.price_in),                                                                                    \
       0,                                                                                                       \
       1e6,                                                                                                     \
       NULL},                                                                                                   \
  {                                                                                                             \
    {#role ".price_out", "", "0", "0 … 1000000", "price of a million tokens that come back"}, KIND_REAL,        \
        FIELD(role.price_out), 0, 1e6, NULL                                                                     \
  }

/* How a chat model is asked. */
#define CHAT(role)                                                                                     \
  {{#role ".temperature", "", "-1", "-1 … 2", "sampling temperature; -1: the server's own"},           \
   KIND_REAL,                                                                                          \
   FIELD(role.temperature),                                                                            \
   -1,                                                                                                 \
   2,                                                                                                  \
   NULL},                                                                                              \
      {{#role ".max_tokens", "", "0", "0 … 1000000", "most tokens of an answer; 0: the server's own"}, \
       KIND_INTEGER,                                                                                   \
       FIELD(role.max_tokens),                                                                         \
       0,                                                                                              \
       1000000,                                                                                        \
       NULL},                                                                                          \
  {                                                                                                    \
    {#role ".token_limit", "", "max_completion_tokens", "max_completion_tokens or max_tokens",         \
     "what the server calls max_tokens; older ones and Ollama: max_tokens"},                           \
        KIND_CHOICE, FIELD(role.token_limit), 0, 0, "max_completion_tokens max_tokens"                 \
  }

/* For roles that answer in JSON. */
#define SCHEMA(role)                                                                                     \
  {                                                                                                      \
    {#role ".schema", "", "on", "on or off", "ask for the answer's form as a JSON schema"}, KIND_CHOICE, \
        FIELD(role.schema), 0, 0, "on off"                                                               \
  }

static const setting table[] = {
    {{"seed", "", "1", "0 … 9007199254740992", "seed of every random draw"},
     KIND_INTEGER,
     FIELD(seed),
     0,
     9007199254740992.0,
     NULL},
    {{"sigma", "sigma_rule", "mle", "mle, fixed:VALUE, perplexity:P", "how the width σ of a code is found"},
     KIND_SIGMA,
     FIELD(sigma),
     0,
     0,
     NULL},
    {{"M", "codes_per_document", "5", "1 … 64", "codes in a set, and most recognised codes of a document"},
     KIND_INTEGER,
     FIELD(codes_per_document),
     1,
     64,
     NULL},
    {{"min_probability", "", "0.01", "0 … 1", "codes of a document under this are left out"},
     KIND_REAL,
     FIELD(min_probability),
     0,
     1,
     NULL},
    {{"umap_dim", "umap_dimension", "5", "1 … 64", "dimensions that UMAP reduces to before clustering"},
     KIND_INTEGER,
     FIELD(umap_dimension),
     1,
     64,
     NULL},
    {{"n_neighbors", "neighbors", "15", "2 … 200", "neighbours of a point in UMAP"},
     KIND_INTEGER,
     FIELD(neighbors),
     2,
     200,
     NULL},
    {{"min_dist", "", "0", "0 … 1", "smallest distance between points in UMAP's space"},
     KIND_REAL,
     FIELD(min_dist),
     0,
     1,
     NULL},
    {{"min_cluster_size", "", "5", "2 … 10000", "HDBSCAN: expressions in the smallest cluster"},
     KIND_INTEGER,
     FIELD(min_cluster_size),
     2,
     10000,
     NULL},
    {{"min_samples", "", "5", "1 … 1000", "HDBSCAN: neighbours of a core point"},
     KIND_INTEGER,
     FIELD(min_samples),
     1,
     1000,
     NULL},
    {{"noise_similarity", "", "-1", "-1 … 1",
      "a noise point less similar than this to every cluster founds its own code"},
     KIND_REAL,
     FIELD(noise_similarity),
     -1,
     1,
     NULL},
    {{"merge_similarity", "", "0.9", "-1 … 1", "initial clusters at least this similar become one"},
     KIND_REAL,
     FIELD(merge_similarity),
     -1,
     1,
     NULL},
    {{"distortion", "", "centroid", "centroid, embedding, likelihood", "what measures the loss of a reconstruction"},
     KIND_CHOICE,
     FIELD(distortion),
     0,
     0,
     "centroid embedding likelihood"},
    {{"candidate_sets", "J", "3", "1 … 64", "code sets tried for a document"},
     KIND_INTEGER,
     FIELD(candidate_sets),
     1,
     64,
     NULL},
    {{"N1", "kept_sets", "3", "1 … 64", "code sets kept: those of least distortion"},
     KIND_INTEGER,
     FIELD(kept_sets),
     1,
     64,
     NULL},
    {{"N2", "reconstructions", "3", "1 … 64", "texts a decoder writes for a set"},
     KIND_INTEGER,
     FIELD(reconstructions),
     1,
     64,
     NULL},
    {{"beta1", "", "0.3", "0 … 100", "weight of the entropy within documents"}, KIND_REAL, FIELD(beta1), 0, 100, NULL},
    {{"beta2", "", "0.08", "0 … 100", "weight of the entropy over the codebook"},
     KIND_REAL,
     FIELD(beta2),
     0,
     100,
     NULL},
    {{"T", "iterations", "10", "0 … 1000", "refinements at the most"}, KIND_INTEGER, FIELD(iterations), 0, 1000, NULL},
    {{"tau1", "", "off", "off, or -1000 … 1000", "objective S above which refinement stops"},
     KIND_TAU1,
     FIELD(tau1),
     -1000,
     1000,
     NULL},
    {{"patience", "", "3", "1 … 1000", "iterations without a better S before refinement stops"},
     KIND_INTEGER,
     FIELD(patience),
     1,
     1000,
     NULL},
    {{"split_z", "", "1", "-100 … 100", "usage z-score above which a code may be split"},
     KIND_REAL,
     FIELD(split_z),
     -100,
     100,
     NULL},
    {{"merge_z", "", "-0.5", "-100 … 100", "usage z-score below which a code is merged"},
     KIND_REAL,
     FIELD(merge_z),
     -100,
     100,
     NULL},
    {{"distortion_fall", "", "0.01", "0 … 1", "relative fall of a code's distortion that spares it from a split"},
     KIND_REAL,
     FIELD(distortion_fall),
     0,
     1,
     NULL},
    {{"kmeans_restarts", "", "10", "1 … 1000", "K-means starts of a split"},
     KIND_INTEGER,
     FIELD(kmeans_restarts),
     1,
     1000,
     NULL},
    {{"train_sources", "", "", "names with commas between; empty: all",
      "sources whose documents take part in building"},
     KIND_TEXT,
     FIELD(train_sources),
     0,
     0,
     NULL},
    {{"epsilon", "", "0.05", "1e-6 … 100", "weight ε of the entropic term of optimal transport"},
     KIND_REAL,
     FIELD(epsilon),
     1e-6,
     100,
     NULL},
    {{"tau", "", "1", "1e-4 … 1e6", "price τ of creating or destroying mass"}, KIND_REAL, FIELD(tau), 1e-4, 1e6, NULL},
    {{"epsilon2", "", "1e-8", "1e-300 … 1", "keeps the co-occurrence ratio of two codes defined"},
     KIND_REAL,
     FIELD(epsilon2),
     1e-300,
     1,
     NULL},
    {{"entropic", "", "plain", "plain, kl", "the entropic term: plain entropy, or KL to the product"},
     KIND_CHOICE,
     FIELD(entropic),
     0,
     0,
     "plain kl"},
    {{"tolerance", "", "1e-9", "1e-14 … 0.1", "largest change of the log-scalings at which transport has converged"},
     KIND_REAL,
     FIELD(tolerance),
     1e-14,
     0.1,
     NULL},
    {{"max_iterations", "", "100000", "1 … 100000000", "iterations of transport at the most"},
     KIND_INTEGER,
     FIELD(max_iterations),
     1,
     1e8,
     NULL},
    {{"bootstrap", "B", "1000", "0 … 1000000", "replicates of the interval of a score; 0: no interval"},
     KIND_INTEGER,
     FIELD(bootstrap),
     0,
     1e6,
     NULL},
    {{"ceiling_splits", "", "20", "20 … 10000", "random halves of the human documents behind the ceiling"},
     KIND_INTEGER,
     FIELD(ceiling_splits),
     20,
     10000,
     NULL},
    {{"vectors", "", "en.dvec", "a .dvec file", "word vectors of the embedded embedder"},
     KIND_TEXT,
     FIELD(vectors),
     0,
     0,
     NULL},
    {{"sif_weight", "", "0.001", "1e-8 … 1", "a in the word weight a / (a + p(word))"},
     KIND_REAL,
     FIELD(sif_weight),
     1e-8,
     1,
     NULL},
    {{"common_components", "", "3", "0 … 20", "principal components taken out of the sentence vectors"},
     KIND_INTEGER,
     FIELD(common_components),
     0,
     20,
     NULL},
    {{"endpoint.url", "", "", "https://HOST/…, or empty", "base address for roles that have a model and no url"},
     KIND_URL,
     FIELD(endpoint_url),
     0,
     0,
     NULL},
    {{"endpoint.key", "", "", "$NAME, file:PATH or command:WORDS",
      "where the API key of endpoint.url is; other addresses do not get it"},
     KIND_KEY,
     FIELD(endpoint_key),
     0,
     0,
     NULL},
    ROLE(recognizer, "the embedded one"),
    CHAT(recognizer),
    SCHEMA(recognizer),
    ROLE(embedder, "the embedded one"),
    {{"embedder.dimensions", "", "0", "0 … 65536", "numbers in a vector; 0: the model's own"},
     KIND_INTEGER,
     FIELD(embedder_dimensions),
     0,
     65536,
     NULL},
    {{"embedder.batch", "", "128", "1 … 2048", "texts in a request"},
     KIND_INTEGER,
     FIELD(embedder_batch),
     1,
     2048,
     NULL},
    {{"embedder.encoding", "", "base64", "base64 or float", "how vectors are asked for; either form is read"},
     KIND_CHOICE,
     FIELD(embedder_encoding),
     0,
     0,
     "base64 float"},
    ROLE(namer, "the embedded one"),
    CHAT(namer),
    SCHEMA(namer),
    ROLE(decoder, "none"),
    CHAT(decoder),
    ROLE(examinee, "none"),
    CHAT(examinee),
    ROLE(judge, "none"),
    CHAT(judge),
    SCHEMA(judge),
    ROLE(translator, "none"),
    CHAT(translator),
    {{"budget", "", "0", "0 … 1e9", "what one job may spend on models, in the currency of the prices; 0: no limit"},
     KIND_REAL,
     FIELD(budget),
     0,
     1e9,
     NULL},
    {{"annotators", "", "blind", "blind, open", "whether new rounds hide others' answers and probabilities"},
     KIND_CHOICE,
     FIELD(annotators),
     0,
     0,
     "blind open"},
};

static const size_t table_length = sizeof table / sizeof table[0];

static bool listed(const char *words, const char *word) {
  const size_t length = strlen(word);
  for (const char *at = words; (at = strstr(at, word)) != NULL; at += length) {
    const bool starts = at == words || at[-1] == ' ';
    if (starts && length > 0 && (at[length] == '\0' || at[length] == ' ')) return true;
  }
  return false;
}

static const setting *find(const char *key) {
  for (size_t i = 0; i < table_length; i++) {
    if (strcmp(table[i].info.key, key) == 0 || listed(table[i].info.aliases, key)) return &table[i];
  }
  return NULL;
}

size_t dove_setting_count(void) { return table_length; }

dove_setting_info dove_setting_at(size_t index) { return table[index].info; }

const char *dove_setting_canonical(const char *key) {
  const setting *found = find(key);
  return found != NULL ? found->info.key : NULL;
}

static void *field(dove_settings *settings, const setting *row) { return (char *)settings + row->offset; }

static const void *const_field(const dove_settings *settings, const setting *row) {
  return (const char *)settings + row->offset;
}

/* What may hold a secret by mistake is not repeated. */
static dove_status refuse(const setting *row, const char *value, dove_error *error) {
  if (row->kind == KIND_KEY || row->kind == KIND_URL)
    return dove_fail(error, DOVE_USAGE, "this is not a value for the setting '%s'; it takes %s%s", row->info.key,
                     row->info.range, row->kind == KIND_KEY ? ": where the key is, never the key" : "");
  return dove_fail(error, DOVE_USAGE, "'%s' is not a value for the setting '%s'; it takes %s", value, row->info.key,
                   row->info.range);
}

/* A whole finite number in [low, high]; nothing may follow it. */
static bool parse_real(const char *text, double low, double high, double *value) {
  char *end = NULL;
  if (text[0] == '\0' || isspace((unsigned char)text[0])) return false;
  const double parsed = strtod(text, &end);
  if (*end != '\0' || !isfinite(parsed) || parsed < low || parsed > high) return false;
  *value = parsed;
  return true;
}

static bool parse_integer(const char *text, double low, double high, int64_t *value) {
  char *end = NULL;
  if (text[0] == '\0' || isspace((unsigned char)text[0])) return false;
  errno = 0;
  const long long parsed = strtoll(text, &end, 10);
  if (*end != '\0' || errno != 0 || (double)parsed < low || (double)parsed > high) return false;
  *value = parsed;
  return true;
}

static bool parse_sigma(const char *text, dove_sigma_setting *sigma) {
  static const char fixed[] = "fixed:", perplexity[] = "perplexity:";
  dove_sigma_setting parsed = {DOVE_SIGMA_MLE, 0};
  if (strcmp(text, "mle") == 0) {
    *sigma = parsed;
    return true;
  }
  bool good = false;
  if (strncmp(text, fixed, sizeof fixed - 1) == 0) {
    parsed.rule = DOVE_SIGMA_FIXED;
    good = parse_real(text + sizeof fixed - 1, 1e-4, 1e3, &parsed.value);
  } else if (strncmp(text, perplexity, sizeof perplexity - 1) == 0) {
    parsed.rule = DOVE_SIGMA_PERPLEXITY;
    good = parse_real(text + sizeof perplexity - 1, 1, 1e6, &parsed.value);
  }
  if (good) *sigma = parsed;
  return good;
}

static bool parse_choice(const char *choices, const char *text, int *value) {
  int index = 0;
  for (const char *at = choices; *at != '\0'; index++) {
    const size_t length = strcspn(at, " ");
    if (strlen(text) == length && strncmp(at, text, length) == 0) {
      *value = index;
      return true;
    }
    at += length;
    at += strspn(at, " ");
  }
  return false;
}

static bool parse_tau1(const setting *row, const char *text, dove_settings *settings) {
  if (strcmp(text, "off") == 0) {
    settings->has_tau1 = false;
    return true;
  }
  if (!parse_real(text, row->low, row->high, &settings->tau1)) return false;
  settings->has_tau1 = true;
  return true;
}

static bool parse_text(const char *text, char *into) {
  const size_t length = strlen(text);
  if (length >= sizeof((dove_settings *)NULL)->vectors || dove_utf8_valid_prefix(text, length) != length) return false;
  memcpy(into, text, length + 1);
  return true;
}

static bool parse_key(const char *text, char *into) { return dove_secret_is_source(text) && parse_text(text, into); }

/* An address without a name and password in it. */
static bool parse_url(const char *text, char *into) {
  if (text[0] != '\0') {
    const size_t scheme = strncasecmp(text, "https://", 8) == 0 ? 8 : strncasecmp(text, "http://", 7) == 0 ? 7 : 0;
    const char *host = text + scheme;
    const size_t length = strcspn(host, "/?#@");
    if (scheme == 0 || length == 0 || host[length] == '@') return false;
  }
  return parse_text(text, into);
}

dove_status dove_settings_set(dove_settings *settings, const char *key, const char *value, dove_error *error) {
  const setting *row = find(key);
  if (row == NULL)
    return dove_fail(error, DOVE_USAGE,
                     "there is no setting '%s'; 'dove config PROJECT' on the command line lists them", key);
  bool good = false;
  switch (row->kind) {
    case KIND_INTEGER: good = parse_integer(value, row->low, row->high, field(settings, row)); break;
    case KIND_REAL: good = parse_real(value, row->low, row->high, field(settings, row)); break;
    case KIND_CHOICE: good = parse_choice(row->choices, value, field(settings, row)); break;
    case KIND_TEXT: good = parse_text(value, field(settings, row)); break;
    case KIND_SIGMA: good = parse_sigma(value, field(settings, row)); break;
    case KIND_TAU1: good = parse_tau1(row, value, settings); break;
    case KIND_URL: good = parse_url(value, field(settings, row)); break;
    case KIND_KEY: good = parse_key(value, field(settings, row)); break;
  }
  return good ? DOVE_OK : refuse(row, value, error);
}

void dove_settings_defaults(dove_settings *settings) {
  memset(settings, 0, sizeof *settings);
  for (size_t i = 0; i < table_length; i++) dove_settings_set(settings, table[i].info.key, table[i].info.preset, NULL);
}

/* The shortest decimal form that reads back as the same number. */
static void format_real(double value, char *text, size_t size) {
  for (int digits = 6; digits <= 17; digits++) {
    snprintf(text, size, "%.*g", digits, value);
    if (strtod(text, NULL) == value) return;
  }
}

static void format_choice(const char *choices, int index, char *text, size_t size) {
  const char *at = choices;
  for (int i = 0; i < index; i++) at = strchr(at, ' ') + 1;
  snprintf(text, size, "%.*s", (int)strcspn(at, " "), at);
}

static void format_sigma(const dove_sigma_setting *sigma, char *text, size_t size) {
  static const char *const names[] = {"mle", "fixed", "perplexity"};
  char number[32] = "";
  format_real(sigma->value, number, sizeof number);
  if (sigma->rule == DOVE_SIGMA_MLE) {
    snprintf(text, size, "%s", names[sigma->rule]);
  } else {
    snprintf(text, size, "%s:%s", names[sigma->rule], number);
  }
}

dove_status dove_settings_get(const dove_settings *settings, const char *key, char *text, size_t size,
                              dove_error *error) {
  const setting *row = find(key);
  if (row == NULL)
    return dove_fail(error, DOVE_USAGE,
                     "there is no setting '%s'; 'dove config PROJECT' on the command line lists them", key);
  const void *value = const_field(settings, row);
  switch (row->kind) {
    case KIND_INTEGER: snprintf(text, size, "%lld", (long long)*(const int64_t *)value); break;
    case KIND_REAL: format_real(*(const double *)value, text, size); break;
    case KIND_CHOICE: format_choice(row->choices, *(const int *)value, text, size); break;
    case KIND_URL:
    case KIND_KEY:
    case KIND_TEXT: snprintf(text, size, "%s", (const char *)value); break;
    case KIND_SIGMA: format_sigma(value, text, size); break;
    case KIND_TAU1:
      if (settings->has_tau1) {
        format_real(settings->tau1, text, size);
      } else {
        snprintf(text, size, "off");
      }
      break;
  }
  return DOVE_OK;
}

const char *const *dove_settings_preset(const char *name) {
  static const char *const paper[] = {"tau1", "1", NULL};
  return strcmp(name, "paper") == 0 ? paper : NULL;
}
