#include "tui/panes/cell_text.h"

#include <math.h>
#include <stdio.h>

#include "dove/clock.h"

void dove_cell_number(dove_buffer *out, double value, int decimals) {
  if (isnan(value)) {
    dove_buffer_add_text(out, "–");
  } else {
    dove_buffer_printf(out, "%.*f", decimals, value);
  }
}

void dove_cell_share(dove_buffer *out, double share) {
  if (isnan(share)) {
    dove_buffer_add_text(out, "–");
  } else if (share > 0 && share < 0.005) {
    dove_buffer_add_text(out, "<.01");
  } else if (share < 0.995) {
    char text[16];
    snprintf(text, sizeof text, "%.2f", share);
    dove_buffer_add_text(out, text[0] == '0' ? text + 1 : text);
  } else {
    dove_buffer_printf(out, "%.1f", share);
  }
}

void dove_cell_change(dove_buffer *out, double change, int decimals) {
  if (isnan(change)) {
    dove_buffer_add_text(out, "–");
  } else if (fabs(change) < 0.5 * pow(10, -decimals)) {
    dove_buffer_add_text(out, "=");
  } else {
    dove_buffer_printf(out, "%s%.*f", change > 0 ? "▲" : "▼", decimals, fabs(change));
  }
}

void dove_cell_bar(dove_buffer *out, double share, int width) {
  static const char *const parts[] = {"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};
  if (!(share > 0) || width <= 0) return;
  int eighths = (int)lround((share < 1 ? share : 1) * width * 8);
  if (eighths == 0) eighths = 1;
  for (int i = 0; i < eighths / 8; i++) dove_buffer_add_text(out, "█");
  dove_buffer_add_text(out, parts[eighths % 8]);
}

void dove_cell_time(dove_buffer *out, int64_t time) {
  char text[32];
  dove_clock_format(time, text, sizeof text);
  dove_buffer_add_text(out, text);
}

void dove_cell_line(dove_buffer *out, const char *text) {
  bool blank = false;
  bool started = false;
  for (const char *c = text; *c != '\0'; c++) {
    if (*c == ' ' || *c == '\t' || *c == '\n' || *c == '\r') {
      blank = started;
      continue;
    }
    if (blank) dove_buffer_add_char(out, ' ');
    blank = false;
    started = true;
    dove_buffer_add_char(out, *c);
  }
}

const char *dove_cell_origin(dove_store_code_origin origin) {
  switch (origin) {
    case DOVE_STORE_CODE_INITIAL: return "cluster";
    case DOVE_STORE_CODE_NOISE: return "noise";
    case DOVE_STORE_CODE_SPLIT: return "split";
    case DOVE_STORE_CODE_MERGE: return "merge";
    case DOVE_STORE_CODE_RENAME: return "rename";
  }
  return "";
}

static const char *name_of_status(dove_store_run_status status) {
  switch (status) {
    case DOVE_STORE_RUNNING: return "unended";
    case DOVE_STORE_FINISHED: return "finished";
    case DOVE_STORE_RUN_CANCELLED: return "stopped";
    case DOVE_STORE_RUN_FAILED: return "failed";
  }
  return "";
}

void dove_cell_run_status(dove_buffer *out, dove_store_run_status status, dove_style *style) {
  if (status == DOVE_STORE_RUN_FAILED) *style = dove_style_of(DOVE_ROLE_BAD);
  dove_buffer_add_text(out, name_of_status(status));
}
