/* Runs a test program's main(argc, argv) on a board in QEMU: arguments, files and exit status over semihosting. */
#include <stdint.h>
#include <stdlib.h>

#include "startup.h"

extern void initialise_monitor_handles(void);
extern int test_main(int argc, char **argv);
int main(void);

#define MAX_ARGUMENTS 160

static int semihosting(int operation, void *block) {
  register int r0 __asm__("r0") = operation;
  register void *r1 __asm__("r1") = block;
  __asm__ volatile("bkpt 0xab" : "+r"(r0) : "r"(r1) : "memory");
  return r0;
}

void board_start(void) {}
void board_uart_irq(void) {}
void board_fault(void) { exit(3); }

int main(void) {
  static char line[8192];
  static char *arguments[MAX_ARGUMENTS];
  struct {
    char *buffer;
    int size;
  } command = {line, sizeof line};
  initialise_monitor_handles();
  if (semihosting(0x15, &command) != 0) {
    return 2;
  }
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
