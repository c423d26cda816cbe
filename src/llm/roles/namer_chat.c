#include <cjson/cJSON.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dove/buffer.h"
#include "dove/chat_namer.h"
#include "dove/ledger.h"
#include "dove/memory.h"
#include "dove/prompts.h"
#include "dove/reply.h"
#include "llm/roles/chat_role.h"
#include "llm/roles/code_names.h"

static const char doing[] = "naming codes";

enum { OBJECTIONS = 2 }; /* to a name that is taken */

const char dove_namer_schema[] =
    "{\"type\":\"object\",\"properties\":{\"code_name\":{\"type\":\"string\"}},\"required\":[\"code_name\"],"
    "\"additionalProperties\":false}";

/* ---- The name in an answer ---- */

static dove_status check_name(const char *name, dove_error *error) {
  if (name[0] == '\0') return dove_fail(error, DOVE_INPUT, "the \"code_name\" is empty");
  if (code_name_count_words(name) > CODE_NAME_WORDS || strlen(name) > CODE_NAME_LENGTH)
    return dove_fail(error, DOVE_INPUT, "the \"code_name\", \"%.60s\", has more than %d words", name, CODE_NAME_WORDS);
  return DOVE_OK;
}

dove_status dove_name_from_reply(const char *content, char **name, dove_error *error) {
  char *json = NULL;
  *name = NULL;
  dove_status status = dove_reply_json(content, strlen(content), &json, error);
  if (status != DOVE_OK) return status;
  cJSON *root = cJSON_Parse(json);
  free(json);
  const cJSON *object = cJSON_IsArray(root) && cJSON_GetArraySize(root) == 1 ? root->child : root;
  const char *found = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object, "code_name"));
  char *plain = found != NULL ? code_name_squeezed(found) : NULL;
  if (found == NULL) {
    status = dove_fail(error, DOVE_INPUT, "there is no text \"code_name\"");
  } else if (plain == NULL) {
    status = dove_fail_memory(error, doing);
  } else {
    status = check_name(plain, error);
  }
  if (status == DOVE_OK && (*name = code_name_title(plain)) == NULL) status = dove_fail_memory(error, doing);
  free(plain);
  cJSON_Delete(root);
  return status;
}

/* ---- One call ---- */

/* A code that has no name yet. */
typedef struct candidate {
  size_t code;
  char *prompt;
  char *proposal;       /* what the model calls it */
  char *answer;         /* in these words */
  dove_buffer rejected; /* names that are taken: "A", "B" */
  char *objection;
} candidate;

typedef struct naming {
  const chat_role *role;
  const dove_namer_request *requests;
  char **names;
  candidate *candidates;
  size_t count; /* that are still to be asked about */
  code_name_set given;
} naming;

static void candidate_free(candidate *c) {
  free(c->prompt);
  free(c->proposal);
  free(c->answer);
  free(c->objection);
  dove_buffer_free(&c->rejected);
  *c = (candidate){0};
}

static dove_status write_prompt(const chat_role *role, const dove_namer_request *request, char **prompt,
                                dove_error *error) {
  dove_buffer lines = {0};
  const size_t members = request->count < DOVE_NAMER_MEMBERS ? request->count : DOVE_NAMER_MEMBERS;
  for (size_t i = 0; i < members; i++)
    dove_buffer_printf(&lines, "%s- %s", i > 0 ? "\n" : "", request->descriptions[i]);
  const dove_prompt_field field = {"descriptions", dove_buffer_text(&lines)};
  const dove_status status =
      lines.failed ? dove_fail_memory(error, doing) : dove_prompt_render(role->prompt, &field, 1, prompt, error);
  dove_buffer_free(&lines);
  return status;
}

/* Codes without members are left to the rule. */
static dove_status collect(naming *n, size_t count, dove_error *error) {
  dove_status status = DOVE_OK;
  for (size_t i = 0; i < count && status == DOVE_OK; i++) {
    if (n->requests[i].count == 0) continue;
    candidate *c = &n->candidates[n->count++];
    c->code = i;
    status = write_prompt(n->role, &n->requests[i], &c->prompt, error);
  }
  return status;
}

static dove_status check(void *user, void *asked, const char *text, dove_error *error) {
  candidate *c = asked;
  (void)user;
  free(c->proposal);
  return dove_name_from_reply(text, &c->proposal, error);
}

/* What speaks against the proposal. */
static dove_status object_to(candidate *c, dove_error *error) {
  dove_buffer words = {0};
  dove_buffer_printf(&c->rejected, "%s\"%s\"", c->rejected.length > 0 ? ", " : "", c->proposal);
  dove_buffer_printf(&words,
                     "Other values are already called %s. Give a name that tells this one apart from them, with one "
                     "JSON object as described.",
                     dove_buffer_text(&c->rejected));
  free(c->objection);
  c->objection = c->rejected.failed ? NULL : dove_buffer_take(&words);
  dove_buffer_free(&words);
  return c->objection != NULL ? DOVE_OK : dove_fail_memory(error, doing);
}

