#include <linux/sched.h>
#ifdef CONFIG_CONTEXT_TRACKING_USER
#include <linux/context_tracking.h>
#endif
#include <asm/traps.h>

void do_trap(struct pt_regs *regs)
{
	exception_enter();
	panic("trap");
}
