/* The block by which the boot ROM recognises an image: executable, secure, Arm, RP2350 (RP2350 data sheet, 5.9.5). It must lie in
   the first 4 KB. */
#include <stdint.h>

__attribute__((section(".vectors.image_def"), used)) static const uint32_t image_def[] = {
  0xffffded3u, /* start of a block */
  0x10210142u, /* item: image type, one word */
  0x000001ffu, /* last item, one word before this one */
  0x00000000u, /* no other block */
  0xab123579u, /* end of the block */
};
