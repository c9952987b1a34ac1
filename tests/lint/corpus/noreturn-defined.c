/* The function that does not return is defined in the file itself. */
static __noreturn void give_up(struct pt_regs *regs, const char *why)
{
	show_regs(regs);
	panic("%s", why);
}

int do_retry(struct pt_regs *regs)
{
	enum ctx_state prev = exception_enter();
	int ret = retry(regs);

	if (ret < 0)
		give_up(regs, "retry");
	exception_exit(prev);
	return ret;
}
