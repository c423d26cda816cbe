/* Who sits at the keyboard: the name under which a person annotates and reviews. It is the person's, not the project's:
 * copies of a project are passed around. */
#ifndef DOVE_PERSON_H
#define DOVE_PERSON_H

#include "dove/error.h"

/* The name: $DOVE_NAME, else the one that was remembered in $XDG_CONFIG_HOME/dove/name (~/.config/dove/name). NULL
 * when none is known; freed with free(). */
char *dove_person_name(void);

/* Remembers a name for next time. Blanks around it are taken off; DOVE_INPUT when nothing is left or it has control
 * characters or is longer than 63 bytes. Without a home folder it cannot be kept (DOVE_IO). */
dove_status dove_person_remember(const char *name, dove_error *error);

#endif
