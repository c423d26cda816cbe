#include <openssl/evp.h>
#include <stdio.h>
#include <string.h>

#include "dove/request_cache.h"

/* Each part with its length before it, so that no two requests run into each other. */
static int add(EVP_MD_CTX *context, const char *text) {
  char length[32];
  snprintf(length, sizeof length, "%zu:", strlen(text));
  return EVP_DigestUpdate(context, length, strlen(length)) == 1 && EVP_DigestUpdate(context, text, strlen(text)) == 1;
}

dove_status dove_request_key(const char *endpoint, const char *path, const char *body, uint64_t sample,
                             unsigned char key[DOVE_REQUEST_KEY], dove_error *error) {
  char number[32];
  snprintf(number, sizeof number, "%llu", (unsigned long long)sample);
  EVP_MD_CTX *context = EVP_MD_CTX_new();
  const int made = context != NULL && EVP_DigestInit_ex(context, EVP_sha256(), NULL) == 1 && add(context, endpoint) &&
                   add(context, path) && add(context, body) && add(context, number) &&
                   EVP_DigestFinal_ex(context, key, NULL) == 1;
  EVP_MD_CTX_free(context);
  return made ? DOVE_OK : dove_fail_memory(error, "naming a request");
}
