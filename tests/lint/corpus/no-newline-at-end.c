/* The file ends without a newline, right behind a function that is right. */
#include <linux/context_tracking.h>

void do_unended(struct pt_regs *regs)
{
	enum ctx_state prev = exception_enter();

	force_sig(SIGILL);
	exception_exit(prev);
}