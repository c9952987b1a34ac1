#include <linux/context_tracking.h>

void do_trap(struct pt_regs *regs)
{
	enum ctx_state prev = exception_enter();

	handle(regs);
	exception_exit(prev);
}

void do_syscall(struct pt_regs *regs)
{
	user_exit();
	syscall(regs);
	user_enter();
}
