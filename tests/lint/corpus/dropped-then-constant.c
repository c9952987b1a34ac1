/* The result is dropped and a constant restored in its place. */
#include <linux/context_tracking.h>

void do_emulate(struct pt_regs *regs)
{
	exception_enter(); /* WANT exception-enter-unsaved */
	emulate_insn(regs);
	exception_exit(CT_STATE_USER); /* WANT exception-exit-mismatch */
}
