/* A parameter that is a pointer to a function has the name of the exit. */
int call_back(struct pt_regs *regs, void (*exception_exit)(struct pt_regs *regs))
{
	if (!exception_exit)
		return 0;
	exception_exit(regs);
	return 1;
}
