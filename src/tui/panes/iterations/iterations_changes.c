#include "tui/panes/iterations/iterations_changes.h"

#include <string.h>

#include "tui/panes/cell_text.h"
#include "tui/panes/iterations/iterations_rows.h"

enum { CHANGE_KIND, CHANGE_NAME, CHANGE_BEFORE, CHANGE_AFTER, CHANGE_BY, CHANGE_RELATIVES, CHANGE_COLUMNS };

static const dove_list_column change_columns[CHANGE_COLUMNS] = {
    [CHANGE_KIND] = {.title = "what", .width = 9},
    [CHANGE_NAME] = {.title = "code", .width = 14, .weight = 2},
    [CHANGE_BEFORE] = {.title = "n before", .width = 8, .alignment = DOVE_ALIGN_RIGHT, .optional = true},
    [CHANGE_AFTER] = {.title = "n after", .width = 8, .alignment = DOVE_ALIGN_RIGHT, .optional = true},
    [CHANGE_BY] = {.title = "Δn", .width = 7, .alignment = DOVE_ALIGN_RIGHT},
    [CHANGE_RELATIVES] = {.title = "from / into", .width = 12, .weight = 3, .optional = true},
};

static size_t change_count(void *user) { return ((const iterations_changes *)user)->difference.count; }

static int64_t change_id(void *user, size_t row) {
  return ((const iterations_changes *)user)->difference.rows[row].code;
}

static bool change_find(void *user, int64_t id, size_t *row) {
  const iterations_changes *changes = user;
  for (size_t i = 0; i < changes->difference.count; i++) {
    if (changes->difference.rows[i].code != id) continue;
    *row = i;
    return true;
  }
  return false;
}

static void change_cell(void *user, size_t index, size_t column, dove_buffer *out, dove_style *style) {
  static const char *const signs[DOVE_CHANGE_KINDS] = {"+", "✗", "≈", "▲", "▼", "="};
  static const dove_role roles[DOVE_CHANGE_KINDS] = {DOVE_ROLE_GOOD, DOVE_ROLE_BAD,     DOVE_ROLE_STRONG,
                                                     DOVE_ROLE_GOOD, DOVE_ROLE_WARNING, DOVE_ROLE_FAINT};
  const iterations_changes *changes = user;
  const dove_code_change *row = &changes->difference.rows[index];
  switch (column) {
    case CHANGE_KIND:
      *style = dove_style_of(roles[row->kind]);
      dove_buffer_printf(out, "%s %s", signs[row->kind], dove_code_change_name(row->kind));
      break;
    case CHANGE_NAME: dove_cell_line(out, row->name); break;
    case CHANGE_BEFORE: dove_cell_number(out, row->n_before, 2); break;
    case CHANGE_AFTER: dove_cell_number(out, row->n_after, 2); break;
    case CHANGE_BY: dove_cell_change(out, row->n_after - row->n_before, 2); break;
    case CHANGE_RELATIVES:
      if (row->relatives[0] == '\0') break;
      dove_buffer_add_text(out, row->kind == DOVE_CHANGE_GONE ? "into " : "from ");
      dove_cell_line(out, row->relatives);
      break;
    default: break;
  }
}

static const dove_list_source change_source = {
    .count = change_count, .id = change_id, .find = change_find, .cell = change_cell};

void iterations_changes_init(iterations_changes *changes) {
  *changes = (iterations_changes){0};
  dove_list_init(&changes->list, &change_source, changes, change_columns, CHANGE_COLUMNS);
}

void iterations_changes_free(iterations_changes *changes) {
  dove_list_free(&changes->list);
  dove_difference_free(&changes->difference);
}

dove_status iterations_changes_load(iterations_changes *changes, dove_model *model, dove_iteration_at from,
                                    dove_iteration_at to, dove_error *error) {
  dove_difference_free(&changes->difference);
  dove_status status = dove_model_difference(model, from, to, &changes->difference, error);
  dove_list_refresh(&changes->list);
  return status;
}

void iterations_changes_title(const iterations_changes *changes, dove_buffer *out) {
  const dove_iteration_at from = changes->difference.from_at, to = changes->difference.to_at;
  if (from.run == to.run) {
    dove_buffer_printf(out, "t %lld → t %lld", (long long)from.t, (long long)to.t);
  } else {
    dove_buffer_printf(out, "run %lld t %lld → run %lld t %lld", (long long)from.run, (long long)from.t,
                       (long long)to.run, (long long)to.t);
  }
}

/* What is compared of two iterations. */
typedef struct compared_term {
  const char *name;
  double before, after;
  int decimals;
} compared_term;

enum { TERMS = 7 };

static void list_terms(const dove_difference *difference, compared_term terms[TERMS]) {
  const dove_store_iteration *a = &difference->from, *b = &difference->to;
  const compared_term all[TERMS] = {
      {"S", a->S, b->S, 4},
      {"K", (double)a->codes, (double)b->codes, 0},
      {"−d", iterations_distortion_term(a), iterations_distortion_term(b), 4},
      {"+β1MH(z|x)", iterations_conditional_term(a), iterations_conditional_term(b), 4},
      {"−β2MH(z)", iterations_marginal_term(a), iterations_marginal_term(b), 4},
      {"logK−H2", iterations_diagnostic(a), iterations_diagnostic(b), 4},
      {"perplexity", a->perplexity, b->perplexity, 2},
  };
  memcpy(terms, all, sizeof all);
}

static void draw_term(const compared_term *term, const dove_surface *surface, int y, int x) {
  enum { NAME = 11, NUMBER = 9 };
  dove_buffer text = {0};
  dove_draw_string(surface, y, x, term->name, dove_style_of(DOVE_ROLE_HEADER));
  const double values[] = {term->before, term->after};
  for (int i = 0; i < 2; i++) {
    dove_buffer_clear(&text);
    dove_cell_number(&text, values[i], term->decimals);
    dove_draw_field(surface, y, x + NAME + i * NUMBER, NUMBER - 1, dove_buffer_text(&text), text.length,
                    DOVE_ALIGN_RIGHT, dove_style_of(DOVE_ROLE_NORMAL));
  }
  dove_buffer_clear(&text);
  dove_cell_change(&text, term->after - term->before, term->decimals);
  dove_draw_string(surface, y, x + NAME + 2 * NUMBER, dove_buffer_text(&text), dove_style_of(DOVE_ROLE_STRONG));
  dove_buffer_free(&text);
}

/* In one column, or in two where that is wide enough; returns the lines that were taken. */
static int draw_terms(const dove_difference *difference, const dove_surface *surface) {
  enum { COLUMN = 40, LEAST_LIST = 5 };
  compared_term terms[TERMS];
  list_terms(difference, terms);
  const int across = surface->width >= 2 * COLUMN ? 2 : 1;
  const int room = surface->height - LEAST_LIST;
  const int lines = room * across < TERMS ? room : (TERMS + across - 1) / across;
  if (lines <= 0) return 0;
  for (int i = 0; i < TERMS && i < lines * across; i++) draw_term(&terms[i], surface, i % lines, (i / lines) * COLUMN);
  return lines;
}

void iterations_changes_draw(iterations_changes *changes, const dove_surface *surface, bool focus) {
  const int lines = draw_terms(&changes->difference, surface);
  dove_surface rest = dove_surface_part(surface, lines, 0, surface->height - lines, surface->width);
  dove_list_draw(&changes->list, &rest, focus);
  changes->lines = lines;
}
