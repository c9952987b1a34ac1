#include <linux/context_tracking.h>

void do_trap(struct pt_regs *regs)
{
	enum ctx_state now = ct_state(), prev = exception_enter();

	handle(regs, now);
	exception_exit(prev);
}
