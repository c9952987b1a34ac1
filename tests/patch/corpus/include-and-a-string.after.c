#include <linux/sched.h>

void do_trap(struct pt_regs *regs)
{
	pr_debug("no user_enter yet\n");
}
