/* Replies in all roles: whatever a server says, it is read or refused, and what is taken has its form. */
#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "dove/chat.h"
#include "dove/chat_namer.h"
#include "dove/completions.h"
#include "dove/embeddings.h"
#include "dove/judge_reply.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void read_judgments(const char *text) {
  for (int i = 0; i < DOVE_JUDGE_QUESTIONS; i++) {
    char *json = NULL;
    const char *label = NULL;
    if (dove_judge_reply_read((dove_judge_question)i, text, &json, &label, NULL) != DOVE_OK) continue;
    if (json[0] != '{' || strstr(json, label) == NULL) abort();
    free(json);
  }
}

static void read_name(const char *text) {
  char *name = NULL;
  if (dove_name_from_reply(text, &name, NULL) != DOVE_OK) return;
  if (name[0] == '\0') abort();
  free(name);
}

static void read_vectors(const char *text) {
  uint32_t dimension = 0;
  float *vectors = NULL;
  if (dove_embeddings_read(text, 2, &dimension, &vectors, NULL) != DOVE_OK) return;
  for (size_t i = 0; i < (size_t)2 * dimension; i++) {
    if (!isfinite(vectors[i])) abort();
  }
  free(vectors);
}

static void read_likelihood(const char *text) {
  double mean = 0;
  if (dove_likelihood_read(text, "a 文化 text", 2, &mean, NULL) == DOVE_OK && !(mean >= 0)) abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  char *text = malloc(size + 1);
  dove_chat_reply reply;
  if (text == NULL) return 0;
  memcpy(text, data, size);
  text[size] = '\0';
  read_judgments(text);
  read_name(text);
  read_vectors(text);
  read_likelihood(text);
  if (dove_chat_read(text, &reply, NULL) == DOVE_OK) dove_chat_reply_free(&reply);
  free(text);
  return 0;
}
