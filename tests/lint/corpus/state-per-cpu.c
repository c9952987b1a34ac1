/* The state goes into a per-CPU variable and comes back from it. */
DECLARE_PER_CPU(enum ctx_state, trap_state);

void do_saved_per_cpu(struct pt_regs *regs) /* WANT not-analysed */
{
	this_cpu_write(trap_state, exception_enter());
	handle_trap(regs);
	exception_exit(this_cpu_read(trap_state));
}
