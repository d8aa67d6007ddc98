#include "fault.h"
#include "rnnp_firmware.h"

int main(void);

int main(void) {
  fault_guard_stack();
  rnnp_firmware_start();
  for (;;) {
    rnnp_firmware_poll();
  }
}
