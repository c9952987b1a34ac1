#include <linux/sched.h>
#include <asm/traps.h>

void do_trap(struct pt_regs *regs)
{
	panic("trap");
}
