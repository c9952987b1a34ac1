/* A function that the file declares __noreturn ends a path. */
void __noreturn die(const char *why, struct pt_regs *regs, int code);

void do_kernel_bug(struct pt_regs *regs, int code)
{
	enum ctx_state prev;

	prev = exception_enter();
	if (!user_mode(regs))
		die("kernel bug", regs, code);
	else if (code != 5)
		force_sig(SIGTRAP);
	else
		die("user bug", regs, code);
	exception_exit(prev);
}
