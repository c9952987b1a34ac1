/* Calls through members that have the names of the pair are calls of other functions. */
struct trap_ops {
	void (*exception_enter)(struct pt_regs *regs);
	void (*exception_exit)(struct pt_regs *regs);
};

int run_trap(const struct trap_ops *ops, struct trap_ops local, struct pt_regs *regs)
{
	ops->exception_enter(regs);
	if (!user_mode(regs))
		return 0;
	local.exception_exit(regs);
	ops->exception_exit(regs);
	return 1;
}
