/* The map of the expressions, with the codes of the iteration that is looked at in it. */
#ifndef DOVE_MODEL_MAP_H
#define DOVE_MODEL_MAP_H

#include "dove/model.h"

/* A code lies at the mean of its members' positions. */
typedef struct dove_map_code {
  int64_t code;
  const char *name; /* borrowed from the map */
  float x, y;       /* NaN when no member is on the map */
  size_t members;   /* on the map */
  double n;
} dove_map_code;

#define DOVE_MAP_NONE UINT16_MAX

typedef struct dove_point_map {
  size_t points;
  int64_t *expressions; /* rising */
  float *x, *y;
  uint16_t *culture, *source; /* indexes into the names; DOVE_MAP_NONE for a document without */
  uint32_t *code;             /* ordinal; `codes` for a point that no code has */
  const char **cultures, **sources;
  size_t culture_count, source_count;
  float left, right, bottom, top; /* what holds all points */
  dove_map_code *codes;           /* in the order of the codebook; none without one */
  size_t code_count;
  void *strings, *code_names;
} dove_point_map;

/* Borrowed until the next change or change of view. DOVE_NOT_FOUND when no map was drawn yet, or the project was
 * embedded anew since. */
dove_status dove_model_map(dove_model *model, const dove_point_map **map, dove_error *error);

/* Marks in found[points] the expressions whose name, description or evidence contains `words`; *hits is how many. */
dove_status dove_model_map_search(dove_model *model, const dove_point_map *map, const char *words, bool *found,
                                  size_t *hits, dove_error *error);

/* What the expression of a point says, freed with free(). */
dove_status dove_model_map_text(dove_model *model, const dove_point_map *map, size_t point, char **text,
                                dove_error *error);

#endif
