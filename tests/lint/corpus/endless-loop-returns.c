/* The loop never ends by itself, but a return leaves it. */
int wait_for_fpu(struct pt_regs *regs)
{
	enum ctx_state prev;

	prev = exception_enter();
	for (;;) {
		if (fpu_ready(regs))
			return 0; /* WANT exception-exit-missing */
		if (fpu_failed(regs)) {
			exception_exit(prev);
			return -EIO;
		}
		cpu_relax();
	}
}
