// SPDX-License-Identifier: GPL-2.0
#include <linux/context_tracking.h>
#include <linux/sched.h>

void do_trap(struct pt_regs *regs)
{
	enum ctx_state prev = exception_enter();

	handle(regs);
	exception_exit(prev);
}
