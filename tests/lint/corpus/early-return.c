/* An early return between the enter and the exit leaves without restoring. */
#include <linux/context_tracking.h>

asmlinkage void do_overflow(struct pt_regs *regs)
{
	enum ctx_state prev;

	prev = exception_enter();
	if (notify_trap(regs, SIGFPE))
		return; /* WANT exception-exit-missing */

	force_sig(SIGFPE);
	exception_exit(prev);
}
