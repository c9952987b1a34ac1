/* The tracer is told about interrupts while RCU does not watch yet. */
#include <linux/context_tracking.h>

void noinstr enter_irq_from_user(struct pt_regs *regs)
{
	trace_hardirqs_off(); /* WANT instrumentable-before-user-exit */
	user_exit_irqoff();
	handle_irq(regs);
}
