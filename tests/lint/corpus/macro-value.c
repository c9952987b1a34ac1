/* A macro is a statement expression with the state as its value. */
#define counted_enter(regs)		\
	({				\
		count_trap(regs);	\
		exception_enter();	\
	})

void do_counted(struct pt_regs *regs)
{
	enum ctx_state prev;

	prev = counted_enter(regs);
	force_sig(SIGSEGV);
	exception_exit(prev);
}
