/* The state is stored behind a pointer that outlives the function. */
#include <linux/context_tracking.h>

void do_begin_trap(struct pt_regs *regs, struct trap_info *info) /* WANT not-analysed */
{
	info->state = exception_enter();
	force_sig(SIGTRAP);
}
