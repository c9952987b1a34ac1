#include <linux/context_tracking.h>

void do_trap(struct pt_regs *regs)
{
	handle(regs);
}

void do_syscall(struct pt_regs *regs)
{
	user_exit();
	syscall(regs);
	user_enter();
}
