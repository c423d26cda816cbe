/* How the pane Agreement is drawn. */
#include <stdio.h>
#include <string.h>

#include "tui/panes/agreement/agreement_lists.h"
#include "tui/panes/agreement/agreement_pane.h"
#include "tui/panes/agreement/agreement_quality.h"
#include "tui/panes/note.h"

static const dove_grid_plan narrow = {.stacked = true,
                                      .lines = 6,
                                      .weights = {3, 3, 5, 4, 5, 5},
                                      .least = {4, 4, 7, 6, 7, 7},
                                      .places = {[PART_ROUNDS] = {0, 1, 1},
                                                 [PART_QUALITY] = {1, 1, 1},
                                                 [PART_FIGURES] = {2, 1, 1},
                                                 [PART_PAIRS] = {3, 1, 1},
                                                 [PART_GROUPS] = {4, 1, 1},
                                                 [PART_ITEMS] = {5, 1, 1}}};
static const dove_grid_plan wide = {.stacked = true,
                                    .lines = 3,
                                    .weights = {3, 5, 6},
                                    .least = {6, 8, 8},
                                    .places = {[PART_ROUNDS] = {0, 1, 50},
                                               [PART_QUALITY] = {0, 1, 60},
                                               [PART_FIGURES] = {1, 4, 60},
                                               [PART_PAIRS] = {1, 5, 60},
                                               [PART_GROUPS] = {2, 1, 60},
                                               [PART_ITEMS] = {2, 1, 60}}};
enum { WIDE = 132 };

static const char *choice_words(const agreement_data *data) {
  switch (data->choice) {
    case AGREEMENT_SPLIT: return "Disagreements";
    case AGREEMENT_TALK: return "To be discussed";
    case AGREEMENT_PAIR: return "Where they differ";
    case AGREEMENT_GROUP:
    case AGREEMENT_ALL:
    case AGREEMENT_CHOICES: break;
  }
  return "Items";
}

static void describe_choice(const agreement_data *data, dove_buffer *out) {
  switch (data->choice) {
    case AGREEMENT_SPLIT: dove_buffer_add_text(out, "yes of some, no of others"); break;
    case AGREEMENT_TALK: dove_buffer_add_text(out, "ties and flags without a consensus"); break;
    case AGREEMENT_PAIR:
      dove_buffer_printf(out, "%s and %s on %s", data->first, data->second, dove_question_name(data->question));
      break;
    case AGREEMENT_GROUP:
      if (data->choice_group == DOVE_GROUP_ALL) {
        dove_buffer_printf(out, "all that were asked '%s'", dove_question_name(data->question));
      } else {
        dove_buffer_printf(out, "of the %s %s, '%s'", dove_agreement_group_name(data->choice_group), data->first,
                           dove_question_name(data->question));
      }
      break;
    case AGREEMENT_ALL:
    case AGREEMENT_CHOICES: dove_buffer_add_text(out, "all of the round"); break;
  }
}

/* Draws the list, and what `describe` says of its selected row below it where there is room. */
static void draw_list(agreement_pane *pane, size_t part, bool focus, const dove_buffer *note) {
  const dove_surface *surface = &pane->grid.parts[part];
  const int lines = note->length == 0 || surface->height < 6 ? 0 : surface->height < 14 ? 2 : 3;
  const dove_surface rows = dove_surface_part(surface, 0, 0, surface->height - lines, surface->width);
  const dove_surface below = dove_surface_part(surface, surface->height - lines, 0, lines, surface->width);
  dove_list_draw(&pane->lists[part].list, &rows, focus && pane->grid.focus == part);
  dove_draw_note(&below, dove_buffer_text(note), note->length, dove_style_of(DOVE_ROLE_FAINT));
}

static void draw_titled(agreement_pane *pane, size_t part, const char *title, const char *about, bool focus,
                        const dove_buffer *note) {
  dove_grid_title(&pane->grid, part, title, about, focus);
  draw_list(pane, part, focus, note);
}

static void draw_hidden(agreement_pane *pane, size_t part, const char *title, bool focus) {
  static const char words[] =
      "The round is blind and runs: others' answers are shown when you have judged all of it, "
      "or when it is closed.";
  dove_grid_title(&pane->grid, part, title, NULL, focus);
  dove_draw_note(&pane->grid.parts[part], words, sizeof words - 1, dove_style_of(DOVE_ROLE_FAINT));
}

