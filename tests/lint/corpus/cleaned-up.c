/* The compiler calls what exits, where the scope of the variable ends. */
int do_cleaned_up(struct pt_regs *regs) /* WANT not-analysed */
{
	enum ctx_state prev __attribute__((cleanup(exit_it))) = exception_enter();

	if (notify(regs))
		return 1;
	return 0;
}
