/* Faults of the processor: the record that survives a reset, and the guard below the stack. */
#ifndef RNNP_FAULT_H
#define RNNP_FAULT_H

#define FAULT_GUARD_BYTES 256u /* of the stack's reserve */

/* Reads the record of the last run. Once, before main. */
void fault_start(void);

/* From here on an overflow of the stack is a fault. Not for programs whose heap reaches into the stack's reserve. */
void fault_guard_stack(void);

/* Stores the record and resets the board. Test programs have their own. */
void fault_handler(void);

#endif
