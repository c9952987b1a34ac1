/* A second enter with a variable of its own nests inside the first. */
void do_nested_trap(struct pt_regs *regs)
{
	enum ctx_state outer, inner;

	outer = exception_enter();
	prepare_trap(regs);
	inner = exception_enter(); /* WANT exception-exit-unpaired */
	run_trap(regs);
	exception_exit(inner);
	exception_exit(outer);
}
