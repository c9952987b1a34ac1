/* The operands of typeof and sizeof are not evaluated, so there is only one enter. */
void do_typed(struct pt_regs *regs)
{
	typeof(exception_enter()) prev = exception_enter();

	copy_out(regs, &regs->cause, sizeof(exception_enter()));
	exception_exit(prev);
}
