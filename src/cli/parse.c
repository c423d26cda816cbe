#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cli/verb.h"
#include "dove/memory.h"
#include "dove/near_word.h"
#include "dove/text.h"

const cli_option cli_common_options[] = {
    {.name = "json", .kind = CLI_FLAG, .help = "print the results as one JSON value"},
    {.name = "quiet", .letter = 'q', .kind = CLI_FLAG, .help = "no progress and no remarks"},
    {.name = "seed",
     .kind = CLI_INTEGER,
     .value = "N",
     .low = 0,
     .high = 9007199254740992.0,
     .help = "seed of the random draws (default: the project's, otherwise 1)"},
    {.name = "threads",
     .kind = CLI_INTEGER,
     .value = "N",
     .low = 0,
     .high = 4096,
     .help = "threads of the math; the results do not depend on it (default: one per processor)"},
    {.name = "log", .kind = CLI_FILE, .value = "FILE", .help = "append a log to FILE (also: DOVE_LOG)"},
    {.name = "help", .letter = 'h', .kind = CLI_FLAG, .help = "print this help"},
    {.name = NULL},
};

bool cli_has_common(const cli_verb *verb, const cli_option *option) {
  if (strcmp(option->name, "json") == 0) return (verb->traits & CLI_JSON) != 0;
  if (strcmp(option->name, "seed") == 0) return (verb->traits & CLI_SEED) != 0;
  if (strcmp(option->name, "threads") == 0) return (verb->traits & CLI_THREADS) != 0;
  return true;
}

/* ---- Finding ---- */

static bool same_word(const char *word, const char *text, size_t length) {
  return strlen(word) == length && strncmp(word, text, length) == 0;
}

static bool verb_matches(const cli_verb *verb, int argc, char **argv, int *words) {
  const char *space = strchr(verb->name, ' ');
  if (space == NULL) {
    *words = 1;
    return strcmp(verb->name, argv[0]) == 0;
  }
  *words = 2;
  return argc > 1 && same_word(argv[0], verb->name, (size_t)(space - verb->name)) && strcmp(space + 1, argv[1]) == 0;
}

const cli_verb *cli_find_verb(int argc, char **argv, int *words) {
  if (argc < 1) return NULL;
  for (size_t family = 0; cli_families[family] != NULL; family++) {
    for (const cli_verb *verb = cli_families[family]; verb->name != NULL; verb++) {
      if (verb_matches(verb, argc, argv, words)) return verb;
    }
  }
  return NULL;
}

static const cli_option *search(const cli_verb *verb, const char *name, size_t length, char letter) {
  for (const cli_option *option = verb->options; option != NULL && option->name != NULL; option++) {
    if (letter != 0 ? option->letter == letter : same_word(option->name, name, length)) return option;
  }
  for (const cli_option *option = cli_common_options; option->name != NULL; option++) {
    if (!cli_has_common(verb, option)) continue;
    if (letter != 0 ? option->letter == letter : same_word(option->name, name, length)) return option;
  }
  return NULL;
}

/* ---- Suggestions ---- */

bool cli_suggest(const char *typed, const char *words, char *nearest, size_t size) {
  const size_t typed_length = strlen(typed);
  size_t fewest = SIZE_MAX;
  for (const char *word = words; *word != '\0';) {
    const size_t length = strcspn(word, " ");
    const size_t edits = dove_near_word(typed, typed_length, word, length);
    if (length > 0 && length < size && edits < fewest) {
      fewest = edits;
      memcpy(nearest, word, length);
      nearest[length] = '\0';
    }
    word += length + strspn(word + length, " ");
  }
  return fewest != SIZE_MAX;
}

static dove_status fail_unknown_option(const cli_verb *verb, const char *typed, size_t length, dove_error *error) {
  char words[1024] = "";
  size_t used = 0;
  for (int pass = 0; pass < 2; pass++) {
    const cli_option *option = pass == 0 ? verb->options : cli_common_options;
    for (; option != NULL && option->name != NULL; option++) {
      if (pass == 1 && !cli_has_common(verb, option)) continue;
      const int added = snprintf(words + used, sizeof words - used, "%s ", option->name);
      if (added < 0 || (size_t)added >= sizeof words - used) break;
      used += (size_t)added;
    }
  }
  char name[64], nearest[64];
  snprintf(name, sizeof name, "%.*s", length < 63 ? (int)length : 63, typed);
  if (cli_suggest(name, words, nearest, sizeof nearest)) {
    return dove_fail(error, DOVE_USAGE, "'dove %s' has no option --%s; did you mean --%s?", verb->name, name, nearest);
  }
  return dove_fail(error, DOVE_USAGE, "'dove %s' has no option --%s; see 'dove %s --help'", verb->name, name,
                   verb->name);
}

