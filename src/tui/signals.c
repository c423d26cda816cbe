#include "tui/signals.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

enum { FATAL_SIGNALS = 5, CAUGHT_SIGNALS = 6, FAREWELL_SIZE = 256 };

static const int fatal_signals[FATAL_SIGNALS] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT};
static const int caught_signals[CAUGHT_SIGNALS] = {SIGWINCH, SIGTSTP, SIGCONT, SIGTERM, SIGHUP, SIGINT};

static struct sigaction old_fatal[FATAL_SIGNALS];
static struct sigaction old_caught[CAUGHT_SIGNALS];
static struct sigaction old_pipe;
static int pipe_ends[2] = {-1, -1};
static int terminal = -1;
static struct termios terminal_modes;
static char farewell[FAREWELL_SIZE];
static volatile sig_atomic_t farewell_length;

/* A full pipe has enough in it to wake anybody, so a write that fails is no loss. */
static void write_byte(char byte) {
  int kept = errno;
  ssize_t written = write(pipe_ends[1], &byte, 1);
  (void)written;
  errno = kept;
}

static void on_caught(int number) { write_byte((char)number); }

/* Only what POSIX allows in a handler: the bytes were made before. */
static void on_fatal(int number) {
  if (terminal >= 0) {
    ssize_t written = write(terminal, farewell, (size_t)farewell_length);
    (void)written;
    tcsetattr(terminal, TCSANOW, &terminal_modes);
  }
  for (int i = 0; i < FATAL_SIGNALS; i++) sigaction(fatal_signals[i], &old_fatal[i], NULL);
  raise(number);
}

static void install(int number, void (*handler)(int), int flags, struct sigaction *old) {
  struct sigaction action = {.sa_handler = handler, .sa_flags = flags};
  sigemptyset(&action.sa_mask);
  sigaction(number, &action, old);
}

dove_status dove_signals_open(dove_error *error) {
  if (pipe(pipe_ends) != 0) return dove_fail_errno(error, "make", "a pipe");
  for (int i = 0; i < 2; i++) {
    fcntl(pipe_ends[i], F_SETFL, O_NONBLOCK);
    fcntl(pipe_ends[i], F_SETFD, FD_CLOEXEC);
  }
  for (int i = 0; i < CAUGHT_SIGNALS; i++) install(caught_signals[i], on_caught, SA_RESTART, &old_caught[i]);
  for (int i = 0; i < FATAL_SIGNALS; i++) install(fatal_signals[i], on_fatal, (int)SA_RESETHAND, &old_fatal[i]);
  install(SIGPIPE, SIG_IGN, 0, &old_pipe);
  return DOVE_OK;
}

void dove_signals_close(void) {
  if (pipe_ends[0] < 0) return;
  for (int i = 0; i < CAUGHT_SIGNALS; i++) sigaction(caught_signals[i], &old_caught[i], NULL);
  for (int i = 0; i < FATAL_SIGNALS; i++) sigaction(fatal_signals[i], &old_fatal[i], NULL);
  sigaction(SIGPIPE, &old_pipe, NULL);
  for (int i = 0; i < 2; i++) {
    close(pipe_ends[i]);
    pipe_ends[i] = -1;
  }
  terminal = -1;
}

int dove_signals_fd(void) { return pipe_ends[0]; }

static void note(dove_signals_seen *seen, char byte) {
  switch (byte) {
    case 0: seen->woken = true; break;
    case SIGWINCH: seen->resized = true; break;
    case SIGTSTP: seen->stop = true; break;
    case SIGCONT: seen->continued = true; break;
    default: seen->leave = true;
  }
}

dove_signals_seen dove_signals_take(void) {
  dove_signals_seen seen = {0};
  char bytes[64];
  ssize_t count;
  while ((count = read(pipe_ends[0], bytes, sizeof bytes)) > 0) {
    for (ssize_t i = 0; i < count; i++) note(&seen, bytes[i]);
  }
  return seen;
}

void dove_signals_wake(void *unused) {
  (void)unused;
  write_byte(0);
}

void dove_signals_keep_terminal(int fd) {
  if (tcgetattr(fd, &terminal_modes) == 0) terminal = fd;
}

void dove_signals_set_farewell(const char *bytes) {
  size_t length = strlen(bytes);
  if (length >= FAREWELL_SIZE) length = FAREWELL_SIZE - 1;
  farewell_length = 0;
  memcpy(farewell, bytes, length);
  farewell_length = (sig_atomic_t)length;
}

void dove_signals_suspend(void) {
  struct sigaction caught;
  install(SIGTSTP, SIG_DFL, 0, &caught);
  /* The whole group, as the terminal does it: a `make` or a script that started the program stops too. */
  kill(0, SIGTSTP);
  sigaction(SIGTSTP, &caught, NULL);
}
