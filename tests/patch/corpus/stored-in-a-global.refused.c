static enum ctx_state saved;

void do_trap(struct pt_regs *regs)
{
	saved = exception_enter(); /* REFUSED the saved state `saved` outlives the function */
	handle(regs);
	exception_exit(saved);
}
