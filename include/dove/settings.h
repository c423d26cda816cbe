/* The settings of a project: every default of the specification is one. A project stores those that were changed, as
 * text; this table knows each one's name, kind, range and default. */
#ifndef DOVE_SETTINGS_H
#define DOVE_SETTINGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dove/error.h"

typedef enum dove_sigma_rule { DOVE_SIGMA_MLE, DOVE_SIGMA_FIXED, DOVE_SIGMA_PERPLEXITY } dove_sigma_rule;
typedef enum dove_distortion {
  DOVE_DISTORTION_CENTROID,
  DOVE_DISTORTION_EMBEDDING,
  DOVE_DISTORTION_LIKELIHOOD
} dove_distortion;
typedef enum dove_entropic { DOVE_ENTROPIC_PLAIN, DOVE_ENTROPIC_KL } dove_entropic;

typedef enum dove_annotator_sight { DOVE_ANNOTATORS_BLIND, DOVE_ANNOTATORS_OPEN } dove_annotator_sight;

/* σ: the rule and, for `fixed` and `perplexity`, its number. */
typedef struct dove_sigma_setting {
  dove_sigma_rule rule;
  double value;
} dove_sigma_setting;

typedef enum dove_token_limit { DOVE_MAX_COMPLETION_TOKENS, DOVE_MAX_TOKENS } dove_token_limit;
typedef enum dove_switch { DOVE_ON, DOVE_OFF } dove_switch;
typedef enum dove_encoding { DOVE_ENCODING_BASE64, DOVE_ENCODING_FLOAT } dove_encoding;

/* A model behind an OpenAI-compatible endpoint, in one role. */
typedef struct dove_role_settings {
  char url[512];      /* "": that of `endpoint`, when there is a model; without both the role is not a model's */
  char model[512];    /* see roles.h for what follows from the two */
  char key[512];      /* where the key is, never the key: see secret.h */
  double temperature; /* < 0: the server's own */
  int64_t max_tokens; /* 0: the server's own */
  dove_token_limit token_limit;
  dove_switch schema;
  int64_t concurrency; /* at most; it starts with 20 */
  double price_in;     /* for a million tokens */
  double price_out;
} dove_role_settings;

typedef struct dove_settings {
  int64_t seed;

  /* recognition: q(z|x, C) */
  dove_sigma_setting sigma;
  int64_t codes_per_document; /* M */
  double min_probability;

  /* initial codebook */
  int64_t umap_dimension;
  int64_t neighbors;
  double min_dist;
  int64_t min_cluster_size;
  int64_t min_samples;
  double noise_similarity; /* -1: a noise point never founds a code */
  double merge_similarity;

  /* objective */
  dove_distortion distortion;
  int64_t candidate_sets;  /* J */
  int64_t kept_sets;       /* N1 */
  int64_t reconstructions; /* N2 */
  double beta1;
  double beta2;

  /* refinement */
  int64_t iterations; /* T */
  bool has_tau1;
  double tau1;
  int64_t patience;
  double split_z;
  double merge_z;
  double distortion_fall; /* relative fall of d(c_k) that spares a code from a split */
  int64_t kmeans_restarts;
  char train_sources[512]; /* comma-separated; "" is all */

  /* scoring */
  double epsilon;
  double tau;
  double epsilon2;
  dove_entropic entropic;
  double tolerance;
  int64_t max_iterations;
  int64_t bootstrap;
  int64_t ceiling_splits;

  /* the embedded engine */
  char vectors[512]; /* a .dvec file; a bare name is looked up in the program's own vectors */
  double sif_weight;
  int64_t common_components;

  /* models behind endpoints */
  char endpoint_url[512], endpoint_key[512]; /* for roles with a model and no url of their own */
  dove_role_settings recognizer;
  dove_role_settings embedder; /* no chat: its temperature and the like mean nothing */
  int64_t embedder_dimensions; /* 0: the model's own */
  int64_t embedder_batch;      /* texts in a request */
  dove_encoding embedder_encoding;
  dove_role_settings namer;
  dove_role_settings decoder;
  dove_role_settings examinee;
  dove_role_settings judge;
  dove_role_settings translator;

  double budget; /* that a job may spend, in the currency of the prices; 0: no limit */

  /* annotation */
  dove_annotator_sight annotators; /* whether rounds start blind */
} dove_settings;

/* One row of the table, for listing and help. */
typedef struct dove_setting_info {
  const char *key;     /* canonical name */
  const char *aliases; /* space-separated other names, "" if none */
  const char *preset;  /* the default as text */
  const char *range;   /* the values that are taken, for people */
  const char *help;    /* one line */
} dove_setting_info;

size_t dove_setting_count(void);
/* The row number `index` (0-based), in the order in which settings are listed. */
dove_setting_info dove_setting_at(size_t index);
/* The canonical name of `key`, which may be an alias; NULL when there is no such setting. */
const char *dove_setting_canonical(const char *key);

/* All defaults. */
void dove_settings_defaults(dove_settings *settings);

/* Sets one value from text. DOVE_USAGE with the accepted range when the key is unknown or the value out of range;
 * `settings` is then unchanged. */
dove_status dove_settings_set(dove_settings *settings, const char *key, const char *value, dove_error *error);

/* The value as text that dove_settings_set() takes back; `size` ≥ 512. DOVE_USAGE for an unknown key. */
dove_status dove_settings_get(const dove_settings *settings, const char *key, char *text, size_t size,
                              dove_error *error);

/* The settings of a preset ("paper"), as pairs key, value; NULL-terminated list of 2n strings. NULL for an unknown
 * name. */
const char *const *dove_settings_preset(const char *name);

#endif
