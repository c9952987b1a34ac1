/* What opens interrupts, and what closes them again, is a helper or a macro of one option only. */
#ifdef CONFIG_KPROBES
static __always_inline void prepare_probes(void)
{
	local_irq_enable(); /* WANT irqs-on-before-user-exit when CONFIG_KPROBES */
}
#else
static __always_inline void prepare_probes(void)
{
}
#endif

#ifdef CONFIG_PREEMPTION
#define close_again() local_irq_disable()
#else
#define close_again() do { } while (0)
#endif

void noinstr enter_probed(struct pt_regs *regs)
{
	prepare_probes();
	user_exit_irqoff();
	run_probed(regs);
}

void noinstr enter_preempted(struct pt_regs *regs)
{
	local_irq_enable(); /* WANT irqs-on-before-user-exit when !CONFIG_PREEMPTION */
	close_again();
	user_exit_irqoff();
	run_probed(regs);
}

void noinstr enter_with_both(struct pt_regs *regs)
{
	if (IS_ENABLED(CONFIG_SMP) && regs->pending)
		local_irq_enable(); /* WANT irqs-on-before-user-exit when CONFIG_SMP */
	user_exit_irqoff();
	run_probed(regs);
}
