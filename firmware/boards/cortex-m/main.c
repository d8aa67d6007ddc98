#include "rnnp_firmware.h"

int main(void);

int main(void) {
  rnnp_firmware_start();
  for (;;) {
    rnnp_firmware_poll();
  }
}
