/* The state is saved in a global variable, which an exception in between may overwrite. */
static enum ctx_state saved_state;

void do_saved_globally(struct pt_regs *regs) /* WANT not-analysed */
{
	saved_state = exception_enter();
	handle_trap(regs);
	exception_exit(saved_state);
}
