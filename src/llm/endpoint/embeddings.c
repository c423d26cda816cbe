#include "dove/embeddings.h"

#include <cjson/cJSON.h>
#include <math.h>
#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>

#include "dove/memory.h"

static const char doing[] = "reading embeddings";

enum { LARGEST_DIMENSION = 65536 };

#if defined __BYTE_ORDER__ && __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "Base64 embeddings are little-endian float32: a big-endian machine needs a conversion here."
#endif

dove_status dove_embeddings_body(const char *model, const char *const *texts, size_t count, uint32_t dimensions,
                                 bool base64, char **body, dove_error *error) {
  cJSON *object = cJSON_CreateObject();
  *body = NULL;
  bool made = object != NULL && cJSON_AddStringToObject(object, "model", model) != NULL;
  cJSON *input = made ? cJSON_AddArrayToObject(object, "input") : NULL;
  made = input != NULL;
  for (size_t i = 0; made && i < count; i++) {
    cJSON *text = cJSON_CreateString(texts[i]);
    made = text != NULL && cJSON_AddItemToArray(input, text);
  }
  made = made && cJSON_AddStringToObject(object, "encoding_format", base64 ? "base64" : "float") != NULL;
  if (made && dimensions > 0) made = cJSON_AddNumberToObject(object, "dimensions", dimensions) != NULL;
  if (made) *body = cJSON_PrintUnformatted(object);
  cJSON_Delete(object);
  return *body != NULL ? DOVE_OK : dove_fail_memory(error, "writing an embedding request");
}

/* One vector as it came, freed with free(); NULL when it is neither form. */
static float *read_base64(const char *text, uint32_t *length) {
  const size_t size = strlen(text);
  if (size == 0 || size % 4 != 0 || size > (size_t)LARGEST_DIMENSION * 6) return NULL;
  unsigned char *bytes = dove_alloc(size / 4, 3);
  if (bytes == NULL) return NULL;
  const int decoded = EVP_DecodeBlock(bytes, (const unsigned char *)text, (int)size);
  const size_t padding = (text[size - 1] == '=' ? 1U : 0U) + (text[size - 2] == '=' ? 1U : 0U);
  const size_t got = decoded > 0 ? (size_t)decoded - padding : 0;
  float *values = got > 0 && got % sizeof(float) == 0 ? dove_alloc(got, 1) : NULL;
  if (values != NULL) memcpy(values, bytes, got);
  free(bytes);
  *length = (uint32_t)(got / sizeof(float));
  return values;
}

static float *read_list(const cJSON *list, uint32_t *length) {
  const int count = cJSON_GetArraySize(list);
  if (count <= 0 || count > LARGEST_DIMENSION) return NULL;
  float *values = dove_alloc((size_t)count, sizeof *values);
  uint32_t at = 0;
  const cJSON *item;
  if (values == NULL) return NULL;
  cJSON_ArrayForEach(item, list) {
    if (!cJSON_IsNumber(item)) {
      free(values);
      return NULL;
    }
    values[at++] = (float)item->valuedouble;
  }
  *length = at;
  return values;
}

static dove_status make_unit(float *vector, uint32_t dimension, size_t index, dove_error *error) {
  double squared = 0;
  for (uint32_t j = 0; j < dimension; j++) squared += (double)vector[j] * (double)vector[j];
  if (!isfinite(squared))
    return dove_fail(error, DOVE_INPUT, "vector %zu of the reply has a number that is not finite", index);
  if (!(squared > 0)) return dove_fail(error, DOVE_INPUT, "vector %zu of the reply is all zeros", index);
  const double scale = 1 / sqrt(squared);
  for (uint32_t j = 0; j < dimension; j++) vector[j] = (float)((double)vector[j] * scale);
  return DOVE_OK;
}

typedef struct reading {
  size_t count;
  uint32_t dimension;
  float *vectors;
  bool *seen;
} reading;

static dove_status place(reading *r, const float *values, uint32_t length, size_t index, dove_error *error) {
  if (r->dimension == 0) r->dimension = length;
  if (length != r->dimension)
    return dove_fail(error, DOVE_INPUT, "vector %zu of the reply has %u numbers, not %u", index, length, r->dimension);
  if (r->vectors == NULL) {
    r->vectors = dove_alloc_zero(r->count, sizeof *r->vectors * r->dimension);
    if (r->vectors == NULL) return dove_fail_memory(error, doing);
  }
  float *vector = r->vectors + index * r->dimension;
  memcpy(vector, values, sizeof *values * length);
  r->seen[index] = true;
  return make_unit(vector, length, index, error);
}

static dove_status read_item(reading *r, const cJSON *item, dove_error *error) {
  const cJSON *index = cJSON_GetObjectItemCaseSensitive(item, "index");
  const cJSON *embedding = cJSON_GetObjectItemCaseSensitive(item, "embedding");
  if (!cJSON_IsNumber(index) || !(index->valuedouble >= 0 && index->valuedouble < (double)r->count))
    return dove_fail(error, DOVE_INPUT, "an item of the reply has no index from 0 to %zu", r->count - 1);
  const size_t i = (size_t)index->valuedouble;
  if (r->seen[i]) return dove_fail(error, DOVE_INPUT, "the reply has the index %zu twice", i);
  uint32_t length = 0;
  float *values = cJSON_IsString(embedding)  ? read_base64(embedding->valuestring, &length)
                  : cJSON_IsArray(embedding) ? read_list(embedding, &length)
                                             : NULL;
  if (values == NULL)
    return dove_fail(error, DOVE_INPUT, "item %zu of the reply is neither a list of numbers nor base64", i);
  const dove_status status = place(r, values, length, i, error);
  free(values);
  return status;
}

dove_status dove_embeddings_read(const char *body, size_t count, uint32_t *dimension, float **vectors,
                                 dove_error *error) {
  reading r = {.count = count, .dimension = *dimension, .seen = dove_alloc_zero(count, sizeof(bool))};
  *vectors = NULL;
  cJSON *object = cJSON_Parse(body);
  const cJSON *data = cJSON_GetObjectItemCaseSensitive(object, "data");
  const size_t items = cJSON_IsArray(data) ? (size_t)cJSON_GetArraySize(data) : 0;
  dove_status status = r.seen != NULL ? DOVE_OK : dove_fail_memory(error, doing);
  if (status == DOVE_OK && items != count)
    status = dove_fail(error, DOVE_INPUT, "the reply has %zu vectors for %zu texts: is this an embedding model?", items,
                       count);
  const cJSON *item = data != NULL ? data->child : NULL;
  for (; status == DOVE_OK && item != NULL; item = item->next) status = read_item(&r, item, error);
  cJSON_Delete(object);
  free(r.seen);
  if (status != DOVE_OK) {
    free(r.vectors);
    return status;
  }
  *dimension = r.dimension;
  *vectors = r.vectors;
  return DOVE_OK;
}
