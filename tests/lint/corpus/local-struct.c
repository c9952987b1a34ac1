/* The state is in a local struct, which does not outlive the function. */
void do_in_struct(struct pt_regs *regs)
{
	struct {
		enum ctx_state prev;
		unsigned long pc;
	} frame;

	frame.prev = exception_enter();
	frame.pc = regs->pc;
	handle_pc(frame.pc);
	exception_exit(frame.prev);
}
