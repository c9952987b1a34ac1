/* A macro of two statements enters and drops the result. */
#define TRAP_PROLOGUE(regs)		\
	do {				\
		count_trap(regs);	\
		exception_enter();	\
	} while (0)

void do_trap_g(struct pt_regs *regs)
{
	TRAP_PROLOGUE(regs); /* WANT exception-enter-unsaved */
	force_sig(SIGILL);
}
