void do_marked(struct pt_regs *regs)
{
	bool user __maybe_unused = user_mode(regs);

	handle(regs);
}
