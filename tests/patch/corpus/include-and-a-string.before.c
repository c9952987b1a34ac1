#include <linux/context_tracking.h>
#include <linux/sched.h>

void do_trap(struct pt_regs *regs)
{
	enum ctx_state prev = exception_enter();

	pr_debug("no user_enter yet\n");
	exception_exit(prev);
}
