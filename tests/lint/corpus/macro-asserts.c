/* A macro panics or goes on. */
#define ASSERT(question)				\
	do {						\
		if (!(question))			\
			panic("not " #question);	\
	} while (0)

void do_asserting(struct pt_regs *regs)
{
	enum ctx_state prev = exception_enter();

	ASSERT(user_mode(regs));
	force_sig(SIGTRAP);
	ASSERT(regs->pc);
	exception_exit(prev);
}
