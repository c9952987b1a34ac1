/* A semicolon is the whole body of each loop, and the block behind it runs once. */
void do_empty_body(struct pt_regs *regs)
{
	enum ctx_state prev = exception_enter();
	int i;

	for (i = 0; i < 8 && regs->regs[i]; i++);
	while (trap_pending(regs));
	{
		exception_exit(prev);
	}
}
