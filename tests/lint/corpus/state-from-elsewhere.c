/* The state that is restored came from a function that is not in the file. */
enum ctx_state arch_trap_begin(struct pt_regs *regs);

void do_foreign_trap(struct pt_regs *regs) /* WANT not-analysed */
{
	enum ctx_state prev = arch_trap_begin(regs);

	handle_trap(regs);
	exception_exit(prev);
}
