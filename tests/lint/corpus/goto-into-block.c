/* A goto from outside goes into a block, where the exit stands behind the label. */
void do_into_block(struct pt_regs *regs)
{
	enum ctx_state prev = exception_enter();

	if (fast_path(regs)) {
		count_fast(regs);
leave:
		exception_exit(prev);
		return;
	}
	if (slow_path(regs))
		goto leave;
	force_sig(SIGILL);
	exception_exit(prev);
}