static void draw_items(agreement_pane *pane, bool focus) {
  const agreement_data *data = &pane->data;
  dove_buffer about = {0}, note = {0};
  size_t row;
  if (data->hidden) {
    draw_hidden(pane, PART_ITEMS, choice_words(data), focus);
    return;
  }
  describe_choice(data, &about);
  if (dove_memory_list_row(&pane->lists[PART_ITEMS], &row))
    agreement_data_add_answers(data, agreement_data_item(data, row), &note);
  draw_titled(pane, PART_ITEMS, choice_words(data), dove_buffer_text(&about), focus, &note);
  if (data->item_count == 0 && pane->grid.parts[PART_ITEMS].height > 1)
    dove_draw_string(&pane->grid.parts[PART_ITEMS], 1, 0, "none", dove_style_of(DOVE_ROLE_FAINT));
  dove_buffer_free(&about);
  dove_buffer_free(&note);
}

static void draw_figures(agreement_pane *pane, bool focus) {
  const agreement_data *data = &pane->data;
  const dove_agreement_report *report = &data->shown->report;
  dove_buffer about = {0};
  const dove_buffer none = {0};
  dove_buffer_printf(&about, "%zu annotators", report->annotators);
  if (report->skips > 0) dove_buffer_printf(&about, ", %zu skips", report->skips);
  if (report->flags > 0) dove_buffer_printf(&about, ", %zu flags", report->flags);
  if (report->stale > 0) dove_buffer_printf(&about, ", %zu stale", report->stale);
  if (data->wanted > 0) dove_buffer_printf(&about, "; more n for a width of %g", data->wanted);
  if (!data->intervals) dove_buffer_add_text(&about, "; intervals are being worked out …");
  draw_titled(pane, PART_FIGURES, "Agreement", dove_buffer_text(&about), focus, &none);
  dove_buffer_free(&about);
}

static void draw_pairs(agreement_pane *pane, bool focus) {
  dove_buffer note = {0};
  size_t row;
  if (dove_memory_list_row(&pane->lists[PART_PAIRS], &row))
    agreement_describe_pair(agreement_data_pair(&pane->data, row), &note);
  draw_titled(pane, PART_PAIRS, "Pairs", "Cohen's κ of each pair", focus, &note);
  dove_buffer_free(&note);
}

static void draw_groups(agreement_pane *pane, bool focus) {
  const agreement_data *data = &pane->data;
  dove_buffer note = {0};
  char title[48];
  size_t row;
  snprintf(title, sizeof title, "By %s",
           data->group == DOVE_GROUP_ALL ? "culture, source, code, document" : dove_agreement_group_name(data->group));
  if (dove_memory_list_row(&pane->lists[PART_GROUPS], &row))
    agreement_describe_group(agreement_data_group(data, row), &note);
  if (data->hidden && data->group_count == 0) {
    draw_hidden(pane, PART_GROUPS, title, focus);
  } else {
    draw_titled(pane, PART_GROUPS, title, "Enter shows the items behind", focus, &note);
  }
  dove_buffer_free(&note);
}

static void draw_part(agreement_pane *pane, size_t part, bool focus) {
  const dove_buffer none = {0};
  switch (part) {
    case PART_ROUNDS: draw_titled(pane, part, "Rounds", NULL, focus, &none); break;
    case PART_QUALITY:
      dove_grid_title(&pane->grid, part, "What is made of the codebook", "by consensus, else by the majority", focus);
      agreement_quality_draw(&pane->data.shown->report, &pane->grid.parts[part]);
      break;
    case PART_FIGURES: draw_figures(pane, focus); break;
    case PART_PAIRS: draw_pairs(pane, focus); break;
    case PART_GROUPS: draw_groups(pane, focus); break;
    default: draw_items(pane, focus); break;
  }
}

static void draw_words(const dove_surface *surface, const char *words, dove_role role) {
  const dove_surface part = dove_surface_part(surface, 0, 1, surface->height, surface->width - 2);
  dove_draw_note(&part, words, strlen(words), dove_style_of(role));
}

void agreement_pane_draw(agreement_pane *pane, const dove_surface *surface, bool focus) {
  dove_error error = {0};
  if (agreement_pane_collect(pane, &error) != DOVE_OK) {
    draw_words(surface, error.message, DOVE_ROLE_BAD);
  } else if (pane->data.rounds.count == 0) {
    draw_words(surface, "nothing was given to annotators yet: 8 opens Annotate, where a round is started",
               DOVE_ROLE_FAINT);
  } else if (pane->data.failed) {
    draw_words(surface, pane->data.error.message, DOVE_ROLE_BAD);
  } else if (pane->data.shown == NULL) {
    draw_words(surface, "annotators are being compared …", DOVE_ROLE_FAINT);
  } else {
    dove_grid_layout(&pane->grid, surface->width >= WIDE ? &wide : &narrow, surface);
    for (size_t part = 0; part < PARTS; part++) {
      if (dove_grid_shows(&pane->grid, part)) draw_part(pane, part, focus);
    }
  }
}
