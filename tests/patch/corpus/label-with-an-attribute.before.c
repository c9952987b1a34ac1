void do_attributed(struct pt_regs *regs)
{
	bool traced __maybe_unused = test_traced(regs);
	enum ctx_state prev __maybe_unused = exception_enter();

	if (handle(regs))
		goto out;
	if (traced)
		goto out;
	force_sig(SIGILL);
out: __maybe_unused
	exception_exit(prev);
}
