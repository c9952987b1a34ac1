// SPDX-License-Identifier: GPL-2.0
#include <linux/sched.h>

void do_trap(struct pt_regs *regs)
{
	handle(regs);
}
