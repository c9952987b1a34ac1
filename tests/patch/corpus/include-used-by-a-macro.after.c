#include <linux/context_tracking.h>

#define CHECK_TRAP() CT_WARN_ON(1)

void do_trap(struct pt_regs *regs)
{
	CHECK_TRAP();
}
