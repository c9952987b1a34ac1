/* A macro ends in do_exit(), so what follows its use is another path. */
#define OOPS(regs)			\
	do {				\
		show_regs(regs);	\
		do_exit(SIGSEGV);	\
	} while (0)

void do_oops(struct pt_regs *regs)
{
	enum ctx_state prev = exception_enter();

	if (user_mode(regs)) {
		force_sig(SIGSEGV);
		exception_exit(prev);
		return;
	}
	OOPS(regs);
}
