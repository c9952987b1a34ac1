/* The result is dropped, but nothing returns from behind it, so there is only a remark to make. */
#include <linux/context_tracking.h>

void do_cache_error(struct pt_regs *regs)
{
	exception_enter(); /* WANT exception-enter-unsaved note */
	show_regs(regs);
	panic("cache error at %lx", regs->pc);
}
