/* The messages of a session: the newest stands in the bottom line, all of them in `:messages`. */
#ifndef DOVE_TUI_MESSAGES_H
#define DOVE_TUI_MESSAGES_H

#include "dove/buffer.h"
#include "tui/pane.h"

enum { DOVE_MESSAGES_KEPT = 200 };

typedef struct dove_messages {
  struct {
    char *text; /* owned */
    dove_message_level level;
    int64_t time; /* ms since 1970 */
  } kept[DOVE_MESSAGES_KEPT];
  size_t count; /* ever; the newest is number count−1 modulo DOVE_MESSAGES_KEPT */
  bool shown;   /* the newest one stands in the bottom line */
} dove_messages;

void dove_messages_free(dove_messages *messages);

/* Takes `text` (freed by the log later; NULL is ignored). */
void dove_messages_add(dove_messages *messages, dove_message_level level, char *text);

/* The one to show, NULL for none. */
const char *dove_messages_current(const dove_messages *messages, dove_message_level *level);

/* All of them, oldest first, with their times. */
void dove_messages_list(const dove_messages *messages, dove_buffer *out);

#endif
