extern void exception_exit(enum ctx_state prev); /* REFUSED it is not in a function */
