#include <linux/context_tracking.h>

#define CHECK_TRAP() CT_WARN_ON(1)

void do_trap(struct pt_regs *regs)
{
	enum ctx_state prev = exception_enter();

	CHECK_TRAP();
	exception_exit(prev);
}
