/* user_exit() closes interrupts by itself and may be called with interrupts on. */
#include <linux/context_tracking.h>

asmlinkage long trace_enter(struct pt_regs *regs)
{
	local_irq_enable();
	user_exit();
	return report_entry(regs);
}
