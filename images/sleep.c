/* What the prepull DaemonSet runs: holds the image in use, so that no node throws it away, and ends at once when told to. */
#include <signal.h>
#include <unistd.h>

static void end(int signal) { _exit(signal == SIGTERM ? 0 : 1); }

int main(void) {
  signal(SIGTERM, end);
  signal(SIGINT, end);
  for (;;) pause();
}
