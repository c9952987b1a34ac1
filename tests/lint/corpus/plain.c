/* The pair as it should be, with work in between. */
#include <linux/context_tracking.h>

asmlinkage void do_plain_trap(struct pt_regs *regs)
{
	enum ctx_state prev_state;

	prev_state = exception_enter();
	force_sig(SIGTRAP);
	exception_exit(prev_state);
}