/* Takes over what a code was answered. *open: it is to be asked about again. */
static dove_status take_answer(naming *n, candidate *c, dove_chat_answer *answer, bool *open, dove_error *error) {
  bool failed = false;
  *open = false;
  if (answer->status != DOVE_OK) return DOVE_OK; /* refused, or of no use: the rule names it */
  free(c->answer);
  c->answer = answer->text;
  answer->text = NULL;
  if (code_name_claim(&n->given, c->proposal, &failed)) {
    n->names[c->code] = c->proposal;
    c->proposal = NULL;
    return DOVE_OK;
  }
  *open = !failed;
  return failed ? dove_fail_memory(error, doing) : object_to(c, error);
}

/* Names are given in the order of the codes, whatever the order in which answers came. */
static dove_status settle(naming *n, dove_chat_answer *answers, bool plan, dove_error *error) {
  size_t kept = 0;
  dove_status status = DOVE_OK;
  for (size_t i = 0; i < n->count; i++) {
    if (answers[i].status == DOVE_NETWORK || (answers[i].status == DOVE_CANCELLED && !plan))
      return dove_fail(error, DOVE_NETWORK, "a code got no name from '%s': %s. The other answers are kept; build again",
                       dove_chat_model_name(n->role->model), answers[i].reason);
  }
  for (size_t i = 0; i < n->count; i++) {
    candidate *c = &n->candidates[i];
    bool open = false;
    if (status == DOVE_OK) status = take_answer(n, c, &answers[i], &open, error);
    if (open) {
      const candidate moved = *c;
      *c = (candidate){0};
      n->candidates[kept++] = moved;
    } else {
      candidate_free(c);
    }
  }
  n->count = kept;
  return status;
}

static dove_status ask_round(naming *n, const dove_progress *progress, dove_error *error) {
  dove_chat_question *questions = dove_alloc_zero(n->count, sizeof *questions);
  dove_chat_answer *answers = dove_alloc_zero(n->count, sizeof *answers);
  const size_t count = n->count;
  dove_status status = questions != NULL && answers != NULL ? DOVE_OK : dove_fail_memory(error, doing);
  if (status == DOVE_OK) {
    for (size_t i = 0; i < count; i++)
      questions[i] = (dove_chat_question){.prompt = n->candidates[i].prompt,
                                          .answer = n->candidates[i].answer,
                                          .objection = n->candidates[i].objection,
                                          .context = &n->candidates[i]};
    status = dove_chat_model_ask(n->role->model, questions, count, check, NULL, answers, "naming", progress, error);
    const bool plan = dove_ledger_plans(progress);
    if (status == DOVE_OK) status = settle(n, answers, plan, error);
    dove_chat_answers_free(answers, count);
  }
  free(questions);
  free(answers);
  return status;
}

static dove_status name_rest(naming *n, size_t count, dove_error *error) {
  for (size_t i = 0; i < count; i++) {
    if (n->names[i] == NULL) n->names[i] = code_name_frequent(&n->requests[i], &n->given);
    if (n->names[i] == NULL) return dove_fail_memory(error, doing);
  }
  return DOVE_OK;
}

static dove_status name_codes(void *state, const dove_namer_request *requests, size_t count, const char *const *taken,
                              size_t taken_count, char **names, const dove_progress *progress, dove_error *error) {
  naming n = {.role = state, .requests = requests, .names = names};
  n.candidates = dove_alloc_zero(count, sizeof *n.candidates);
  const bool made = code_name_set_open(&n.given, taken, taken_count, count) && n.candidates != NULL;
  dove_status status = made ? collect(&n, count, error) : dove_fail_memory(error, doing);
  for (unsigned round = 0; round <= OBJECTIONS && n.count > 0 && status == DOVE_OK; round++)
    status = ask_round(&n, progress, error);
  if (status == DOVE_OK) status = name_rest(&n, count, error);
  for (size_t i = 0; n.candidates != NULL && i < count; i++) candidate_free(&n.candidates[i]);
  free(n.candidates);
  code_name_set_free(&n.given);
  return status;
}

/* ---- Opening ---- */

static const dove_namer_operations operations = {.name = name_codes, .close = chat_role_close};

dove_status dove_namer_open_chat(dove_chat_model *model, const char *prompt, dove_namer *namer, dove_error *error) {
  *namer = (dove_namer){0};
  chat_role *role = chat_role_open(sizeof *role, model, prompt);
  if (role == NULL) return dove_fail_memory(error, doing);
  *namer = (dove_namer){.operations = &operations, .state = role};
  snprintf(namer->name, sizeof namer->name, "chat %.48s", dove_chat_model_name(model));
  return DOVE_OK;
}
