void do_trap(struct pt_regs *regs)
{
	enum ctx_state outer, inner;

	outer = exception_enter();
	first(regs);
	exception_exit(outer);

	second(regs);

	inner = exception_enter();
	third(regs);
	exception_exit(inner);
}