/* ---- Values ---- */

static bool is_choice(const cli_option *option, const char *text) {
  for (const char *word = option->choices; *word != '\0';) {
    const size_t length = strcspn(word, " ");
    if (same_word(text, word, length)) return true;
    word += length + strspn(word + length, " ");
  }
  return false;
}

static bool read_real(const char *text, double *value) {
  char *end;
  errno = 0;
  *value = strtod(text, &end);
  return end != text && *end == '\0' && isfinite(*value);
}

static bool read_integer(const char *text, int64_t *value) {
  char *end;
  errno = 0;
  *value = strtoll(text, &end, 10);
  return end != text && *end == '\0' && errno == 0;
}

static dove_status check_value(const cli_option *option, const char *text, dove_error *error) {
  int64_t whole = 0;
  double real = 0.0;
  switch (option->kind) {
    case CLI_INTEGER:
      if (!read_integer(text, &whole) || (double)whole < option->low || (double)whole > option->high) {
        return dove_fail(error, DOVE_USAGE, "--%s takes a whole number from %.0f to %.0f, not '%s'", option->name,
                         option->low, option->high, text);
      }
      return DOVE_OK;
    case CLI_REAL:
      if (!read_real(text, &real) || real < option->low || real > option->high) {
        return dove_fail(error, DOVE_USAGE, "--%s takes a number from %g to %g, not '%s'", option->name, option->low,
                         option->high, text);
      }
      return DOVE_OK;
    case CLI_CHOICE:
      if (!is_choice(option, text)) {
        return dove_fail(error, DOVE_USAGE, "--%s takes one of: %s; not '%s'", option->name, option->choices, text);
      }
      return DOVE_OK;
    case CLI_FILE:
    case CLI_FOLDER:
      if (text[0] == '\0') return dove_fail(error, DOVE_USAGE, "--%s takes a name, not an empty one", option->name);
      return DOVE_OK;
    case CLI_TEXT:
      if (dove_utf8_valid_prefix(text, strlen(text)) == strlen(text)) return DOVE_OK;
      return dove_fail(error, DOVE_USAGE, "--%s takes UTF-8 text, not '%s'", option->name, text);
    case CLI_FLAG: return DOVE_OK;
  }
  return DOVE_OK;
}

/* ---- Parsing ---- */

typedef struct arguments_left {
  cli_call *call;
  int argc;
  char **argv;
  int next; /* of argv */
} arguments_left;

static const cli_given *find_given(const cli_call *call, const cli_option *option) {
  for (size_t i = call->given_count; i-- > 0;) {
    if (call->given[i].option == option) return &call->given[i];
  }
  return NULL;
}

static dove_status add_given(arguments_left *left, const cli_option *option, const char *text, dove_error *error) {
  cli_call *call = left->call;
  if (option->kind != CLI_FLAG && text == NULL) {
    if (left->next >= left->argc) {
      return dove_fail(error, DOVE_USAGE, "--%s needs a value (%s)", option->name, option->value);
    }
    text = left->argv[left->next++];
  }
  if (option->kind == CLI_FLAG && text != NULL) {
    return dove_fail(error, DOVE_USAGE, "--%s takes no value", option->name);
  }
  if (option->kind != CLI_FLAG && !option->repeated && find_given(call, option) != NULL) {
    return dove_fail(error, DOVE_USAGE, "--%s was given twice", option->name);
  }
  const dove_status status = check_value(option, text, error);
  if (status != DOVE_OK) return status;
  call->given[call->given_count++] = (cli_given){.option = option, .text = text};
  return DOVE_OK;
}

static dove_status parse_long(arguments_left *left, const char *text, dove_error *error) {
  const size_t length = strcspn(text, "=");
  const cli_option *option = search(left->call->verb, text, length, 0);
  if (option == NULL) return fail_unknown_option(left->call->verb, text, length, error);
  return add_given(left, option, text[length] == '=' ? text + length + 1 : NULL, error);
}

static dove_status parse_short(arguments_left *left, const char *letters, dove_error *error) {
  while (*letters != '\0') {
    const cli_option *option = search(left->call->verb, "", 0, *letters);
    if (option == NULL) {
      return dove_fail(error, DOVE_USAGE, "'dove %s' has no option -%c; see 'dove %s --help'", left->call->verb->name,
                       *letters, left->call->verb->name);
    }
    letters++;
    const bool attached = option->kind != CLI_FLAG && *letters != '\0';
    const dove_status status = add_given(left, option, attached ? letters : NULL, error);
    if (status != DOVE_OK || attached) return status;
  }
  return DOVE_OK;
}

/* Negative numbers are arguments ("dove config P noise_similarity -0.5"), and so is "-", which means standard input. */
static bool is_option(const char *text) {
  return text[0] == '-' && text[1] != '\0' && strchr("0123456789.", text[1]) == NULL;
}

