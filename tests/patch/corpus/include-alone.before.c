#include <linux/sched.h>

#include <linux/context_tracking.h>	/* exception_enter() */

#include <asm/traps.h>

void do_trap(struct pt_regs *regs)
{
	exception_enter();
	panic("trap");
}
