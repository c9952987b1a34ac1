void do_attributed(struct pt_regs *regs)
{
	bool traced __maybe_unused = test_traced(regs);

	if (handle(regs))
		return;
	if (traced)
		return;
	force_sig(SIGILL);
}
