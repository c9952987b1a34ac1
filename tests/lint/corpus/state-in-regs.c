/* The state is saved into the registers and restored from there. */
#include <linux/context_tracking.h>

void do_saved_in_regs(struct pt_regs *regs) /* WANT not-analysed */
{
	regs->state = exception_enter();
	handle_trap(regs);
	exception_exit(regs->state);
}
