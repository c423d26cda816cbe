#include "tui/messages.h"

#include <stdlib.h>

#include "dove/clock.h"

void dove_messages_free(dove_messages *messages) {
  for (size_t i = 0; i < DOVE_MESSAGES_KEPT; i++) free(messages->kept[i].text);
  *messages = (dove_messages){0};
}

void dove_messages_add(dove_messages *messages, dove_message_level level, char *text) {
  if (text == NULL) return;
  size_t slot = messages->count++ % DOVE_MESSAGES_KEPT;
  free(messages->kept[slot].text);
  messages->kept[slot].text = text;
  messages->kept[slot].level = level;
  messages->kept[slot].time = dove_clock_unix_ms();
  messages->shown = true;
}

const char *dove_messages_current(const dove_messages *messages, dove_message_level *level) {
  if (!messages->shown || messages->count == 0) return NULL;
  size_t slot = (messages->count - 1) % DOVE_MESSAGES_KEPT;
  *level = messages->kept[slot].level;
  return messages->kept[slot].text;
}

void dove_messages_list(const dove_messages *messages, dove_buffer *out) {
  static const char *const levels[] = {"", "warning: ", "error: "};
  size_t first = messages->count > DOVE_MESSAGES_KEPT ? messages->count - DOVE_MESSAGES_KEPT : 0;
  for (size_t i = first; i < messages->count; i++) {
    size_t slot = i % DOVE_MESSAGES_KEPT;
    char when[24];
    dove_clock_format(messages->kept[slot].time, when, sizeof when);
    dove_buffer_printf(out, "%s  %s%s\n", when, levels[messages->kept[slot].level], messages->kept[slot].text);
  }
  if (messages->count == 0) dove_buffer_add_text(out, "no messages yet\n");
}
