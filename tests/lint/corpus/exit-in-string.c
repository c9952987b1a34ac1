/* What looks like the exit stands in a string. */
void do_trap_j(struct pt_regs *regs)
{
	enum ctx_state prev = exception_enter();

	printk("%d: exception_exit(prev);\n", prev);
	pr_cont("\"; exception_exit(prev); /* \" */");
} /* WANT exception-exit-missing */
