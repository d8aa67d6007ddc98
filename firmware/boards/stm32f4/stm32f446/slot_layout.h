/* The flash of the STM32F446RE with model slots: sectors 5 and 6, of 128 KB each. */
#define SLOT_FIRST_SECTOR 5u
#define SLOT_SECTORS 1u
