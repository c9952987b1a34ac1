/* The state is handed to the caller through a pointer. */
#include <linux/context_tracking.h>

int do_open_trap(struct pt_regs *regs, enum ctx_state *statep) /* WANT not-analysed */
{
	*statep = exception_enter();
	return user_mode(regs);
}
