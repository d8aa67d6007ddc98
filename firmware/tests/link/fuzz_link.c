/* libFuzzer: anything that a host could send, to a device that is connected. The first byte chooses whether the input is a
   stream of raw bytes or a list of messages that get good frames around them. */
#include "test_host.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static test_flash_t flash;
  static test_device_t device;
  static test_host_t host;
  test_flash_init(&flash);
  memset(&device, 0, sizeof device);
  test_device_start(&device, &flash, RNNP_BOOT_POWER, true, true);
  host_init(&host, &device);
  (void)host_connect(&host, 0x31u, 1, 1);
  if (size == 0) {
    return 0;
  }
  if ((data[0] & 1u) != 0) {
    for (size_t i = 1; i < size; i++) {
      (void)rnnp_link_receive(&device.link, data[i]);
      if (i % 64 == 0) {
        host_run(&host);
      }
    }
    host_run(&host);
    return 0;
  }
  for (size_t at = 1; at + 2 < size;) {
    const uint8_t type = data[at];
    size_t length = data[at + 1];
    at += 2;
    length = length < size - at ? length : size - at;
    host_send(&host, type, data + at, length);
    at += length;
    device.now_ms += (uint32_t)length;
  }
  return 0;
}
