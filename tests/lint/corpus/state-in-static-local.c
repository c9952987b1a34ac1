/* A static local variable outlives the function like a global one. */
void do_saved_statically(struct pt_regs *regs) /* WANT not-analysed */
{
	static enum ctx_state prev;

	prev = exception_enter();
	handle_trap(regs);
	exception_exit(prev);
}
