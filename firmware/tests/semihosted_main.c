/* Runs a test program's main(argc, argv) on a board in QEMU: arguments, files and exit status over semihosting. */
#include <stdlib.h>

#include "fault.h"
#include "semihosting.h"
#include "startup.h"
#include "systick.h"

extern void initialise_monitor_handles(void);
extern int test_main(int argc, char **argv);
int main(void);

#define MAX_ARGUMENTS 160

void board_start(void) {}
void board_uart_irq(void) {}
void systick_handler(void) {}
void fault_start(void) {}
void fault_handler(void) { exit(3); }

int main(void) {
  static char line[8192];
  static char *arguments[MAX_ARGUMENTS];
  initialise_monitor_handles();
  semihosting_command_line(line, sizeof line);
  int count = 0;
  for (char *p = line; *p && count < MAX_ARGUMENTS;) {
    arguments[count++] = p;
    while (*p && *p != ' ') {
      p++;
    }
    while (*p == ' ') {
      *p++ = 0;
    }
  }
  exit(test_main(count, arguments));
}
