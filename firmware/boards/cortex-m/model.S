/* The package that is linked in. */
  .section .model, "a", %progbits
  .balign 16
#ifdef RNNP_MODEL_FILE
  .incbin RNNP_MODEL_FILE
#endif
