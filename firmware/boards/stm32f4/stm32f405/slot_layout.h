/* The flash of the STM32F405RG with model slots: sectors 6 to 8 and 9 to 11, of 128 KB each. */
#define SLOT_FIRST_SECTOR 6u
#define SLOT_SECTORS 3u