static dove_status parse_words(arguments_left *left, dove_error *error) {
  bool only_arguments = false;
  dove_status status = DOVE_OK;
  while (status == DOVE_OK && left->next < left->argc) {
    const char *text = left->argv[left->next++];
    if (!only_arguments && strcmp(text, "--") == 0) {
      only_arguments = true;
    } else if (only_arguments || !is_option(text)) {
      left->call->arguments[left->call->argument_count++] = text;
    } else if (text[1] == '-') {
      status = parse_long(left, text + 2, error);
    } else {
      status = parse_short(left, text + 1, error);
    }
  }
  return status;
}

static dove_status check_arguments(const cli_call *call, dove_error *error) {
  const cli_verb *verb = call->verb;
  if (call->argument_count < verb->least) {
    return dove_fail(error, DOVE_USAGE, "'dove %s' needs %s; see 'dove %s --help'", verb->name, verb->arguments,
                     verb->name);
  }
  if (call->argument_count > verb->most) {
    return dove_fail(error, DOVE_USAGE, "'dove %s' cannot take '%s'; see 'dove %s --help'", verb->name,
                     call->arguments[verb->most], verb->name);
  }
  return DOVE_OK;
}

/* How many options `argv` can give at most: "-abc" counts for its length. */
static size_t count_most(int argc, char **argv) {
  size_t count = 1;
  for (int i = 0; i < argc; i++) count += argv[i][0] == '-' ? strlen(argv[i]) : 0;
  return count;
}

dove_status cli_parse(const cli_verb *verb, int argc, char **argv, cli_call *call, dove_error *error) {
  *call = (cli_call){.verb = verb};
  call->arguments = dove_alloc_zero((size_t)argc + 1, sizeof *call->arguments);
  call->given = dove_alloc_zero(count_most(argc, argv), sizeof *call->given);
  if (call->arguments == NULL || call->given == NULL) {
    cli_call_free(call);
    return dove_fail_memory(error, "reading the command line");
  }
  arguments_left left = {.call = call, .argc = argc, .argv = argv};
  dove_status status = parse_words(&left, error);
  if (status == DOVE_OK) {
    call->help = cli_flag(call, "help");
    call->quiet = cli_flag(call, "quiet");
    call->json = (verb->traits & CLI_JSON) != 0 && cli_flag(call, "json");
    if (!call->help) status = check_arguments(call, error);
  }
  if (status != DOVE_OK) cli_call_free(call);
  return status;
}

void cli_call_free(cli_call *call) {
  free(call->arguments);
  free(call->given);
  *call = (cli_call){0};
}

/* ---- What was given ---- */

static const cli_option *declared(const cli_call *call, const char *name) {
  const cli_option *option = search(call->verb, name, strlen(name), 0);
  if (option == NULL) {
    fprintf(stderr, "dove: 'dove %s' reads an option that it does not declare: %s\n", call->verb->name, name);
    abort();
  }
  return option;
}

bool cli_has(const cli_call *call, const char *name) { return find_given(call, declared(call, name)) != NULL; }

bool cli_flag(const cli_call *call, const char *name) { return cli_has(call, name); }

const char *cli_text(const cli_call *call, const char *name, const char *fallback) {
  const cli_given *given = find_given(call, declared(call, name));
  return given != NULL ? given->text : fallback;
}

int64_t cli_integer(const cli_call *call, const char *name, int64_t fallback) {
  const char *text = cli_text(call, name, NULL);
  int64_t value;
  return text != NULL && read_integer(text, &value) ? value : fallback;
}

double cli_real(const cli_call *call, const char *name, double fallback) {
  const char *text = cli_text(call, name, NULL);
  double value;
  return text != NULL && read_real(text, &value) ? value : fallback;
}

size_t cli_count(const cli_call *call, const char *name) {
  const cli_option *option = declared(call, name);
  size_t count = 0;
  for (size_t i = 0; i < call->given_count; i++) count += call->given[i].option == option ? 1 : 0;
  return count;
}

const char *cli_item(const cli_call *call, const char *name, size_t index) {
  const cli_option *option = declared(call, name);
  for (size_t i = 0; i < call->given_count; i++) {
    if (call->given[i].option == option && index-- == 0) return call->given[i].text;
  }
  return NULL;
}

dove_status cli_require(const cli_call *call, const char *name, dove_error *error) {
  const cli_option *option = declared(call, name);
  if (find_given(call, option) != NULL) return DOVE_OK;
  return dove_fail(error, DOVE_USAGE, "'dove %s' needs --%s %s; see 'dove %s --help'", call->verb->name, name,
                   option->value, call->verb->name);
}
