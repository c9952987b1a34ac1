static DEFINE_PER_CPU(enum ctx_state, saved);

void do_trap(struct pt_regs *regs)
{
	enum ctx_state prev = exception_enter();

	__this_cpu_write(saved, prev); /* REFUSED the saved state `prev` is passed on to __this_cpu_write() */
	handle(regs);
	exception_exit(prev);
}
